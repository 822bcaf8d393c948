"""Puts on record what a store says of how an order ships before it is told otherwise, and what it is told."""

from __future__ import annotations

from dataclasses import replace

from engine.application import Application
from engine.model.note_shipping import keep_note_shipping, note_shipping
from engine.model.order import Order
from engine.model.write_back import ShipmentNotice
from engine.ports import StatesShipping, StoreSession
from engine.services.fulfillment.parts_together import lock_together, orders_together


def remember_shipping(app: Application, order: Order, notice: ShipmentNotice, session: StoreSession) -> ShipmentNotice:
    """The notice with what is on record then, kept before any of it is told. Never inside a transaction. Raises StoreError."""
    if not isinstance(session, StatesShipping):
        return notice
    told = session.shipping_told(notice)
    with app.reading() as uow:
        [original, *_] = orders_together(uow, uow.orders.get(order.account_id, order.id))
    kept = note_shipping(original, notice.external_id)
    if not all(kept.is_ours(name, number) for name, number in told.items()):
        stated = session.shipping_stated(notice.external_id)
        with app.unit_of_work() as uow:
            [original, *_] = lock_together(uow, uow.orders.get(order.account_id, order.id))
            kept = note_shipping(original, notice.external_id).telling(stated, told)
            keep_note_shipping(original, kept)
            uow.orders.update_many([original])
            uow.commit()
    return replace(notice, shipping=kept)
