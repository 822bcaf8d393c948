"""Which kind of store an order came from."""

from __future__ import annotations

from engine.application import Application
from engine.model.order import Order
from engine.model.store_kind import StoreKind, unknown_kind
from engine.ports import UnitOfWork


def kind_of(app: Application, uow: UnitOfWork, order: Order) -> StoreKind:
    """What the kind of an order's store says of itself; nothing where the order came from none."""
    store = None if order.store_id is None else uow.stores.find_listening(order.store_id)  # without opening its credentials
    return unknown_kind("") if store is None else app.describe(store.kind)
