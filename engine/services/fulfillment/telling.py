"""When the store that an order came from, or the client it is for, hears of what has left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.application import Application
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.order import Order, OrderState
from engine.model.store_kind import Capability, StoreKind
from engine.model.webhook import ListeningStore
from engine.model.write_back import ASKS_PARTS, TELL_PARTS, PartsTelling, notify_key
from engine.ports import UnitOfWork
from engine.services.fulfillment.kept_from_store import is_kept_from_store

ASKS = "asks"  # why a job waits: a person has to say whether the store hears of a part


class Telling(StrEnum):
    """Whether somebody is told now."""

    NOT = "not"
    NOW = "now"
    ASKS = "asks"


def when_told(kind: StoreKind, settings: Mapping[str, Any], order: Order) -> Telling:
    """Whether the order's store is to hear of a shipment now.

    A client hears of each. A store hears when all of the order has left, and before that of parts as its settings, or a
    person's answer, have it; unless it is not to hear at all.
    """
    if kind.can(Capability.REQUESTS):
        return Telling.NOW
    if is_kept_from_store(order):
        return Telling.NOT
    if order.state is OrderState.SHIPPED:
        return Telling.NOW
    if order.state is not OrderState.PARTIALLY_SHIPPED:
        return Telling.NOT
    if asks_about_parts(settings, order):
        return Telling.ASKS
    return Telling.NOW if _telling_of_parts(settings, order) == PartsTelling.EACH_PART else Telling.NOT


def asks_about_parts(settings: Mapping[str, Any], order: Order) -> bool:
    """Whether a person has to say when the store hears of what has left of an order."""
    return order.state is OrderState.PARTIALLY_SHIPPED and _telling_of_parts(settings, order) == PartsTelling.ASK


def _telling_of_parts(settings: Mapping[str, Any], order: Order) -> Any:
    return order.person.get(TELL_PARTS) or settings.get(TELL_PARTS)


def when_order_is_told(app: Application, uow: UnitOfWork, order: Order) -> Telling:
    """The same of an order whose store is not at hand."""
    store = None if order.store_id is None else uow.stores.find_unopened(order.account_id, order.store_id)
    return Telling.NOT if store is None else when_told(app.describe(store.kind), store.settings, order)


def plan_telling(app: Application, uow: UnitOfWork, leaving: Sequence[tuple[Order, Shipment]], now: datetime) -> dict[str, Job]:
    """The jobs that tell of shipments of one account, kept already, by the ids of their orders; of some nobody hears now.

    Where a person has to say so, the job waits, and the order is flagged: whoever asks for the jobs writes it afterwards.
    """
    stores = {order.store_id for order, _ in leaving if order.store_id is not None}
    known: dict[str | None, ListeningStore | None] = {
        one: uow.stores.find_unopened(leaving[0][0].account_id, one) for one in stores
    }
    jobs = {}
    for order, shipment in leaving:
        store = known.get(order.store_id)
        job = None if store is None else _job(app, uow, store, order, shipment, now)
        if job is not None:
            jobs[order.id] = job
    return jobs


def _job(app: Application, uow: UnitOfWork, store: ListeningStore, order: Order, shipment: Shipment, now: datetime) -> Job | None:
    kind = app.describe(store.kind)
    telling = when_told(kind, store.settings, order)
    if telling is Telling.NOT or not kind.can(Capability.WRITE_BACK):
        return None
    payload = {"shipment_id": shipment.id}
    job = Job(new_id("job"), order.account_id, JobKind.NOTIFY_STORE, notify_key(shipment.id), payload, now, now, order.id)
    if telling is Telling.ASKS:
        order.flag(ASKS_PARTS)
        return replace(job, state=JobState.WAITING, reason=ASKS)
    if store.settings.get(TELL_PARTS) == PartsTelling.ASK and order.state is OrderState.SHIPPED:
        call_off_questions(uow, order, but=shipment.id)
    return job


def call_off_questions(uow: UnitOfWork, order: Order, *, but: str = "") -> None:
    """Nobody has to say any more whether the store hears of the parts that have left."""
    for shipment in uow.fulfillment.list_shipments(order.account_id, order.id):
        if shipment.state is ShipmentState.SHIPPED and shipment.id != but:
            job = uow.jobs.find(order.account_id, notify_key(shipment.id))
            if job is not None and job.state is JobState.WAITING:
                uow.jobs.cancel(order.account_id, job.key)
    order.unflag(ASKS_PARTS)
