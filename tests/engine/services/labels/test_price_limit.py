"""A label that would cost more than was quoted, or than a person said, is not bought unless somebody accepts the price."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.labels import STANDARD, Shippers, open_shippers

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.label import LabelState
from engine.model.money import Money
from engine.services.accounts.accounts import parse_price_limit, set_price_limit
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.price_limit import PriceAboveLimit, PriceWish
from engine.services.labels.rates import list_rates
from engine.services.refusals import Refused
from storage.database import Database


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def at_most(amount: str) -> LabelWish:
    return LabelWish(ServiceWish("paid", "standard"), price=PriceWish(Decimal(amount)))


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    """The merchant's labels may cost a tenth more than was quoted, and 10.00 was."""
    sides = open_shippers(sqlite_database, clock, prices={"standard": ("10.00", 2)})
    set_price_limit(sides.app, sides.shop.merchant.slug, 10)
    list_rates(sides.app, sides.merchant, sides.shop.order_id("1"), LabelWish())
    return sides


def test_what_rises_within_the_limit_is_bought_and_both_prices_are_kept(sides: Shippers) -> None:
    sides.carrier.prices["standard"] = ("11.00", 2)
    made = sides.buy()
    assert (made.label.quoted, made.label.asked, made.label.cost) == (euros("10.00"), euros("11.00"), euros("11.00"))
    assert NEEDS_ATTENTION not in sides.order().flags


def test_what_rises_above_the_limit_is_refused_before_anything_is_bought(sides: Shippers) -> None:
    sides.carrier.prices["standard"] = ("11.01", 2)
    with pytest.raises(PriceAboveLimit) as refused:
        sides.buy()
    assert refused.value.asked == euros("11.01")
    assert str(refused.value) == (
        "Paid Post asks 11.01 EUR for the label of order 1, and it may cost 11.00 EUR (10.00 EUR was quoted): nothing was "
        "bought. Choose another service, or accept the price."
    )
    assert sides.carrier.purchases == []
    assert [label.state for label in sides.labels()] == [LabelState.REFUSED]


@pytest.mark.parametrize("wish", [LabelWish(STANDARD.service, price=PriceWish(accept_any=True)), at_most("11.01")])
def test_the_price_can_be_accepted(sides: Shippers, wish: LabelWish) -> None:
    sides.carrier.prices["standard"] = ("11.01", 2)
    with pytest.raises(PriceAboveLimit):
        sides.buy()
    assert sides.buy(wish=wish).label.cost == euros("11.01")


def test_a_person_can_say_the_most_that_it_may_cost(sides: Shippers) -> None:
    with pytest.raises(PriceAboveLimit, match=r"it may cost 9\.99 EUR") as refusal:
        sides.buy(wish=at_most("9.99"))
    assert "puede costar 9,99 EUR (se había indicado 10,00 EUR)" in refusal.value.format("es")
    assert sides.carrier.purchases == []


def test_a_carrier_that_does_not_say_its_price_before_is_looked_at_afterwards(sides: Shippers) -> None:
    sides.carrier.says_price = False
    sides.carrier.prices["standard"] = ("12.00", 2)
    made = sides.buy()
    assert made.label.cost == euros("12.00")
    assert NEEDS_ATTENTION in sides.order().flags
    assert any("cost 12.00 EUR with Paid Post, and might cost 11.00 EUR" in said for said in sides.alerts())


def test_a_quote_for_something_else_limits_nothing(sides: Shippers) -> None:
    sides.carrier.prices["standard"] = ("50.00", 2)
    order = sides.order()
    order.person = {"weight_g": 9000}
    with sides.app.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()
    label = sides.buy().label
    assert (label.quoted, label.max_price) == (None, None)


def test_a_limit_is_a_percentage(sides: Shippers) -> None:
    for percent in (-1, 1001):
        with pytest.raises(Refused, match="from 0 to 1000 %"):
            set_price_limit(sides.app, sides.shop.merchant.slug, percent)
    assert parse_price_limit(" 10 % ") == 10
    with pytest.raises(Refused, match="whole number"):
        parse_price_limit("ten")
    assert set_price_limit(sides.app, sides.shop.merchant.slug, parse_price_limit(" ")).price_limit_percent is None
    sides.carrier.prices["standard"] = ("50.00", 2)
    assert sides.buy().label.cost == euros("50.00")
