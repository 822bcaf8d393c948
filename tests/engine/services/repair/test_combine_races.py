"""Two people at orders of one parcel at once: one wins, the other gets a sentence, and no unit leaves twice."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from support.clock import FixedClock
from support.races import race, refused
from support.shop import Shop, open_shop, ready

from engine.model.fulfillment import ShipmentState
from engine.model.order import Order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.repair.combine import combine_orders
from storage.database import Database

TIMES = 3  # each race is run so often: which of the two is first is the machine's choice


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


def import_two(shop: Shop, run: int) -> list[str]:
    items = [{"line_key": "a", "sku": "A", "quantity": 1}]
    numbers = (f"{run}1", f"{run}2")
    shop.import_all(*(ready(number, items=items) for number in numbers))
    return [shop.order_id(number) for number in numbers]


def left(shop: Shop, order_ids: list[str]) -> list[Decimal]:
    """The units of each order that are out, as its own shipments say."""
    with shop.app.reading() as uow:
        shipped = uow.fulfillment.shipments_by_order(shop.merchant.id, order_ids)
        orders = {order.id: order for order in uow.orders.get_many(shop.merchant.id, order_ids)}
    return [
        _own(orders[one], [it.lines for it in shipped.get(one, ()) if it.state is ShipmentState.SHIPPED]) for one in order_ids
    ]


def _own(order: Order, lines: list[dict[str, Decimal]]) -> Decimal:
    return sum((units for one in lines for key, units in one.items() if key == "a"), Decimal(0))


def test_two_who_combine_the_same_orders(shop: Shop) -> None:
    for run in range(1, 1 + TIMES):
        ids = import_two(shop, run)
        act = partial(combine_orders, shop.app, shop.merchant.id, ids, "usr_1")
        assert len(refused(race(act, act))) == 1
        with shop.app.reading() as uow:
            lead = uow.orders.get(shop.merchant.id, min(ids))
        assert sum(lead.quantities().values()) == 2


def test_one_who_combines_what_another_ships(shop: Shop) -> None:
    for run in range(1, 1 + TIMES):
        ids = import_two(shop, run)
        ship = partial(ship_order, shop.app, shop.merchant.id, ids[1], Shipping("seur", "24h", (f"T{run}",)), "usr_1")
        answers = race(partial(combine_orders, shop.app, shop.merchant.id, ids, "usr_1"), ship)
        assert len(refused(answers)) == 1
        assert max(left(shop, ids)) <= 1
