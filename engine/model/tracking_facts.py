"""How an order's parcels come along, as far as rules may ask for it (`rules/fields/tracking.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Self

from engine.model.tracking import Tracking, TrackingState, state_of
from rules.fields.tracking import TRACKING
from rules.order_document import Document

_DAY = timedelta(days=1)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class TrackingFacts:
    """The facts at one moment about an order's parcels."""

    state: TrackingState
    words: str | None
    days_since_label: Decimal

    @classmethod
    def from_trackings(cls, trackings: Sequence[Tracking], now: datetime) -> Self | None:
        """Those of the shipment that tells where the order is; None where nothing that counts is followed."""
        counting = [one for one in trackings if one.state is not TrackingState.VOIDED]
        if not counting:
            return None
        late = [one for one in counting if one.problem is not None]
        state = state_of(one.state for one in late or counting)
        told = next(one for one in late or counting if one.state is state)
        seconds = Decimal(str((now - told.since).total_seconds()))
        days = (seconds / Decimal(_DAY.total_seconds())).quantize(_HUNDREDTH, ROUND_FLOOR)
        return cls(state, None if told.words is None else told.words.en, max(days, Decimal(0)))

    def part(self) -> dict[str, Any]:
        """The part of an order document that holds them; without what is blank."""
        values = {"state": self.state.value, "words": self.words, "days_since_label": self.days_since_label}
        return {name: value for name, value in values.items() if value is not None}


def with_tracking(document: Document, facts: TrackingFacts | None) -> Document:
    """The order as rules see it. Whatever the document itself says of its tracking does not count."""
    document.pop(TRACKING, None)
    if facts is not None:
        document[TRACKING] = facts.part()
    return document
