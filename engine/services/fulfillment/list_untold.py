"""What has shipped and is not told yet: to the store that an order came from, or to the client it was shipped for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.model.fulfillment import Shipment
from engine.model.job import Job, JobState
from engine.model.sentence import Sentence

AT_MOST = 200  # of a list that should be empty


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


def list_untold(app: Application, account_id: str) -> list[Untold]:
    """The oldest first, no more than a page has room for."""
    with app.reading() as uow:
        jobs = uow.jobs.list_untold(account_id, AT_MOST)
        ids = [str(job.order_id) for job in jobs]
        orders = {order.id: order for order in uow.orders.get_many(account_id, ids)}
        by_order = uow.fulfillment.shipments_by_order(account_id, ids)
    shipments = {one.id: one for found in by_order.values() for one in found}
    return [
        _untold(job, orders[str(job.order_id)].order_number, shipments[str(job.payload["shipment_id"])])
        for job in jobs
        if str(job.payload["shipment_id"]) in shipments
    ]


def _untold(job: Job, order_number: str, shipment: Shipment) -> Untold:
    return Untold(
        order_id=str(job.order_id),
        order_number=order_number,
        shipment=shipment,
        since=shipment.shipped_at or job.created_at,
        attempts=job.attempts,
        is_given_up=job.state is JobState.DEAD,
        problem=job.last_error,
    )
