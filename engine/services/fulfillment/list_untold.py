"""What has shipped and is not told yet: to the store that an order came from, the client it was shipped for, or its buyer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.application import Application
from engine.model.buyer_mail import BuyerMail
from engine.model.fulfillment import Shipment
from engine.model.job import Job, JobKind, JobState
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.model.store_kind import Capability
from engine.ports import UnitOfWork
from engine.services.fulfillment.telling import Telling, when_order_is_told
from engine.services.stores.store_kinds import kind_of

AT_MOST = 200  # of a list that should be empty


class Listener(StrEnum):
    """Who has to hear of a shipment."""

    STORE = "store"
    CLIENT = "client"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Untold:
    """A shipment of which somebody has not heard; `since` it left."""

    order_id: str
    order_number: str
    shipment: Shipment
    since: datetime
    attempts: int
    is_given_up: bool
    problem: Sentence | None  # why the last attempt failed
    listener: Listener = Listener.STORE
    mail: BuyerMail | None = None  # that the buyer is to get
    tried_at: datetime | None = None
    asks_parts: bool = False  # a person has to say whether the store hears of a part


def list_untold(app: Application, account_id: str) -> list[Untold]:
    """The oldest first, no more than a page has room for."""
    with app.reading() as uow:
        jobs = uow.jobs.list_untold(account_id, AT_MOST)
        ids = [str(job.order_id) for job in jobs]
        orders = {order.id: order for order in uow.orders.get_many(account_id, ids)}
        by_order = uow.fulfillment.shipments_by_order(account_id, ids)
        of_clients = _stores_of_clients(app, uow, list(orders.values()))
        waiting = {str(job.order_id) for job in jobs if job.state is JobState.WAITING and job.kind is JobKind.NOTIFY_STORE}
        asking = {one for one in waiting if when_order_is_told(app, uow, orders[one]) is Telling.ASKS}
    shipments = {one.id: one for found in by_order.values() for one in found}
    return [
        _untold(
            job,
            order,
            shipments[str(job.payload["shipment_id"])],
            is_client=order.store_id in of_clients,
            asks=job.kind is JobKind.NOTIFY_STORE and order.id in asking,
        )
        for job in jobs
        if str(job.payload["shipment_id"]) in shipments
        for order in [orders[str(job.order_id)]]
    ]


def _stores_of_clients(app: Application, uow: UnitOfWork, orders: list[Order]) -> set[str | None]:
    by_store = {order.store_id: order for order in orders}
    return {store for store, order in by_store.items() if kind_of(app, uow, order).can(Capability.REQUESTS)}


def _untold(job: Job, order: Order, shipment: Shipment, *, is_client: bool, asks: bool) -> Untold:
    is_mail = job.kind is JobKind.BUYER_EMAIL
    return Untold(
        order_id=order.id,
        order_number=order.order_number,
        shipment=shipment,
        since=shipment.shipped_at or job.created_at,
        attempts=job.attempts,
        is_given_up=job.state is JobState.DEAD,
        problem=job.last_error,
        listener=Listener.BUYER if is_mail else Listener.CLIENT if is_client else Listener.STORE,
        mail=BuyerMail(job.payload["mail"]) if is_mail else None,
        tried_at=job.tried_at,
        asks_parts=asks,
    )
