"""Dates as Brightpearl writes and reads them."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

ACCOUNT_ZONE: Final = "Europe/Madrid"
"""The zone of the sandbox's account: every date that goes out carries its offset."""

_ZONE: Final = ZoneInfo(ACCOUNT_ZONE)


def format_time(moment: datetime) -> str:
    """An aware time in the account's offset with milliseconds: `2025-03-04T09:15:00.000+01:00`."""
    return moment.astimezone(_ZONE).isoformat(timespec="milliseconds")


@lru_cache(maxsize=65536)
def parse_time(text: str) -> datetime:
    """The instant of an ISO 8601 text, aware; without a zone it is read as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if not MINYEAR < moment.year < MAXYEAR:
        # Turned to another zone, such a time could leave the calendar.
        raise ValueError(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def parse_period(text: str) -> tuple[datetime | None, datetime | None]:
    """Start (inclusive) and end (exclusive) of `A/B`, `A/` or `/B`; a single time or date is both. Raises ValueError."""
    if "/" not in text:
        moment = parse_time(text)
        return moment, moment
    start, end = text.split("/", 1)
    if not start and not end:
        raise ValueError(text)
    return (parse_time(start) if start else None), (parse_time(end) if end else None)
