"""Contract of the repository of rates: what carriers asked, and what was compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, a_decision, an_account_with_store, an_order

from engine.model.account import CarrierAccount
from engine.model.carrier import ServiceRate
from engine.model.money import Money
from engine.model.order import Order, OrderState
from engine.model.rate_comparison import AskedRates, ComparedRate, RateComparison, RateWish
from engine.model.sentence import Sentence
from storage.database import Database

PRICE = Money(Decimal("4.90"), "EUR")
WHY = Sentence("costs more", "cuesta más")
FIRST = ComparedRate("car_1", "House", "own", "house", "24h", PRICE, 1, "overnight", NOON)
SECOND = ComparedRate("car_1", "House", "casa", "house", "48h", None, None, "", NOON, WHY)


@pytest.fixture
def order(database: Database) -> Order:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        order = an_order(store.account_id, store.id)
        unit.orders.add_many([order], "run_1")
        unit.carrier_accounts.add(CarrierAccount("car_1", order.account_id, "house", ("24h",)))
        unit.decisions.keep_context("ctx_1", {})
        for number in "12":
            unit.decisions.add_many([replace(a_decision(order), id=f"dec_{number}", context_id="ctx_1")])
        unit.commit()
    return order


def compared(order: Order, number: str = "1", **changes: object) -> RateComparison:
    wish = RateWish(("24h", "48h"), "fastest", "express")
    made = RateComparison(order.account_id, order.id, f"dec_{number}", wish, "digest", NOON, (FIRST, SECOND), (WHY,))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_what_was_asked_takes_the_place_of_what_was_asked_before(database: Database, order: Order) -> None:
    rates = (ServiceRate("24h", PRICE, 1), ServiceRate("48h", None, None))
    asked = AskedRates(order.account_id, order.id, "car_1", "digest", NOON, rates)
    later = replace(asked, digest="other", asked_at=NOON + timedelta(hours=1), rates=())
    with database.unit_of_work() as unit:
        unit.rates.keep_asked([asked])
        assert unit.rates.list_asked(order.account_id, [order.id]) == [asked]
        unit.rates.keep_asked([later])
        assert unit.rates.list_asked(order.account_id, [order.id]) == [later]
        assert unit.rates.forget_asked(NOON + timedelta(hours=1)) == 0
        assert unit.rates.forget_asked(NOON + timedelta(hours=2)) == 1
        assert unit.rates.list_asked(order.account_id, [order.id]) == []


def test_a_comparison_is_kept_with_its_decision(database: Database, order: Order) -> None:
    first, second = compared(order), compared(order, "2", made_at=NOON + timedelta(minutes=1))
    with database.unit_of_work() as unit:
        unit.rates.keep_comparison(compared(order, sentence=WHY, flagged=True, rates=()))
        unit.rates.keep_comparison(first)
        assert unit.rates.find_comparison(order.account_id, order.id) == first
        unit.rates.keep_comparison(second)
        assert unit.rates.find_comparison(order.account_id, order.id) == second
        assert unit.rates.find_comparison(order.account_id, order.id, "dec_1") == first
        assert unit.rates.find_comparison(order.account_id, order.id, "dec_3") is None


def test_orders_without_a_choice_are_those_that_had_none_the_last_time(database: Database, order: Order) -> None:
    with database.unit_of_work() as unit:
        unit.rates.keep_comparison(compared(order, sentence=WHY))
        assert unit.rates.orders_without_choice(order.account_id, 10) == [order.id]
        unit.rates.keep_comparison(compared(order, "2", made_at=NOON + timedelta(minutes=1)))
        assert unit.rates.orders_without_choice(order.account_id, 10) == []
        unit.rates.keep_comparison(compared(order, "2", made_at=NOON + timedelta(minutes=1), sentence=WHY))
        assert unit.rates.orders_without_choice(order.account_id, 10) == [order.id]
        unit.orders.update_many([replace(order, state=OrderState.SHIPPED)])
        assert unit.rates.orders_without_choice(order.account_id, 10) == []
