"""Moments, days and months inside sentences, as clocks and calendars of an account show them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.model.month import Month
from rules.messages import Text
from rules.said_values import said_month, said_time


def moment_words(moment: datetime, time_zone: str) -> Text:
    """A moment to the minute, in the zone of that IANA name: 20 November 2026 23:00."""
    return _said(moment.isoformat(timespec="minutes"), time_zone)


def day_words(day: date) -> Text:
    """A day that is the same in every zone: 20 November 2026."""
    return _said(day.isoformat())


def month_words(month: Month) -> Text:
    """A month of a year: November 2026."""
    return said_month(month.year, month.number)


def _said(written: str, time_zone: str | None = None) -> Text:
    said = said_time(written, None if time_zone is None else ZoneInfo(time_zone))
    assert said is not None  # `isoformat` writes what is read
    return said
