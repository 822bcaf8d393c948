"""The explanation: an entry for every rule and every node, with what was found and what was wanted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, decided, rule, tag

from engine.decide.explain import explain
from engine.decide.explained_nodes import STATUS_TEXTS
from rules.document import Condition, Group, ItemGroup, Node
from rules.operators import codes_of
from rules.order_document import dumps
from rules.values import FieldType

ORDER = {
    "ship_to": {"country": "ES"},
    "order_total": "much",
    "tags": ["vip"],
    "weight_g": Decimal("12.50"),
    "items": [{"sku": "MUG", "quantity": 1}, {"sku": "POT", "quantity": "two"}],
}
RULES = a_rule_set(
    rule(
        {
            "all": [
                condition("ship_to.country", "in", ["ES", "PT"]),
                {"any": [condition("tags", "includes", "VIP", match_case=True), condition("weight_g", "at_least", 10)]},
                {"any_item": {"all": [condition("sku", "equals", "mug"), condition("quantity", "at_least", 1)]}},
            ]
        },
        tag("seen"),
        id="matched",
        name="Fires",
    ),
    rule(condition("ship_to.city", "blank"), {"do": "add_tag", "tag": "{order_total}"}, id="failed"),
    rule({"none": [condition("order_total", "at_least", 5)]}, id="in-error"),
    rule(condition("ship_to.city", "equals", "Madrid"), id="not-matched"),
    rule("always", id="off", enabled=False),
    rule("always", id="later", on=["updated"]),
    rule("always", id="done", once=True),
    rule("always", {"do": "stop"}, id="last"),
    rule("always", id="unseen"),
    rule("always", id="unseen-and-off", enabled=False),
)


MANUAL = {"other": ["manual"], "mine": ["imported", "manual"], "usual": ["imported"]}


def explained(language: Any = "en") -> dict[str, dict[str, Any]]:
    explanation = explain(RULES, a_case(ORDER, applied_rules=["done"]), language)
    return {entry["rule"]: entry for entry in explanation.rules}


def test_every_rule_has_its_status() -> None:
    assert {rule_id: entry["status"] for rule_id, entry in explained().items()} == {
        "matched": "matched",
        "failed": "failed",
        "in-error": "error",
        "not-matched": "not_matched",
        "off": "disabled",
        "later": "other_trigger",
        "done": "already_applied",
        "last": "matched",
        "unseen": "not_reached",
        "unseen-and-off": "not_reached",
    }
    assert {entry["status"] for entry in explained().values()} == set(STATUS_TEXTS) - {"not_chosen", "not_due"}


def test_of_a_rule_that_a_person_ran_alone_the_others_say_so() -> None:
    rules = a_rule_set(*(rule("always", tag(name), id=name, on=on) for name, on in MANUAL.items()))
    decision, entries, _ = explain(rules, a_case({}, trigger="manual", only=("mine",)))

    assert {entry["rule"]: entry["status"] for entry in entries} == {
        "other": "not_chosen",
        "mine": "matched",
        "usual": "other_trigger",
    }
    assert decision.matched == decided(rules, {}, trigger="manual", only=("mine",)).matched == ("mine",)
    assert decided(rules, {}, trigger="manual", only=("usual",)).matched == ()


def test_of_rules_that_the_clock_starts_those_that_were_not_due_say_so() -> None:
    rules = a_rule_set(*(rule("always", tag(name), id=name, on=["schedule"]) for name in ("one", "later", "other")))
    decision, entries, _ = explain(rules, a_case({}, trigger="schedule", only=("other", "one")))

    assert {entry["rule"]: (entry["status"], entry["message"]) for entry in entries} == {
        "one": ("matched", "The rule fired."),
        "later": ("not_due", "The rule was not due at this time."),
        "other": ("matched", "The rule fired."),
    }
    assert decision.matched == decided(rules, {}, trigger="schedule", only=("other", "one")).matched == ("one", "other")


def nodes_of(node: Node) -> Iterator[str]:
    yield node.path
    if isinstance(node, Group):
        for member in node.nodes:
            yield from nodes_of(member)
    elif isinstance(node, ItemGroup):
        yield from nodes_of(node.node)


def entries_of(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield entry
    for member in entry.get("nodes", ()):
        yield from entries_of(member)


def test_every_node_of_a_considered_rule_has_a_verdict_and_a_reason() -> None:
    for one in RULES.rules:
        entry = explained()[one.id]
        if entry["status"] in ("disabled", "other_trigger", "already_applied", "not_reached"):
            assert "when" not in entry
            continue
        found = list(entries_of(entry["when"]))
        assert {node["path"] for node in found} == set(nodes_of(one.when))
        assert all(node["verdict"] in ("true", "false", "error") and node["message"] for node in found)


def test_a_condition_shows_what_was_found_and_what_was_wanted() -> None:
    country, either, items = explained()["matched"]["when"]["nodes"]

    assert country == {
        "path": "rules[0].when.all[0]",
        "verdict": "true",
        "code": "passed",
        "field": "ship_to.country",
        "is": "in",
        "found": "ES",
        "wanted": ["ES", "PT"],
        "sentence": "Ship to country is one of ES, PT",
        "message": 'Ship to country is one of ES, PT: found "ES"',
    }
    assert [(node["verdict"], node["found"]) for node in either["nodes"]] == [("false", ["vip"]), ("true", Decimal("12.50"))]
    assert "match case" in either["nodes"][0]["message"]
    assert (either["group"], items["group"]) == ("any", "any_item")


def test_an_item_group_shows_its_node_for_every_item() -> None:
    items = explained()["matched"]["when"]["nodes"][2]["nodes"]

    assert [(entry["item"], entry["verdict"]) for entry in items] == [(0, "true"), (1, "false")]
    assert [[node["verdict"] for node in entry["nodes"]] for entry in items] == [["true", "true"], ["false", "error"]]
    assert items[1]["nodes"][1]["code"] == "not_a_number"
    assert items[1]["nodes"][1]["message"] == 'quantity of line 2: "two" is not a number'


def test_a_rule_that_did_not_match_says_which_conditions_failed() -> None:
    rules = a_rule_set(
        rule(
            {
                "all": [
                    condition("ship_to.country", "equals", "FR"),
                    {"none": [condition("tags", "includes", "vip")]},
                    {"all_items": condition("quantity", "at_least", 2)},
                    {"any": [condition("gift", "is_true"), condition("weight_g", "at_least", 10)]},
                ]
            }
        )
    )
    order = {**ORDER, "items": [{"quantity": 1}, {"quantity": 2}, {"quantity": 0}]}
    [entry] = explain(rules, a_case(order)).rules
    [in_spanish] = explain(rules, a_case(order), "es").rules

    assert entry["missed_by"] == 3
    assert entry["failed"] == [
        {
            "path": "rules[0].when.all[0]",
            "code": "not_passed",
            "should_be": True,
            "message": 'Ship to country is FR: found "ES"',
        },
        {
            "path": "rules[0].when.all[1].none[0]",
            "code": "passed",
            "should_be": False,
            "message": 'It should not be so: Tags include vip: found ["vip"]',
        },
        {
            "path": "rules[0].when.all[2].all_items",
            "code": "not_passed",
            "should_be": True,
            "items": [0, 2],
            "message": "Quantity is at least 2: found 1 (lines 1, 3)",
        },
    ]
    assert in_spanish["failed"][1]["message"].startswith("No debería ser así: ")
    assert in_spanish["failed"][2]["message"].endswith("(líneas 1, 3)")


def test_only_rules_that_did_not_match_have_failing_conditions() -> None:
    with_failures = {rule_id for rule_id, entry in explained().items() if "failed" in entry or "missed_by" in entry}

    assert with_failures == {"not-matched"}


def test_rules_that_one_condition_kept_from_firing_come_first_those_partly_met_before_others() -> None:
    spain, gift, heavy = (
        condition("ship_to.country", "equals", "ES"),
        condition("gift", "is_true"),
        {"any_item": condition("weight_g", "at_least", 10)},
    )
    rules = a_rule_set(
        rule(gift, id="alone"),
        rule({"all": [gift, condition("tags", "blank")]}, id="two"),
        rule({"all": [spain, gift]}, id="nearly"),
        rule({"none": [spain]}, id="other-way-round"),
        rule(spain, id="matched"),
        rule({"all": [spain, {"any": []}]}, id="never"),
        rule({"all": [spain, condition("tags", "not_blank"), heavy]}, id="nearly-too"),
        rule(gift, id="off", enabled=False),
        rule({"all": [spain, condition("order_total", "at_least", 5), gift]}, id="with-an-error"),
    )
    explanation = explain(rules, a_case(ORDER))

    assert explanation.near_misses == ["nearly", "nearly-too", "alone", "other-way-round"]
    assert [entry["rule"] for entry in explanation.rules] == [one.id for one in rules.rules]
    missed = {entry["rule"]: entry["missed_by"] for entry in explanation.rules if "missed_by" in entry}
    assert missed == {
        "alone": 1,
        "two": 2,
        "nearly": 1,
        "other-way-round": 1,
        "never": None,
        "nearly-too": 1,
        "with-an-error": 2,
    }


def test_a_rule_says_what_it_changed_and_why_it_could_not() -> None:
    entries = explained()

    assert entries["matched"]["name"] == "Fires"
    assert entries["matched"]["changes"] == [
        {
            "rule": "matched",
            "field": "tags",
            "before": ["vip"],
            "after": ["vip", "seen"],
            "operation": "add",
            "operand": ["seen"],
        }
    ]
    assert entries["failed"]["message"] == 'An action could not be applied: order_total: "much" is not a number.'
    assert entries["in-error"]["message"] == 'A condition could not be answered: order_total: "much" is not a number.'
    assert "no value" in entries["failed"]["when"]["message"]


def test_the_explanation_is_there_in_spanish_too() -> None:
    english, spanish = explained("en"), explained("es")
    worded = ("message", "sentence", "nodes")

    for rule_id, entry in spanish.items():
        assert entry["message"] != english[rule_id]["message"]
        if "when" not in entry:
            continue
        for node, other in zip(entries_of(entry["when"]), entries_of(english[rule_id]["when"]), strict=True):
            assert node["message"] != other["message"]
            assert {key: node[key] for key in node if key not in worded} == {
                key: other[key] for key in other if key not in worded
            }


def test_the_explanation_is_json_and_comes_with_the_decision() -> None:
    explanation = explain(RULES, a_case(ORDER, applied_rules=["done"]))

    assert explanation.decision.matched == ("matched", "last")
    assert dumps(explanation.rules).startswith(b"[{")
    assert isinstance(RULES.rules[3].when, Condition)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-14:00"])
def test_times_for_which_other_zones_have_no_date_are_decided_and_explained(moment: str) -> None:
    values: dict[str, list[Any]] = {
        "before": ["2020-01-01", "now-4h", "today"],
        "after": ["2020-01-01", "now-4h", "today"],
        "between": [["2020-01-01", "today"]],
        "on_day": ["2020-01-01", "today"],
        "within_last": ["3d"],
        "within_next": ["3d"],
        "older_than": ["3d"],
        "time_between": [["22:00", "08:00"]],
        "on_weekday": ["mon"],
    }
    asked = [condition("order_date", code, value) for code in codes_of(FieldType.TIME) for value in values.get(code, [None])]
    rules = a_rule_set(*[rule(one, tag(str(number))) for number, one in enumerate(asked)])
    context = {"account": {"time_zone": "Europe/Madrid"}}

    explanation = explain(rules, a_case({"order_number": "1", "order_date": moment}, context=context))
    decision = explanation.decision

    assert decision == decided(rules, {"order_number": "1", "order_date": moment}, context=context)
    assert decision.errors == ()
    assert [entry["rule"] for entry in explanation.rules if entry["status"] == "matched"] == list(decision.matched)
