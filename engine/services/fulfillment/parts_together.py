"""An order with its parts: the store knows them as one, and is told of them together."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.fulfillment import Shipment
from engine.model.note_split import split_with
from engine.model.order import Order, OrderState
from engine.model.order_link import LinkKind
from engine.model.order_part import is_part, parts_made, state_together
from engine.ports import UnitOfWork


def orders_together(uow: UnitOfWork, order: Order, known: Iterable[Order] = ()) -> list[Order]:
    """The original and its parts, in this order; alone where it has none.

    `order`, and those `known`, are as they were given, others as they are kept.
    """
    if not (is_part(order) or parts_made(order)):
        return [order]
    ids = _ids_together(uow, order)
    given = {one.id: one for one in (*known, order)}
    kept = uow.orders.get_many(order.account_id, [one for one in ids if one not in given])
    orders = given | {one.id: one for one in kept}
    return [orders[one] for one in ids]


def lock_together(uow: UnitOfWork, order: Order) -> list[Order]:
    """The same, all of them locked as they are then, in the order in which everybody locks them."""
    ids = _ids_together(uow, order) if is_part(order) or parts_made(order) else [order.id]
    locked = {one.id: one for one in uow.orders.get_many(order.account_id, ids, for_change=True)}
    return [locked[one] for one in ids]


def _ids_together(uow: UnitOfWork, order: Order) -> list[str]:
    links = [one for one in uow.order_links.list_for(order.account_id, [order.id]) if one.kind is LinkKind.PART]
    original_id = next((link.origin_id for link in links if link.order_id == order.id), order.id)
    if original_id != order.id:
        of_original = uow.order_links.list_for(order.account_id, [original_id])
        links = [one for one in of_original if one.kind is LinkKind.PART and one.origin_id == original_id]
    return [original_id, *(link.order_id for link in links)]


def state_of_all(uow: UnitOfWork, order: Order) -> OrderState:
    """How far an order has come together with its parts."""
    return state_together(orders_together(uow, order))


def shipments_together(uow: UnitOfWork, order: Order) -> list[Shipment]:
    """What has left of an order and of its parts, or was to."""
    orders = orders_together(uow, order)
    if len(orders) == 1:
        return uow.fulfillment.list_shipments(order.account_id, order.id)
    by_order = uow.fulfillment.shipments_by_order(order.account_id, [one.id for one in orders])
    return [shipment for one in orders for shipment in by_order.get(one.id, ())]


def on_note_of(shipments: Iterable[Shipment], order: Order, shipment: Shipment) -> list[Shipment]:
    """Those of some shipments of an order that the store has on the same note as this one."""
    own = split_with(order, shipment.id)
    return [one for one in shipments if split_with(order, one.id) == own]
