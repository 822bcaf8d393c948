"""Orders of one recipient that leave in one parcel, as people, stores and carriers act on them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from support.labels import Shippers
from support.shop import ready

from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.order import Order, OrderState
from engine.model.order_combined import lent_key
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.fulfillment.shipments import keep_shipment
from engine.services.repair.combine import combine_orders


def of(number: str, units: int, **changes: Any) -> Any:
    """What the store says of an order of one line; without units it has no line."""
    items = [{"line_key": "a", "sku": "A", "name": "Mug", "quantity": units, "weight_g": 400}] if units else []
    return ready(number, items=items, **changes)


def combine(sides: Shippers, units: Mapping[str, int]) -> None:
    """Orders of so many units each, imported anew, leave with the first of them."""
    sides.shop.import_all(*(of(number, wanted) for number, wanted in units.items()))
    ids = [sides.shop.order_id(number) for number in units]
    combine_orders(sides.app, sides.merchant, ids, sides.owner.id)


def ship(sides: Shippers, number: str, tracking: str = "T1") -> None:
    ship_order(sides.app, sides.merchant, sides.shop.order_id(number), Shipping("seur", "24h", (tracking,)), sides.owner.id)


def unship(sides: Shippers, number: str) -> None:
    unship_order(sides.app, sides.merchant, sides.shop.order_id(number), sides.owner.id)


def leaves(sides: Shippers, number: str, lines: Mapping[str, int], tracking: str = "P1") -> None:
    """Some units of an order go ahead; a line of another order in its parcel is `NUMBER:KEY`."""
    now = sides.app.clock.now()
    with sides.app.unit_of_work() as uow:
        order = uow.orders.get(sides.merchant, sides.shop.order_id(number), for_change=True)
        parcels = (Parcel(new_id("par"), tracking_number=tracking),)
        units = {_key(sides, key): Decimal(quantity) for key, quantity in lines.items()}
        planned = Shipment(new_id("shp"), sides.merchant, order.id, None, "seur", "24h", units, parcels)
        keep_shipment(sides.app, uow, order, planned.ship(now), sides.owner.id, now)
        uow.commit()


def _key(sides: Shippers, key: str) -> str:
    number, colon, line = key.rpartition(":")
    return lent_key(sides.shop.order_id(number), line) if colon else key


def order(sides: Shippers, number: str) -> Order:
    """By whichever store it came."""
    with sides.app.reading() as uow:
        return next(one for one in uow.orders.stream(sides.merchant) if one.order_number == number)


def states(sides: Shippers, *numbers: str) -> list[OrderState]:
    return [order(sides, number).state for number in numbers]


def units(sides: Shippers, number: str) -> list[int]:
    """The units of each line that an order has, those of others in its parcel behind its own."""
    return [int(quantity) for quantity in order(sides, number).quantities().values()]


def out(sides: Shippers, number: str) -> int:
    """How many units of its shipments an order counts as out, those of others in its parcel among them."""
    with sides.app.reading() as uow:
        found = uow.fulfillment.list_shipments(sides.merchant, order(sides, number).id)
    return int(sum(sum(one.lines.values()) for one in found if one.state is ShipmentState.SHIPPED))


def told(sides: Shippers) -> list[tuple[str, tuple[str, ...]]]:
    """Of which orders the store has heard that they left, and with which numbers, in turn."""
    return [(notice.external_id, notice.tracking_numbers) for step, notice in sides.shop.connector.told if step is not None]
