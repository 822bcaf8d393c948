"""Work that begins on a request which nobody has answered is the answer: it was accepted, by whoever began."""

from __future__ import annotations

from datetime import datetime

from engine.model.audit import AuditEntry
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.model.request_message import MessageKind
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.fulfillment.delegate import record


def accept_begun(uow: UnitOfWork, request: FulfillmentRequest, actor: str, now: datetime) -> FulfillmentRequest:
    """The request, which is locked, accepted where it was not answered yet; whoever asks keeps it.

    Both histories hear of it as of an acceptance by itself: the merchant's order stays where it is, and needs no lock.
    """
    if request.state is not RequestState.REQUESTED:
        return request
    accepted = request.take(RequestAction.ACCEPT, Side.PROVIDER, now)
    record(uow, accepted, MessageKind.ACCEPTED, Side.PROVIDER, actor, now)
    uow.audit.append(
        [
            AuditEntry(request.account_id, now, "provider", "order.accepted", request.order_id),
            AuditEntry(request.provider_id, now, actor, f"request.{MessageKind.ACCEPTED.value}", request.id),
        ]
    )
    return accepted
