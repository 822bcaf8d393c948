"""`enabled: false` on a part of a rule: as if it were not written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, decided, problems_of, rule, tag, verdict

SPAIN = condition("ship_to.country", "equals", "ES")
FRANCE = condition("ship_to.country", "equals", "FR")
OFF = {"enabled": False}
ORDER = {"ship_to": {"country": "ES"}, "items": [{"sku": "A", "quantity": 1}]}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"all": [SPAIN, {**FRANCE, **OFF}]}, "true"),
        ({"all": [SPAIN, {**FRANCE, "enabled": True}]}, "false"),
        ({"any": [FRANCE, {**SPAIN, **OFF}]}, "false"),
        ({"none": [FRANCE, {**SPAIN, **OFF}]}, "true"),
        ({"all": [SPAIN, {"all": [FRANCE], **OFF}]}, "true"),
        ({"all": [SPAIN, {"any_item": condition("sku", "equals", "B"), **OFF}]}, "true"),
        # A group that is left empty counts as empty.
        ({"all": [{**FRANCE, **OFF}]}, "true"),
        ({"any": [{**SPAIN, **OFF}]}, "false"),
        ({"none": [{**SPAIN, **OFF}]}, "true"),
        ({"any_item": {"all": [condition("sku", "equals", "A"), {**condition("quantity", "at_least", 5), **OFF}]}}, "true"),
    ],
)
def test_a_condition_or_a_group_that_is_off_is_not_there(when: Any, expected: str) -> None:
    assert verdict(when, ORDER) == expected


def test_an_action_that_is_off_is_not_there() -> None:
    decision = decided(a_rule_set(rule("always", tag("a"), {**tag("b"), **OFF}, {**tag("c"), "enabled": True})), ORDER)
    assert decision.document["tags"] == ["a", "c"]


def test_where_an_action_sets_a_switch_it_is_that_one() -> None:
    decision = decided(a_rule_set(rule("always", {"do": "notify_marketplace", **OFF})), ORDER)
    assert [(change.field, change.after) for change in decision.changes] == [("notify_marketplace", False)]


def test_nothing_in_what_is_off_is_looked_at() -> None:
    gone = {"field": "no.such.field", "is": "like", "value": [], **OFF}
    sound = rule({"all": [SPAIN, gone]}, {"do": "no_such_action", **OFF}, tag("a"))
    assert decided(a_rule_set(sound), ORDER).document["tags"] == ["a"]


def test_places_are_counted_as_they_are_written() -> None:
    wrong = {"all": [{**SPAIN, **OFF}, condition("ship_to.country", "equals", "")]}
    (problem,) = problems_of(json.dumps({"rules": [rule(wrong)]}))
    assert problem.path == "rules[0].when.all[1].value"


@pytest.mark.parametrize(
    ("when", "path", "sentence"),
    [
        ({**SPAIN, **OFF}, "rules[0].when", "what is switched off here is all that `when` has: switch off the rule instead"),
        (
            {"all": [{"any_item": {**condition("sku", "equals", "A"), **OFF}}]},
            "rules[0].when.all[0].any_item",
            "what is switched off here is all that `any_item` has: switch off the group instead",
        ),
    ],
)
def test_what_would_leave_nothing_is_refused(when: Any, path: str, sentence: str) -> None:
    (problem,) = problems_of(json.dumps({"rules": [rule(when)]}))
    assert (problem.path, problem.message.format("en")) == (path, sentence)


@pytest.mark.parametrize("part", [{**SPAIN, "enabled": "no"}, {"all": [], "enabled": 0}])
def test_the_switch_is_true_or_false(part: dict[str, Any]) -> None:
    (problem,) = problems_of(json.dumps({"rules": [rule({"all": [part]})]}))
    assert "true or false is expected here" in problem.message.format("en")
