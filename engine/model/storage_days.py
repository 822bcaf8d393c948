"""How much of a client's goods lay with its 3PL on an average day of a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from engine.model.month import Month, day_starts

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class OnHand:
    """What there was of one product of one client after a movement."""

    account_id: str  # the 3PL's
    client_id: str
    sku: str
    at: datetime
    on_hand: Decimal


def average_on_hand(
    opening: Mapping[str, Decimal], movements: Iterable[OnHand], month: Month, zone: ZoneInfo, now: datetime
) -> Decimal:
    """Units on hand at the end of each day, summed up and divided by the days of the month, to the hundredth.

    `opening`: what there was before the month, by SKU; `movements`: those of the month, the oldest first. Days that have not
    ended count nothing yet. What was never counted is not there, and less than nothing counts as nothing.
    """
    there = dict(opening)
    left = iter(movements)
    upcoming = next(left, None)
    days = list(month.days())
    units = Decimal(0)
    for day in days:
        ends = day_starts(day + timedelta(days=1), zone)
        if ends > now:
            break
        while upcoming is not None and upcoming.at < ends:
            there[upcoming.sku] = upcoming.on_hand
            upcoming = next(left, None)
        units += sum((on_hand for on_hand in there.values() if on_hand > 0), Decimal(0))
    return (units / len(days)).quantize(_HUNDREDTH, ROUND_HALF_UP)
