"""What is to be said next to a provider's system about a request: the whole object, new or anew, or that it is wanted back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.integrated_provider import OutgoingRequest, Sending
from engine.model.request import CONNECTION_REMOVED, FulfillmentRequest, RequestState
from engine.model.request_message import MessageKind
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.fulfillment.client_document import document_of
from engine.services.fulfillment.client_orders import read_client_orders
from rules.order_document import dumps

_ASKED = (RequestState.REQUESTED, RequestState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to say: the whole object, or, without one, that the request is wanted back."""

    sending: Sending  # as it is once this is said
    message: OutgoingRequest | None

    @property
    def name(self) -> str:
        """Another one for each thing that is said about a request: with the request's id it is the idempotency key."""
        return f"cancel-{self.sending.cancels + 1}" if self.message is None else f"v{self.message.version}"

    @property
    def key(self) -> str:
        return f"{self.sending.request_id}:{self.name}"


def next_step(uow: UnitOfWork, request: FulfillmentRequest, now: datetime) -> Step | None:
    """What the provider's system does not know yet; None when it is up to date."""
    kept = uow.integrated_providers.sending(request.account_id, request.id)
    sending = kept or Sending(request.id, request.account_id, request.provider_id)
    if _is_wanted_back(request):
        return None if sending.cancel_taken else Step(replace(sending, cancel_taken=True), None)
    scheduled = request.not_before is not None and now < request.not_before
    if request.state not in _ASKED or not request.is_open(now) or scheduled:
        return None
    message = _message(uow, request, sending.version)
    digest = _digest(message)
    if digest != sending.digest:
        version = sending.version + 1
        message, sending = replace(message, version=version), replace(sending, version=version, digest=digest)
    if sending.acknowledged == sending.version:
        return None
    return Step(replace(sending, acknowledged=sending.version), message)


def _is_wanted_back(request: FulfillmentRequest) -> bool:
    """Whether the provider's system may have what it is to give back."""
    if request.sent_at is None:
        return False
    ended = request.state is RequestState.CANCELLED and request.state_reason == CONNECTION_REMOVED
    return ended or request.state is RequestState.CANCEL_REQUESTED


def _message(uow: UnitOfWork, request: FulfillmentRequest, version: int) -> OutgoingRequest:
    (seen,) = read_client_orders(uow, request.provider_id, str(request.connection_id), [request])
    order = {name: value for name, value in document_of(seen).items() if name != "status"}  # `hold` says it
    written = [
        (message.at, message.text)
        for message in uow.requests.list_messages(request.account_id, request.id)
        if message.kind is MessageKind.WRITTEN and message.side is Side.MERCHANT
    ]
    return OutgoingRequest(
        reference=request.id,
        version=version,
        created_at=request.created_at,
        fulfil_by=request.fulfil_by,
        service_preference=request.service_preference,
        hold=request.held,
        order=order,
        messages=tuple(written),
    )


def _digest(message: OutgoingRequest) -> str:
    """The same for objects that say the same."""
    data = [message.service_preference, message.hold, message.order, [text for _, text in message.messages]]
    fulfil_by = None if message.fulfil_by is None else message.fulfil_by.isoformat()
    return hashlib.sha256(dumps([fulfil_by, *data], sort_keys=True)).hexdigest()
