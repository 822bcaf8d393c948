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
from engine.model.order_part import state_together
from engine.model.store_kind import Capability, StoreKind
from engine.model.webhook import ListeningStore
from engine.model.write_back import ASKS_PARTS, TELL_PARTS, PartsTelling, notify_key
from engine.ports import UnitOfWork
from engine.services.fulfillment.kept_from_store import is_kept_from_store
from engine.services.fulfillment.parts_together import orders_together, state_of_all

ASKS = "asks"  # why a job waits: a person has to say whether the store hears of a part


class Telling(StrEnum):
    """Whether somebody is told now."""

    NOT = "not"
    NOW = "now"
    ASKS = "asks"


def when_told(kind: StoreKind, settings: Mapping[str, Any], order: Order, state: OrderState) -> Telling:
    """Whether the order's store is to hear of a shipment now.

    A client hears of each. A store hears when all of the order has left, and before that of parts as its settings, or a
    person's answer, have it; unless it is not to hear at all. `state` is the one of the order with its parts.
    """
    if kind.can(Capability.REQUESTS):
        return Telling.NOW
    if is_kept_from_store(order):
        return Telling.NOT
    if state is OrderState.SHIPPED:
        return Telling.NOW
    if state is not OrderState.PARTIALLY_SHIPPED:
        return Telling.NOT
    if asks_about_parts(settings, order, state):
        return Telling.ASKS
    tells = telling_of_parts(settings, order) in (PartsTelling.EACH_PART, PartsTelling.SPLIT)
    return Telling.NOW if tells else Telling.NOT


def asks_about_parts(settings: Mapping[str, Any], order: Order, state: OrderState) -> bool:
    """Whether a person has to say when the store hears of what has left of an order."""
    return state is OrderState.PARTIALLY_SHIPPED and telling_of_parts(settings, order) == PartsTelling.ASK


def telling_of_parts(settings: Mapping[str, Any], order: Order) -> Any:
    """What a store hears of an order's parts: what a person has answered, else what its settings say."""
    return order.person.get(TELL_PARTS) or settings.get(TELL_PARTS)


def when_order_is_told(app: Application, uow: UnitOfWork, order: Order) -> Telling:
    """The same of an order whose store is not at hand."""
    store = None if order.store_id is None else uow.stores.find_unopened(order.account_id, order.store_id)
    if store is None:
        return Telling.NOT
    return when_told(app.describe(store.kind), store.settings, order, state_of_all(uow, order))


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
        together = orders_together(uow, order, [one for one, _ in leaving])
        job = None if store is None else _job(app, uow, store, together, order, shipment, now)
        if job is not None:
            jobs[order.id] = job
    return jobs


def _job(
    app: Application,
    uow: UnitOfWork,
    store: ListeningStore,
    together: Sequence[Order],
    order: Order,
    shipment: Shipment,
    now: datetime,
) -> Job | None:
    """Of several parts each shipment has a job: it sees, once this is kept, whether another one was the last."""
    kind = app.describe(store.kind)
    state = state_together(together)
    telling = when_told(kind, store.settings, order, state)
    looks_later = len(together) > 1 and state is OrderState.PARTIALLY_SHIPPED and not is_kept_from_store(order)
    if not kind.can(Capability.WRITE_BACK) or (telling is Telling.NOT and not looks_later):
        return None
    payload = {"shipment_id": shipment.id}
    job = Job(new_id("job"), order.account_id, JobKind.NOTIFY_STORE, notify_key(shipment.id), payload, now, now, order.id)
    if telling is Telling.ASKS:
        order.flag(ASKS_PARTS)
        return replace(job, state=JobState.WAITING, reason=ASKS)
    if store.settings.get(TELL_PARTS) == PartsTelling.ASK and state is OrderState.SHIPPED:
        for one in together:
            call_off_questions(uow, one, but=shipment.id)
    return job


def tell_if_complete(uow: UnitOfWork, together: Sequence[Order], now: datetime) -> None:
    """Where nothing of an order and its parts is still to leave by now, its store is told of what has left."""
    shipped = uow.fulfillment.shipments_by_order(together[0].account_id, [one.id for one in together])
    left = [one for shipments in shipped.values() for one in shipments if one.state is ShipmentState.SHIPPED]
    if len(together) == 1 or not left or state_together(together) is not OrderState.SHIPPED:
        return
    last = max(left, key=lambda shipment: shipment.id)
    order = next(one for one in together if one.id == last.order_id)
    if order.store_id is None or is_kept_from_store(order):
        return
    for one in together:
        call_off_questions(uow, one, but=last.id)
    payload, key = {"shipment_id": last.id}, notify_key(last.id)
    uow.jobs.upsert_due(Job(new_id("job"), order.account_id, JobKind.NOTIFY_STORE, key, payload, now, now, order.id))


def call_off_questions(uow: UnitOfWork, order: Order, *, but: str = "") -> None:
    """Nobody has to say any more whether the store hears of the parts that have left."""
    for shipment in uow.fulfillment.list_shipments(order.account_id, order.id):
        if shipment.state is ShipmentState.SHIPPED and shipment.id != but:
            job = uow.jobs.find(order.account_id, notify_key(shipment.id))
            if job is not None and job.state is JobState.WAITING:
                uow.jobs.cancel(order.account_id, job.key)
    order.unflag(ASKS_PARTS)
