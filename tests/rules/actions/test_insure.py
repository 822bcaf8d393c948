"""`insure` and `cash_on_delivery`: amounts, given or taken from the order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.actions import failure, left
from support.rule_sets import a_rule_set, condition, decided, rule

ORDER = {"order_total": "60.10", "amount_paid": 50, "shipment_value": Decimal("0.3")}


@pytest.mark.parametrize(
    ("value", "insured"),
    [(100, "100"), (Decimal("0.1"), "0.1"), ("order_total", "60.10"), ("amount_paid", "50"), ("shipment_value", "0.3"), (0, "0")],
)
def test_the_amount_is_exact_and_later_rules_see_it(value: Any, insured: str) -> None:
    written = float(value) if isinstance(value, Decimal) else value
    rules = a_rule_set(rule("always", {"do": "insure", "value": written}), rule(condition("insured_value", "at_most", 1)))
    decision = decided(rules, ORDER)

    assert str(decision.document["insured_value"]) == insured
    assert ("r1" in decision.matched) is (Decimal(insured) <= 1)


@pytest.mark.parametrize("field", ["order_total", "amount_paid", "shipment_value"])
@pytest.mark.parametrize("blank", [{}, None, " "])
def test_an_amount_that_the_order_does_not_have_fails(field: str, blank: Any) -> None:
    order = {} if blank == {} else {field: blank}

    assert f"(`{field}`) to take the amount from" in failure(order, {"do": "insure", "value": field})


def test_an_amount_that_is_no_number_or_cannot_be_kept_fails() -> None:
    insure = {"do": "insure", "value": "order_total"}

    assert failure({"order_total": "much"}, insure) == 'order_total: "much" is not a number'
    assert "more than 400 digits" in failure({"order_total": "1" * 400 + ".5"}, insure)


def test_cash_on_delivery_collects_an_amount_or_the_total() -> None:
    assert left(ORDER, {"do": "cash_on_delivery", "amount": 12.5})["cash_on_delivery"] == {"amount": Decimal("12.5")}
    assert left(ORDER, {"do": "cash_on_delivery", "amount": "order_total"})["cash_on_delivery"] == {"amount": Decimal("60.10")}
    assert "order_total" in failure({}, {"do": "cash_on_delivery", "amount": "order_total"})
