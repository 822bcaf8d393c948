"""A client's request as the import of the provider's store sees it."""

from __future__ import annotations

from datetime import datetime

from adapters.stores.client.description import CLOSED, ENDED, RECALLED, REJECTED, SCHEDULED
from engine.model.moment_words import moment_words
from engine.model.request import CONNECTION_REMOVED, RequestState
from engine.model.store import Ready, Record, Skipped
from engine.services.fulfillment.client_document import document_of
from engine.services.fulfillment.client_orders import ClientOrder
from rules.order_document import dumps

_ENDED = {RequestState.CANCELLED: RECALLED, RequestState.REJECTED: REJECTED, RequestState.CLOSED: CLOSED}


def record_of(one: ClientOrder, now: datetime, zone: str) -> Record:
    """A request as the import of the provider's store sees it; `zone` is the provider's."""
    request, number = one.request, one.order.order_number
    version = version_of(one)
    words = {"order": number, "client": one.connection.client_name}
    if request.state in _ENDED:
        reason = ENDED if request.state_reason == CONNECTION_REMOVED else _ENDED[request.state]
        return Skipped(request.id, number, reason.message(**words), source_version=version)
    if request.not_before is not None and now < request.not_before:
        when = moment_words(request.not_before, zone)
        return Skipped(request.id, number, SCHEDULED.message(**words, when=when))
    document = document_of(one)
    return Ready(
        external_id=request.id,
        external_order_id=request.order_id,
        order_number=number,
        document=document,
        raw=dumps(document),
        source_version=version,
    )


def version_of(one: ClientOrder) -> str:
    """Another one whenever the request, or the order it is about, has changed."""
    changed = one.request.changed_at or one.request.created_at
    return changed.isoformat()
