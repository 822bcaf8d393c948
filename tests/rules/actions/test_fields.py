"""Actions that set one field from a text: custom fields, user, ship-from, package, confirmation, service level."""

from __future__ import annotations

from typing import Any

import pytest
from support.actions import failure, left
from support.rule_sets import a_rule_set, condition, decided, rule


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ({"do": "set_custom_field", "number": 1, "value": "{store}-x"}, "custom_field_1"),
        ({"do": "set_custom_field", "number": 2, "value": "{store}-x"}, "custom_field_2"),
        ({"do": "set_custom_field", "number": 3, "value": "{store}-x"}, "custom_field_3"),
        ({"do": "assign_user", "user": "{store}-x"}, "assigned_to"),
        ({"do": "set_ship_from", "location": "{store}-x"}, "ship_from"),
        ({"do": "set_package", "package": "{store}-x"}, "package"),
        ({"do": "set_confirmation", "confirmation": "{store}-x"}, "confirmation"),
    ],
    ids=lambda value: value["do"] if isinstance(value, dict) else value,
)
def test_the_field_is_written_and_later_rules_see_it(action: dict[str, Any], field: str) -> None:
    rules = a_rule_set(rule("always", action), rule(condition(field, "equals", "ES-X")))
    decision = decided(rules, {"store": "es", field: "old"})

    assert decision.matched == ("r0", "r1")
    assert decision.document == {"store": "es", field: "es-x"}


@pytest.mark.parametrize("blank", ["{store}", " {store} "])
def test_a_text_of_which_nothing_is_left_removes_the_field(blank: str) -> None:
    assert left({"package": "old"}, {"do": "set_package", "package": blank}) == {}


def test_a_placeholder_of_the_wrong_kind_fails() -> None:
    assert failure({"store": True}, {"do": "assign_user", "user": "{store}"}) == "store: true is not text"


def test_the_service_level_is_a_part_of_its_own() -> None:
    assert left({"service": "s"}, {"do": "set_service_level", "level": "express"}) == {"service": "s", "service_level": "express"}


def test_another_ship_from_location_makes_an_order_international() -> None:
    context = {"account": {"country": "ES"}, "locations": [{"code": "porto", "country": "PT"}]}
    move = rule("always", {"do": "set_ship_from", "location": "Porto"})
    rules = a_rule_set(rule(condition("international", "is_false")), move, rule(condition("international", "is_true")))

    assert decided(rules, {"ship_to": {"country": "ES"}}, context=context).matched == ("r0", "r1", "r2")
