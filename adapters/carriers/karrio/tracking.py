"""The way of a parcel, as karrio tells it for all of its carriers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Any, Final

from engine.model.sentence import Sentence
from engine.model.tracking import TrackingEvent, TrackingState
from engine.model.written_moment import read_moment
from rules.visible import harmless_line

STATES: Final[dict[str, TrackingState]] = {
    "pending": TrackingState.LABEL_CREATED,
    "picked_up": TrackingState.ACCEPTED,
    "in_transit": TrackingState.IN_TRANSIT,
    "delivery_delayed": TrackingState.IN_TRANSIT,
    "out_for_delivery": TrackingState.OUT_FOR_DELIVERY,
    "ready_for_pickup": TrackingState.AVAILABLE_FOR_PICKUP,
    "delivered": TrackingState.DELIVERED,
    "on_hold": TrackingState.EXCEPTION,
    "delivery_failed": TrackingState.EXCEPTION,
    "return_to_sender": TrackingState.RETURNED,
    "cancelled": TrackingState.VOIDED,
}
_LONGEST_WORDS: Final = 300


def parse_tracking(parcels: Iterable[Any]) -> list[TrackingEvent]:
    """The earliest first; what has no time, or no state that means something, is left out."""
    events = [_event(event) for parcel in parcels for event in parcel.events]
    return sorted((event for event in events if event is not None), key=lambda event: event.at)


def _event(event: Any) -> TrackingEvent | None:
    state, at = STATES.get(str(event.status)), read_moment(str(event.timestamp), UTC)
    if state is None or at is None:
        return None
    words = harmless_line(str(event.description or ""))[:_LONGEST_WORDS].strip()
    return TrackingEvent(at, state, Sentence.of(words) if words else None, harmless_line(str(event.location or "")).strip())
