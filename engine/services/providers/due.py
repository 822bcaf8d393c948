"""Makes it due to tell providers' systems what has changed, and calls that off where there is nothing left to tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.model.ids import new_id
from engine.model.job import SENDING_KEY, Job, JobKind
from engine.model.request import FulfillmentRequest
from engine.ports import UnitOfWork


def make_sending_due(uow: UnitOfWork, requests: Iterable[FulfillmentRequest], now: datetime) -> None:
    """Have each request brought to its provider's system, not before it may be seen; what is there already is not sent."""
    for request in requests:
        due = max(now, request.not_before or now)
        payload = {"request_id": request.id}
        key, owner = _key(request), request.account_id
        uow.jobs.upsert_due(Job(new_id("job"), owner, JobKind.SEND_REQUEST, key, payload, now, due, request.order_id))


def call_off_sending(uow: UnitOfWork, request: FulfillmentRequest) -> None:
    """Try no more to tell a provider's system of a request, and hold what it did not take for settled."""
    uow.jobs.cancel(request.account_id, _key(request))


def _key(request: FulfillmentRequest) -> str:
    return f"{SENDING_KEY}{request.id}"
