"""How far a parcel has come, in Sendcloud's words and in ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from adapters.carriers.calls import LONGEST_WORDS
from adapters.carriers.sendcloud.outcomes import status_code
from engine.model.sentence import Sentence
from engine.model.tracking import TrackingEvent, TrackingState
from engine.model.written_moment import read_moment
from rules.visible import harmless_line

_S = TrackingState
STATES: Final[Mapping[str, TrackingState]] = {
    "ACCEPTED": _S.ACCEPTED,
    "SHIPMENT_PICKED_UP_BY_DRIVER": _S.ACCEPTED,
    "EN_ROUTE_TO_SORTING_CENTER": _S.IN_TRANSIT,
    "AT_SORTING_CENTRE": _S.IN_TRANSIT,
    "BEING_SORTED": _S.IN_TRANSIT,
    "SORTED": _S.IN_TRANSIT,
    "NOT_SORTED": _S.IN_TRANSIT,
    "PARCEL_EN_ROUTE": _S.IN_TRANSIT,
    "IN_TRANSIT": _S.IN_TRANSIT,
    "AT_CUSTOMS": _S.IN_TRANSIT,
    "DELIVERY_DELAYED": _S.IN_TRANSIT,
    "DELIVERY_METHOD_CHANGED": _S.IN_TRANSIT,
    "DELIVERY_DATE_CHANGED": _S.IN_TRANSIT,
    "DELIVERY_ADDRESS_CHANGED": _S.IN_TRANSIT,
    "DRIVER_EN_ROUTE": _S.OUT_FOR_DELIVERY,
    "OUT_FOR_DELIVERY": _S.OUT_FOR_DELIVERY,
    "AWAITING_CUSTOMER_PICKUP": _S.AVAILABLE_FOR_PICKUP,
    "DELIVERED": _S.DELIVERED,
    "SHIPMENT_COLLECTED_BY_CUSTOMER": _S.DELIVERED,
    "DELIVERY_ATTEMPT_FAILED": _S.EXCEPTION,
    "UNABLE_TO_DELIVER": _S.EXCEPTION,
    "ERROR_COLLECTING": _S.EXCEPTION,
    "ADDRESS_INVALID": _S.EXCEPTION,
    "REFUSED_BY_RECIPIENT": _S.EXCEPTION,
    "EXCEPTION": _S.EXCEPTION,
    "RETURNED_TO_SENDER": _S.RETURNED,
    "CANCELLED": _S.VOIDED,
    "CANCELLED_UPSTREAM": _S.VOIDED,
}
# That there is a label, and what is asked about it, is not a step of the way.
NOT_ON_THE_WAY: Final = frozenset(
    {
        "NO_LABEL",
        "ANNOUNCING",
        "BEING_ANNOUNCED",
        "ANNOUNCED",
        "ANNOUNCED_NOT_COLLECTED",
        "ANNOUNCEMENT_FAILED",
        "READY_TO_SEND",
        "CANCELLATION_REQUESTED",
        "SUBMITTING_CANCELLATION_REQUEST",
        "PARCEL_CANCELLATION_FAILED",
    }
)


def parse_events(data: Mapping[str, Any]) -> list[TrackingEvent]:
    """What happened to one parcel, the earliest first. A status of a new name leaves the parcel where it was."""
    listed = data.get("events")
    found = [(at, event) for event in (listed if isinstance(listed, list) else []) if (at := _instant(event)) is not None]
    events: list[TrackingEvent] = []
    for at, event in sorted(found, key=lambda one: one[0]):
        code = status_code(event.get("status_code") or event.get("parent_status"))
        if code not in NOT_ON_THE_WAY:
            state = STATES.get(code, events[-1].state if events else TrackingState.LABEL_CREATED)
            events.append(TrackingEvent(at, state, _words(event)))
    return events


def _instant(event: Any) -> datetime | None:
    if not isinstance(event, Mapping):
        return None
    return read_moment(str(event.get("event_at")), UTC)


def _words(event: Mapping[str, Any]) -> Sentence | None:
    """Sendcloud's own, which it has in one language."""
    words = str(event.get("status_description") or "").strip()
    return Sentence.of(harmless_line(words)[:LONGEST_WORDS]) if words else None
