"""Imports of orders whose note in the store was split: what left by a note of its own is not a new order and closes none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.application import Application
from engine.model.note_split import begun_split, note_splits, whole_document
from engine.model.order import Order, OrderHead
from engine.model.store import Ready, Record, Store
from engine.model.store_kind import Capability
from engine.ports import UnitOfWork
from engine.services.importing.record_changes import revision_of
from engine.services.stores.store_takeover import scope_of


def split_off(
    app: Application, uow: UnitOfWork, store: Store, origin: str, records: Sequence[Record], heads: dict[str, OrderHead]
) -> set[str]:
    """The external ids of new records that are not orders: the store's notes of what has left, or was split, and of what is
    being split, whichever they are. By whichever store of the vendor's account the order came.
    """
    if not app.describe(store.kind).can(Capability.SPLITS):
        return set()
    new = {one.external_id: one for one in records if isinstance(one, Ready) and one.external_id not in heads}
    if not new:
        return set()
    found: set[str] = set()
    for home in [store, *_with_origin(app, uow, store, origin)]:
        ids = uow.orders.ids_by_order(store.account_id, home.id, [one.external_order_id for one in new.values()])
        for order in uow.orders.get_many(store.account_id, ids) if ids else ():
            gone = {note for split in note_splits(order) for note in (split.note, split.part)}
            is_splitting = begun_split(order) is not None
            found |= {
                external_id
                for external_id, one in new.items()
                if external_id in gone or (is_splitting and one.external_order_id == order.external_order_id)
            }
    return found


def _with_origin(app: Application, uow: UnitOfWork, store: Store, origin: str) -> list[Store]:
    others = [one for one in uow.stores.list_for(store.account_id) if one.id != store.id and one.kind == store.kind]
    return [one for one in others if origin and scope_of(app, one).origin == origin]


def that_say_something(orders: Sequence[Order], records: Sequence[Ready]) -> tuple[list[Order], list[Ready]]:
    """The locked orders, and what the store says of them, as of one note; without those that are being split, or were split
    since the store was read.
    """
    by_id = {order.external_id: order for order in orders if begun_split(order) is None}
    said = [one for one in records if one.external_id in by_id]
    names = {one.external_id for one in said}
    return [order for order in orders if order.external_id in names], [_whole(by_id[one.external_id], one) for one in said]


def _whole(order: Order, record: Ready) -> Ready:
    if not note_splits(order):
        return record
    document = whole_document(order, record.document)
    return replace(record, order_number=order.order_number, document=document, revision=revision_of(record.document))


def may_be_closed(order: Order, head: OrderHead) -> bool:
    """Whether a note that is gone or shipped says so of the order: it is the one that stands for it, and is not being split."""
    return begun_split(order) is None and order.external_id == head.external_id
