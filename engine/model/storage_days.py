"""How much of a client's goods lay with its 3PL on an average day of a month."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from engine.model.month import Month, day_starts

_HUNDREDTH = Decimal("0.01")


def ended_days(month: Month, zone: ZoneInfo, now: datetime) -> tuple[datetime, ...]:
    """When the days of a month ended there, of those that have."""
    ends = (day_starts(day + timedelta(days=1), zone) for day in month.days())
    return tuple(end for end in ends if end <= now)


def average_on_hand(summed: Decimal, month: Month) -> Decimal:
    """Units on hand at the end of each day, summed up, divided by the days of the month, to the hundredth.

    Days that have not ended count nothing yet.
    """
    return (summed / len(list(month.days()))).quantize(_HUNDREDTH, ROUND_HALF_UP)
