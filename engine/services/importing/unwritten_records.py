"""What a store says of orders, without what it was told of them from here: our own words are none of the store's."""

from __future__ import annotations

from collections.abc import Sequence

from engine.application import Application
from engine.model.note_shipping import note_shipping
from engine.model.store import Ready, Record, Store
from engine.ports import StatesShipping, StoreSession


def unwritten_records(
    app: Application, store: Store, origin: str, session: StoreSession, records: Sequence[Record]
) -> list[Record]:
    """The records as they were had nothing been written there; by whichever store of the vendor's account the orders came."""
    ids = [one.external_id for one in records if isinstance(one, Ready) and one.is_written_on]
    if not ids or not isinstance(session, StatesShipping):
        return list(records)
    with app.reading() as uow:
        homes = uow.orders.homes(store.account_id, origin, ids)
        orders = uow.orders.get_many(store.account_id, [order_id for order_id, _ in homes.values()])
    kept = {order.external_id: note_shipping(order, order.external_id) for order in orders}
    return [
        session.unwritten(one, kept[one.external_id]) if isinstance(one, Ready) and one.external_id in kept else one
        for one in records
    ]
