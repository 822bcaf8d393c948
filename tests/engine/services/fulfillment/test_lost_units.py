"""The merchant's order loses units after the 3PL has imported it, and the 3PL ships what it has: what left counts, for both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest, Work
from engine.services.fulfillment.ship_order import unship_order
from engine.services.fulfillment.surplus import SHIPPED_SURPLUS
from engine.services.inventory.change_counts import set_count
from storage.database import Database


def item(key: str, quantity: int) -> dict[str, Any]:
    return {"line_key": key, "sku": f"S{key}", "name": f"Thing {key}", "quantity": quantity}


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    sides.shop.import_all(ready("1", items=[item("1", 3), item("2", 1)]))
    return sides


def shipped_as_it_was(sides: TwoSides, clock: FixedClock) -> FulfillmentRequest:
    """The order loses all of line 2 and two units of line 1; the provider ships before it has heard of it."""
    request = sides.taken()
    clock.sleep(3600)
    sides.shop.import_all(ready("1", items=[item("1", 1)]))
    sides.ship(request)
    return sides.request(request.id)


def test_what_left_counts_on_both_sides_and_both_are_told(sides: TwoSides, clock: FixedClock) -> None:
    request = shipped_as_it_was(sides, clock)

    assert [(line.quantity, line.shipped, line.rest, line.surplus) for line in request.lines] == [(1, 3, 0, 2), (0, 1, 0, 1)]
    assert request.work(clock.now()) is Work.DONE
    sides.shop.work_off()
    copy, order = sides.copy(request), sides.order()
    assert (copy.state, order.state) == (OrderState.SHIPPED, OrderState.SHIPPED)
    with sides.app.reading() as uow:
        (theirs,) = uow.fulfillment.list_shipments(sides.provider, copy.id)
        (ours,) = uow.fulfillment.list_shipments(sides.merchant, order.id)
        (provider_told,) = [str(alert.message) for alert in uow.alerts.list_for(sides.provider)]
    assert dict(ours.lines) == dict(theirs.lines) == {"1": 3, "2": 1}
    for one in (copy, order):
        assert {SHIPPED_SURPLUS, NEEDS_ATTENTION} <= set(one.flags)
    assert "asks for by now: 3 × S1 instead of 1; 1 × S2 instead of 0." in provider_told
    (merchant_told,) = [told for told in sides.alerts() if "has sent more of order 1" in told]
    assert "3 × S1 instead of 1; 1 × S2 instead of 0." in merchant_told


def test_stock_loses_what_left_and_nothing_is_reserved_below_zero(sides: TwoSides, clock: FixedClock) -> None:
    set_count(sides.app, sides.clerk, sides.shop.merchant.slug, "S1", Decimal(10))
    shipped_as_it_was(sides, clock)

    with sides.app.reading() as uow:
        (count,) = [one for one in uow.inventory.list_for_provider(sides.provider, [sides.merchant]) if one.sku == "S1"]
    assert (count.on_hand, count.reserved) == (7, 0)


def test_taking_it_back_takes_the_surplus_back_too(sides: TwoSides, clock: FixedClock) -> None:
    request = shipped_as_it_was(sides, clock)

    unship_order(sides.app, sides.provider, str(request.copy_id), sides.clerk.id)
    sides.shop.work_off()

    assert [(line.quantity, line.shipped) for line in sides.request(request.id).lines] == [(1, 0), (0, 0)]
    for one in (sides.copy(request), sides.order()):
        assert SHIPPED_SURPLUS not in one.flags
    assert sides.copy(request).quantities() == {"1": 1}
