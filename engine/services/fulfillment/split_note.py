"""Gives what has left of an order a note of its own in the store, one kept step after the other; the rest stays open there.

Whoever calls has the lease of the order's write-back, so no two split at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.note_split import (
    NoteSplit,
    begun_split,
    drop_split,
    item_of,
    keep_split,
    note_splits,
    split_with,
    stand_for_rest,
)
from engine.model.order import Order, OrderState
from engine.model.order_part import original_key
from engine.model.store import Store
from engine.model.write_back import PartsTelling
from engine.ports import SplitImpossible, SplitsNotes, StoreSession, UnitOfWork
from engine.services.fulfillment.parts_together import lock_together, shipments_together, state_of_all
from engine.services.fulfillment.telling import telling_of_parts
from engine.services.lease import LeaseWatch


def split_for(
    app: Application, store: Store, order: Order, shipment: Shipment, session: StoreSession, watch: LeaseWatch
) -> NoteSplit | None:
    """The split by which a shipment has a note of its own, done; None when the store is told of it on the order's note.

    A split that was begun is carried on first, whichever shipment it is for. Raises StoreError.
    """
    if not isinstance(session, SplitsNotes):
        return None
    with app.reading() as uow:
        order = uow.orders.get(order.account_id, order.id)
    if (begun := begun_split(order)) is not None:
        _carry_on(app, order, begun, session, watch)
        with app.reading() as uow:
            order = uow.orders.get(order.account_id, order.id)
    if (known := split_with(order, shipment.id)) is not None:
        return known
    if telling_of_parts(store.settings, order) != PartsTelling.SPLIT:
        return None
    new = _begin(app, order, session)
    return None if new is None else _carry_on(app, order, new, session, watch)


def _begin(app: Application, order: Order, session: SplitsNotes) -> NoteSplit | None:
    """Keep what is to become of the note; None where nothing has to be split by now."""
    with app.reading() as uow:
        if state_of_all(uow, order) is not OrderState.PARTIALLY_SHIPPED:
            return None
        leaving = _unsplit(uow, order)
    note, units = original_key(order.external_id), _units(leaving)
    plan = session.plan_split(note, units)
    if plan is None:
        return None
    with app.unit_of_work() as uow:
        together = lock_together(uow, order)
        now_leaving = _unsplit(uow, order)
        is_open = state_of_all(uow, order) is OrderState.PARTIALLY_SHIPPED
        if not is_open or [one.id for one in now_leaving] != [one.id for one in leaving]:
            return None
        items = {str(item.get("line_key")): item for one in together for item in one.document().get("items", ())}
        lines = tuple(item_of(items[key], quantity) for key, quantity in units.items() if key in items)
        split = NoteSplit(note, tuple(one.id for one in leaving), lines, plan)
        keep_split(together, split)
        uow.orders.update_many(together)
        uow.commit()
    return split


def _carry_on(app: Application, order: Order, split: NoteSplit, session: SplitsNotes, watch: LeaseWatch) -> NoteSplit:
    if not split.rest:
        watch.check()
        try:
            part, rest = session.split_note(split.plan)
        except SplitImpossible:
            _give_up(app, order, split)
            raise
        split = replace(split, part=part, rest=rest)
        _keep(app, order, split)
    watch.check()
    session.open_rest(split.plan, split.rest)
    split = replace(split, is_done=True)
    _keep(app, order, split)
    return split


def _give_up(app: Application, order: Order, split: NoteSplit) -> None:
    """Nothing of it has come to be: what the store says of the order counts again."""
    with app.unit_of_work() as uow:
        together = lock_together(uow, uow.orders.get(order.account_id, order.id))
        drop_split(together, split)
        uow.orders.update_many(together)
        uow.commit()


def _keep(app: Application, order: Order, split: NoteSplit) -> None:
    """Keep how far a split has come; the rest stands for the order as soon as the store has it."""
    with app.unit_of_work() as uow:
        together = lock_together(uow, uow.orders.get(order.account_id, order.id))
        keep_split(together, split)
        stand_for_rest(together, split)
        uow.orders.update_many(together)
        if split.is_done:
            now = app.clock.now()
            ids = [split.part, split.rest]
            uow.audit.append(
                [AuditEntry(one.account_id, now, "worker", "store.note_split", one.id, split.note, ids) for one in together]
            )
        uow.commit()


def _unsplit(uow: UnitOfWork, order: Order) -> list[Shipment]:
    """What has left of an order and its parts and has no note of its own."""
    known = {shipment_id for split in note_splits(order) for shipment_id in split.shipment_ids}
    shipped = [one for one in shipments_together(uow, order) if one.state is ShipmentState.SHIPPED]
    return sorted((one for one in shipped if one.id not in known), key=lambda one: one.id)


def _units(shipments: Iterable[Shipment]) -> dict[str, Decimal]:
    units: dict[str, Decimal] = {}
    for one in shipments:
        for key, quantity in one.lines.items():
            units[key] = units.get(key, Decimal(0)) + quantity
    return units
