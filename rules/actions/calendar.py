"""Days and times of rules as an order holds them: ISO 8601 in the account's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from rules.actions.draft import ActionFailed, Draft
from rules.messages import Message, Text
from rules.operators.written_times import WrittenTime, day_start, local_day
from rules.values import time_at, time_text

PAST_THE_END = Text(
    "the day {days} days from today is past the last one of the calendar",
    "el día que cae dentro de {days} días pasa del último del calendario",
)


def day_ahead(draft: Draft, days: int) -> str:
    """The start of the nth day from today. Raises ActionFailed past the year 9999."""
    zone = draft.context.zone
    try:
        return _start_of(local_day(draft.now, zone), zone, days)
    except OverflowError:
        raise ActionFailed(Message("past_the_calendar", PAST_THE_END, {"days": days})) from None


@lru_cache(maxsize=256)  # rules hold the orders of a day until the same few days
def _start_of(today: date, zone: ZoneInfo, days: int) -> str:
    """The start of the nth day from a day. Raises OverflowError past the year 9999."""
    return time_text(time_at(day_start(today, zone, days)).astimezone(zone))


def written(draft: Draft, time: WrittenTime) -> str:
    """A time of the rule; without a zone of its own it is in the account's."""
    moment = time.moment
    return time_text(moment if moment.tzinfo else moment.replace(tzinfo=draft.context.zone), time.nanoseconds)


def day_or_time(draft: Draft, params: Mapping[str, Any], name: str) -> str | None:
    """The moment given by `days`, or by the time parameter `name`; None when neither is given."""
    if params["days"] is not None:
        return day_ahead(draft, params["days"])
    return None if params[name] is None else written(draft, params[name])
