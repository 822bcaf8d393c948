"""The way of a parcel, as its tracker tells it."""

from __future__ import annotations

from datetime import UTC

from adapters.carriers.easypost.answers import Json, part, parts, text
from engine.model.sentence import Sentence
from engine.model.tracking import TrackingEvent, TrackingState
from engine.model.written_moment import read_moment
from rules.visible import harmless_line

_STATES = {
    "pre_transit": TrackingState.LABEL_CREATED,
    "in_transit": TrackingState.IN_TRANSIT,
    "out_for_delivery": TrackingState.OUT_FOR_DELIVERY,
    "available_for_pickup": TrackingState.AVAILABLE_FOR_PICKUP,
    "delivered": TrackingState.DELIVERED,
    "return_to_sender": TrackingState.RETURNED,
    "failure": TrackingState.EXCEPTION,
    "error": TrackingState.EXCEPTION,
    "cancelled": TrackingState.VOIDED,
}
# Where the detail says more than the state.
_DETAILS = {
    ("in_transit", "received_at_origin_facility"): TrackingState.ACCEPTED,
    ("in_transit", "damaged"): TrackingState.EXCEPTION,
    ("in_transit", "delivery_exception"): TrackingState.EXCEPTION,
    ("in_transit", "lost"): TrackingState.EXCEPTION,
    ("in_transit", "missorted"): TrackingState.EXCEPTION,
    ("in_transit", "transit_exception"): TrackingState.EXCEPTION,
    ("in_transit", "return"): TrackingState.RETURNED,
}
_LONGEST_WORDS = 300


def parse_tracking(shipment: Json) -> list[TrackingEvent]:
    """The events of a shipment's tracker, the earliest first; what has no time, or no state that means something, is left out."""
    events = [_event(detail) for detail in parts(part(shipment, "tracker"), "tracking_details")]
    return sorted((event for event in events if event is not None), key=lambda event: event.at)


def _event(detail: Json) -> TrackingEvent | None:
    status = text(detail, "status")
    state = _DETAILS.get((status, text(detail, "status_detail"))) or _STATES.get(status)
    at = read_moment(text(detail, "datetime"), UTC)
    if state is None or at is None:
        return None
    words = harmless_line(text(detail, "message") or text(detail, "description"))[:_LONGEST_WORDS].strip()
    location = part(detail, "tracking_location")
    place = ", ".join(one for one in (text(location, name).strip() for name in ("city", "state", "country")) if one)
    return TrackingEvent(at, state, Sentence.of(words) if words else None, harmless_line(place))
