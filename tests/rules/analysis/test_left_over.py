"""A rule behind one that ends the run for every order that can be read is left only those that cannot."""

from __future__ import annotations

from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, rule, tag

from rules.analysis import analyse
from rules.context import NO_CONTEXT

STOP = {"do": "stop"}
c = condition
LOW, HIGH, NO_TOTAL = c("order_total", "less_than", 3), c("order_total", "at_least", 3), c("order_total", "blank")
ALL = {"any": [LOW, HIGH, NO_TOTAL]}
CUSTOM = c("custom_field_1", "blank")
GIFT = c("gift", "is_true")


def warnings(*rules: Any) -> list[str]:
    return [found.message.format() for found in analyse(a_rule_set(*rules), NO_CONTEXT) if found.severity == "warning"]


def test_the_warning_names_the_field_that_has_to_be_read() -> None:
    [said] = warnings(rule(ALL, STOP), rule(CUSTOM, tag("x")))
    assert "only where the order's order_total cannot be read" in said


def test_what_the_rule_ahead_needs_beside_its_condition_is_named_too() -> None:
    [said] = warnings(rule(ALL, tag("x"), STOP), rule(CUSTOM, {"do": "set_service", "carrier": "dhl", "service": "parcel"}))
    assert "only where the order's order_total, tags cannot be read" in said


def test_a_condition_and_its_contrary_are_all_orders_that_can_be_read() -> None:
    [said] = warnings(rule({"any": [HIGH, {"none": [HIGH]}]}, STOP), rule("always", tag("x")))
    assert "order_total cannot be read" in said


def test_a_rule_that_needs_the_field_itself_never_has_its_turn() -> None:
    [said] = warnings(rule(ALL, STOP), rule(HIGH, tag("x")))
    assert "cannot be read" not in said


@pytest.mark.parametrize(
    "earlier",
    [
        rule({"any": [LOW, HIGH]}, STOP),  # without a total
        rule({"any": [c("order_total", "less_than", 3), c("order_total", "greater_than", 3), NO_TOTAL]}, STOP),
        rule(ALL, tag("seen")),
        rule(ALL, STOP, once=True),
        rule(ALL, STOP, enabled=False),
        rule(ALL, STOP, on=["updated"]),
        rule({"all": [ALL, GIFT]}, STOP),
        rule({"any": [c("total_quantity", "less_than", 3), c("line_count", "at_least", 0)]}, STOP),
    ],
)
def test_of_a_rule_that_leaves_out_some_orders_nothing_is_said(earlier: Any) -> None:
    assert warnings(earlier, rule(CUSTOM, tag("x"))) == []
