"""Documents and orders at the limits of what is accepted: they are decided and explained, and nothing hangs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, decided, rule, tag

from engine.decide.explain import explain
from rules.document import RuleSet

HANGS_S = 120  # of this thread's own work, whatever else the machine does


@pytest.fixture(autouse=True)
def in_good_time() -> Iterator[None]:
    """A match that goes back and forth over its text, or a cost that multiplies, takes minutes or years."""
    started = time.thread_time()
    yield
    assert time.thread_time() - started < HANGS_S


def explained(rules: RuleSet, order: dict[str, Any]) -> list[dict[str, Any]]:
    """The explanation, after the decision came to the same."""
    explanation = explain(rules, a_case(order))
    assert explanation.decision == decided(rules, order)
    return explanation.rules


@pytest.mark.parametrize(
    "pattern", ["*a*a*a*a*b", "*a" * 2000 + "*b", "?" * 2000 + "*b", "*" * 4095 + "b", "*a?a?a?" * 500 + "b"]
)
@pytest.mark.parametrize("field", ["custom_field_1", "notes.internal"])
def test_no_pattern_takes_long(pattern: str, field: str) -> None:
    text = "a" * 4096
    order = {"custom_field_1": text} if field == "custom_field_1" else {"notes": {"internal": text}}
    rules = a_rule_set(rule(condition(field, "matches", pattern)), rule(condition(field, "not_matches", [pattern, "b*"])))

    assert [entry["status"] for entry in explained(rules, order)] == ["not_matched", "matched"]


def test_a_thousand_rules_with_the_same_condition_all_fire() -> None:
    same = {"all": [condition("ship_to.country", "in", ["ES", "PT"]), condition("gift", "is_true")]}
    rules = a_rule_set(*(rule(same, tag(f"t{number}"), id=f"r{number}") for number in range(1000)))
    entries = explained(rules, {"ship_to": {"country": "ES"}, "gift": True})

    assert [entry["status"] for entry in entries] == ["matched"] * 1000


@pytest.mark.parametrize(("kind", "status"), [("all", "not_matched"), ("any", "matched"), ("none", "not_matched")])
def test_a_rule_of_two_hundred_conditions_is_decided(kind: str, status: str) -> None:
    conditions = [condition("order_total", "at_least", number) for number in range(200)]
    [entry] = explained(a_rule_set(rule({kind: conditions})), {"order_total": 100})

    assert entry["status"] == status
    assert entry.get("missed_by") == {"all": 99, "any": None, "none": 101}[kind]


def test_an_order_of_a_thousand_lines_is_decided_by_rules_of_many_conditions() -> None:
    each = {"any": [condition("sku", "ends_with", f"-{number}X") for number in range(20)]}
    rules = a_rule_set(
        rule({"any_item": each}),
        rule({"no_item": each}),
        rule({"all_items": condition("quantity", "at_least", 1)}),
    )
    order = {"items": [{"sku": f"SKU-{number}", "quantity": 1} for number in range(1000)]}
    nearly, none, all_lines = explained(rules, order)

    assert (nearly["missed_by"], none["status"], all_lines["status"]) == (1, "matched", "matched")
    assert (len(none["when"]["nodes"]), none["when"]["lines_left_out"]) == (100, 900)


def test_an_order_of_a_thousand_lines_is_decided_by_many_numbers_over_them() -> None:
    rules = a_rule_set(
        *(
            rule(
                {
                    "sum_items": {"of": "quantity", "when": condition("sku", "ends_with", f"{number}")},
                    "is": "at_least",
                    "value": 10,
                }
            )
            for number in range(100)
        ),
        rule({"sum_items": {"of": "quantity", "when": condition("name", "equals", "x")}, "is": "between", "value": [0, 2000]}),
        rule({"count_items": condition("name", "equals", "x"), "is": "at_most", "value": 999}),
    )
    order = {"items": [{"sku": f"SKU-{number}", "quantity": 1 + number % 2, "name": []} for number in range(1000)]}
    unreadable = {"items": [{**item, "name": {}} for item in order["items"]]}
    entries = explained(rules, order)
    assert [entry["status"] for entry in entries[:100]] == ["matched"] * 100
    assert [entry["status"] for entry in explained(rules, unreadable)[100:]] == ["matched", "error"]


def test_of_very_many_lines_those_that_tell_are_written_out() -> None:
    rules = a_rule_set(rule({"any_item": condition("quantity", "at_least", 5)}))
    [entry] = explained(rules, {"items": [{"quantity": 5 if number in (3, 777) else 1} for number in range(1000)]})
    told = [node["item"] for node in entry["when"]["nodes"] if node["verdict"] == "true"]

    assert (told, len(entry["when"]["nodes"]), entry["when"]["lines_left_out"]) == ([3, 777], 100, 900)
    assert "4, 778" in entry["when"]["message"]


def test_a_thousand_values_in_a_list_are_compared() -> None:
    values = [f"S-{number}" for number in range(1000)]
    rules = a_rule_set(*(rule(condition("skus", operator, values)) for operator in ("includes", "includes_all", "excludes")))

    entries = explained(rules, {"items": [{"sku": value} for value in values]})
    assert [entry["status"] for entry in entries] == ["matched", "matched", "not_matched"]
