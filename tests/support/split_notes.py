"""Goods-out notes of a sandbox that leave in parts, and what the sandbox has of them afterwards."""

from __future__ import annotations

from decimal import Decimal

from support.sandbox_shop import SandboxShop
from support.shop import Shop

from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.order import Order
from engine.services.fulfillment.shipments import keep_shipment


def new_note(shop: SandboxShop) -> int:
    """The id of a printed note of an order with two rows of three units each."""
    order_id, note = shop.server.data.create_order(rows=2)
    assert note is not None
    with shop.server.data.edit_order(order_id) as order:
        for row in order["orderRows"].values():
            row["quantity"]["magnitude"] = "3"
    with shop.server.data.edit_note(note) as document:
        document["orderRows"] = {row: [{**places[0], "quantity": 3}] for row, places in document["orderRows"].items()}
        document["priority"] = True
    return note


def new_order(shop: SandboxShop) -> tuple[int, Order]:
    """The same, imported, with its order."""
    note = new_note(shop)
    shop.run_import()
    return note, shop.note_order(note)


def now(shop: SandboxShop, order: Order) -> Order:
    with shop.app.reading() as unit:
        return unit.orders.get(order.account_id, order.id)


def leaves(shop: SandboxShop | Shop, order: Order, number: str, units: int = 1, line: int = 0) -> Shipment:
    """Some units of one of an order's lines."""
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, order.id, for_change=True)
        lines = {list(order.quantities())[line]: Decimal(units)}
        parcels = (Parcel(new_id("par"), tracking_number=number),)
        planned = Shipment(new_id("shp"), order.account_id, order.id, None, "seur", "24h", lines, parcels)
        shipment = planned.ship(shop.app.clock.now())
        keep_shipment(shop.app, unit, order, shipment, "operator", shop.app.clock.now())
        unit.commit()
    return shipment


def notes_of(shop: SandboxShop, order: Order) -> dict[int, list[int]]:
    """The units of each note of an order in Brightpearl, row by row."""
    notes = {one: shop.server.data.note(one) for one in shop.server.data.note_ids(int(order.external_order_id))}
    return {one: [sum(p["quantity"] for p in places) for places in note["orderRows"].values()] for one, note in notes.items()}
