"""When what is planned for a time of day is due, where a store is."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.model.store import Store


def last_daily(store: Store, now: datetime) -> datetime:
    """The last moment at which it was the refresh time of day where the store is."""
    zone = ZoneInfo(store.time_zone)
    hours, minutes = map(int, store.daily_refresh_at.split(":"))
    local = now.astimezone(zone)
    day = local.date()
    while (at := datetime(day.year, day.month, day.day, hours, minutes, tzinfo=zone).astimezone(UTC)) > now:
        day -= timedelta(days=1)
    return at


def share_of(store: Store, name: str) -> float:
    """A number from 0 to 1 that stays the same for a store, so that stores do not all start at once."""
    digest = hashlib.sha256(f"{name}:{store.id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
