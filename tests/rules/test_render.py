"""Rule sets written as documents: what is read from them is the same rule set."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.properties import examples
from support.rule_sets import a_rule_set, condition, rule, tag
from support.structure import structure_of

from benchmarks.random_rules import Maker
from rules.actions import ParameterKind, find_action
from rules.document import RuleSet
from rules.document_writer import json_text, yaml_text
from rules.fields.delegation import KEYS as DELEGATION_KEYS
from rules.parser import looks_like_json, parse_rule_set
from rules.render import as_data, render

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted((ROOT / "rules" / "library").glob("*.yaml")), ROOT / "benchmarks" / "rules_53.yaml"]
DOCUMENTS.append(ROOT / "tests" / "golden" / "rules" / "acme.yaml")


def parsed(document: str | bytes) -> RuleSet:
    rule_set, problems = parse_rule_set(document)
    assert rule_set is not None, [problem.to_line("document") for problem in problems]
    return rule_set


def assert_comes_back(rule_set: RuleSet) -> None:
    """The rule set read from its YAML, and from its JSON, is the same."""
    assert structure_of(parsed(render(rule_set))) == structure_of(rule_set)
    assert structure_of(parsed(json_text(as_data(rule_set)))) == structure_of(rule_set)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_shipped_documents_come_back(file: Path) -> None:
    assert_comes_back(parsed(file.read_bytes()))


def order_of_a_test(maker: Maker) -> dict[str, Any]:
    """A random order, without the keys that a saved test may not have in its delegation."""
    order = maker.order()
    if isinstance(order.get("delegation"), dict) and not order["delegation"].keys() <= set(DELEGATION_KEYS):
        del order["delegation"]
    return order


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_random_rule_sets_come_back(dice: Random) -> None:
    maker = Maker(dice)
    document = maker.rule_set(4)
    document["tests"] = [{"order": order_of_a_test(maker), "expect": {"order": order_of_a_test(maker)}}]

    assert_comes_back(parsed(json.dumps(document)))


@settings(max_examples=examples(200), suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_comes_back(text: str) -> None:
    order = {"order_number": text, text: {text: [text]}, "tags": [text]}
    document: dict[str, Any] = {"name": text, "description": text, "rules": [], "tests": [{"order": order, "expect": {}}]}
    if text.strip():
        document["rules"] = [rule(condition("store", "in", [text, "x"]), tag(text.replace("{", "{{")), name=text)]

    assert_comes_back(parsed(json_text(document)))


@pytest.mark.parametrize(
    "text",
    ["on", "NO", "yes", "True", "FALSE", "12:30", "7E1234", "ACM-", "España", "2026-03-01T09:00:00Z", "0b1", "1_000"],
)
def test_a_text_that_reads_back_as_itself_stands_without_quotes(text: str) -> None:
    assert f"value: {text}}}" in render(a_rule_set(rule(condition("store", "equals", text))))


@pytest.mark.parametrize(
    "text",
    [
        *("true", "false", "null", "Null", "~", "00501", "501", "1e3", "0x1F", "0o17", ".5", "5.", "+5", "-5", ".nan", "-.inf"),
        *("a: b", "a:", "a #b", "#a", "- a", "-", "---", "...", "? a", "?", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">"),
        *("{a", "[a", "a]", "a,b", "'a", '"a', "\\", "=", "<<", " a", "a ", "a\nb", "a\tb", "\x7f", "\x85", "\u2028", "\ufeff"),
        *("cafe\u0301", "\U0001f381", "a" * 4095),
    ],
)
def test_a_text_that_would_be_read_otherwise_is_quoted(text: str) -> None:
    rule_set = a_rule_set(rule(condition("store", "equals", f"x{text}"), tag("t"), name=text), name=text, description=text)

    assert_comes_back(rule_set)
    again = parsed(render(rule_set))
    assert (again.name, again.description, again.rules[0].name) == (text, text, text)


def test_texts_written_as_numbers_stay_the_texts_they_are() -> None:
    written = "rules:\n  - {id: a, when: {field: ship_to.postal_code, is: in, value: [00501, 28, true, 1e3]}, then: []}\n"
    written += "tests:\n  - {order: {ship_to: {postal_code: 00501}, order_total: 1e3, custom_field_1: true}, expect: {}}\n"
    rule_set = parsed(written)

    again = parsed(render(rule_set))

    assert structure_of(again.rules) == structure_of(rule_set.rules)
    assert as_data(rule_set)["rules"][0]["when"]["value"] == ["00501", "28", "true", "1e3"]
    assert again.tests[0].order == {"ship_to": {"postal_code": "00501"}, "order_total": 1000, "custom_field_1": "true"}


def test_what_goes_without_saying_is_left_out() -> None:
    rule_set = a_rule_set(
        rule(
            "always",
            {"do": "set_logistics_provider", "provider": "acme", "send": False},
            id="plain",
            name="plain",
            enabled=True,
            stop=False,
            once=False,
            on=["released", "imported", "reprocess"],
        ),
        rule("always", id="other", enabled=False, stop=True, once=True, on=["updated", "imported"]),
        tests=[{"order": {}, "expect": {}, "trigger": "imported"}],
    )

    assert (
        render(rule_set)
        == """\
rules:
  - id: plain
    when: always
    then:
      - {do: set_logistics_provider, provider: acme}

  - id: other
    enabled: false
    on: [imported, updated]
    when: always
    then: []
    stop: true
    once: true
tests:
  - order: {}
    expect: {}
"""
    )


def test_short_conditions_stand_on_one_line_and_groups_on_several() -> None:
    long = [f"{letter}{digit}" for letter in "ABCDEFGHIJ" for digit in range(3)]
    rule_set = a_rule_set(
        rule(
            {"all": [condition("gift", "is_true"), {"any_item": condition("sku", "in", long)}, {"any": []}]},
            tag("x"),
            id="a",
        )
    )

    assert (
        render(rule_set)
        == f"""\
rules:
  - id: a
    when:
      all:
        - {{field: gift, is: is_true}}
        - any_item:
            field: sku
            is: in
            value: [{", ".join(long)}]
        - {{any: []}}
    then:
      - {{do: add_tag, tag: x}}
"""
    )


ACTIONS: list[dict[str, Any]] = [
    {"do": "hold", "days": 0},
    {"do": "hold", "until": "2026-03-01T09:00"},
    {"do": "set_ship_by", "date": "2026-03-01"},
    {"do": "set_internal_note", "text": "a: {order_number} {{ #b", "append": True},
    {"do": "set_custom_field", "number": 3, "value": "00501"},
    {"do": "rate_shop", "among": ["a", "true", "501"], "prefer": "cheapest"},
    {"do": "insure", "value": "order_total"},
    {"do": "adjust_weight", "by_g": -5},
    {"do": "set_customs", "contents": "gift", "tax_ids": {"ioss": "IM123", "null": "501"}},
    {"do": "carrier_option", "option": "dry_ice", "value": 250},
    {"do": "carrier_option", "option": "saturday_delivery", "value": False},
    {"do": "duties", "payor": "sender", "prepaid": False},
]


@pytest.mark.parametrize("call", ACTIONS, ids=lambda call: str(call["do"]))
def test_parameters_of_every_kind_come_back(call: dict[str, Any]) -> None:
    rule_set = a_rule_set(rule("always", call))

    assert_comes_back(rule_set)
    assert as_data(rule_set)["rules"][0]["then"] == [call]


def test_the_calls_above_have_parameters_of_every_kind() -> None:
    kinds = {parameter.kind for call in ACTIONS for parameter in find_action(call["do"]).parameters}  # type: ignore[union-attr]

    assert kinds == set(ParameterKind)


def test_numbers_come_back_digit_for_digit() -> None:
    text = render(parsed('{"rules": [{"id": "a", "when": "always", "then": [{"do": "insure", "value": 12.50}]}]}'))

    assert "{do: insure, value: 12.50}" in text


def test_saved_tests_come_back_with_all_their_parts() -> None:
    test = {
        "name": "of everything",
        "order": {"order_number": "T-1", "items": [{"sku": "00501", "quantity": 2, "tags": ["a"]}], "order_total": "60.00"},
        "context": {"account": {"slug": "acme", "time_zone": "Europe/Madrid"}, "providers": ["501"]},
        "now": "2026-03-01T09:00:00",
        "trigger": "updated",
        "expect": {
            "matched": ["r0"],
            "flags": ["needs_attention"],
            "effects": [{"do": "alert", "message": "5"}],
            "errors": [],
            "order": {"tags": ["a", "b"]},
        },
    }
    rule_set = a_rule_set(rule("always"), tests=[test, {**test, "now": "2026-03-01T09:00:00+02:00"}])

    assert_comes_back(rule_set)


@pytest.mark.parametrize(
    "order",
    [
        {"tags": ["a", 5]},
        {"items": [{"tags": [True]}]},
        {"ship_to": {"country": False}},
    ],
)
def test_what_only_json_can_say_is_written_as_json(order: dict[str, Any]) -> None:
    rule_set = parsed(json.dumps({"rules": [], "tests": [{"order": order, "expect": {}}]}))

    assert looks_like_json(render(rule_set))
    assert_comes_back(rule_set)


def test_a_key_too_long_for_yaml_is_written_in_its_long_form() -> None:
    order = {"k" * 3000: 1, "in": {"flow": [{"k" * 3000: {"a": 1}}]}}

    assert_comes_back(parsed(json.dumps({"rules": [], "tests": [{"order": order, "expect": {}}]})))


def test_data_of_any_shape_is_the_same_in_both_forms() -> None:
    data = {"rules": [], "tests": [{"order": {"a": [[1, [2]], {"b": []}, {}, None, [{"c": [True]}]]}, "expect": {}}]}

    assert structure_of(parsed(yaml_text(data))) == structure_of(parsed(json_text(data)))
