"""Gives what has left of an order a note of its own in the store, one kept step after the other; the rest stays open there.

Whoever calls has the lease of the order's write-back, so no two split at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
from engine.services.steps import Step, take_steps


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
        take_steps(SPLIT_STEPS, Splitting(app, order, session, watch, begun))
        with app.reading() as uow:
            order = uow.orders.get(order.account_id, order.id)
    if (known := split_with(order, shipment.id)) is not None:
        return known
    if telling_of_parts(store.settings, order) != PartsTelling.SPLIT:
        return None
    attempt = Splitting(app, order, session, watch)
    take_steps(SPLIT_STEPS, attempt)
    return attempt.split


@dataclass(slots=True)
class Splitting:
    """How far one attempt has come; without a split where nothing has to be split by now."""

    app: Application
    order: Order
    session: SplitsNotes
    watch: LeaseWatch
    split: NoteSplit | None = None


def _plan(attempt: Splitting) -> None:
    """Keep what is to become of the note, before anything does."""
    if attempt.split is not None:
        return
    app, order = attempt.app, attempt.order
    with app.reading() as uow:
        if state_of_all(uow, order) is not OrderState.PARTIALLY_SHIPPED:
            return
        leaving = _unsplit(uow, order)
    note, units = original_key(order.external_id), _units(leaving)
    plan = attempt.session.plan_split(note, units)
    if plan is None:
        return
    with app.unit_of_work() as uow:
        together = lock_together(uow, order)
        now_leaving = _unsplit(uow, order)
        is_open = state_of_all(uow, order) is OrderState.PARTIALLY_SHIPPED
        if not is_open or [one.id for one in now_leaving] != [one.id for one in leaving]:
            return
        items = {str(item.get("line_key")): item for one in together for item in one.document().get("items", ())}
        lines = tuple(item_of(items[key], quantity) for key, quantity in units.items() if key in items)
        split = NoteSplit(note, tuple(one.id for one in leaving), lines, plan)
        keep_split(together, split)
        uow.orders.update_many(together)
        uow.commit()
    attempt.split = split


def _split(attempt: Splitting) -> None:
    if attempt.split is None or attempt.split.rest:
        return
    attempt.watch.check()
    try:
        part, rest = attempt.session.split_note(attempt.split.plan)
    except SplitImpossible:
        _give_up(attempt.app, attempt.order, attempt.split)
        raise
    attempt.split = replace(attempt.split, part=part, rest=rest)


def _keep_notes(attempt: Splitting) -> None:
    """Keep both notes; the rest stands for the order from here on, before an import can read it as an order of its own."""
    if attempt.split is not None:
        _keep(attempt.app, attempt.order, attempt.split)


def _open_rest(attempt: Splitting) -> None:
    if attempt.split is not None:
        attempt.watch.check()
        attempt.session.open_rest(attempt.split.plan, attempt.split.rest)


def _keep_done(attempt: Splitting) -> None:
    if attempt.split is not None:
        attempt.split = replace(attempt.split, is_done=True)
        _keep(attempt.app, attempt.order, attempt.split)


SPLIT_STEPS: tuple[Step[Splitting], ...] = (
    Step("plan", _plan),
    Step("split", _split),
    Step("keep_notes", _keep_notes),
    Step("open_rest", _open_rest),
    Step("keep_done", _keep_done),
)


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
