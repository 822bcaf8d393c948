"""Calendar months, as one place sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the years 2000 to 2999; written `2026-10`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is not a month")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def at(cls, instant: datetime, zone: ZoneInfo) -> Self:
        """The month in which an instant is there."""
        local = instant.astimezone(zone)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def following(self) -> Self:
        return type(self)(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> Self:
        return type(self)(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    def days(self) -> Iterator[date]:
        """The first to the last."""
        day, end = self.first_day, self.following.first_day
        while day < end:
            yield day
            day += timedelta(days=1)

    def starts(self, zone: ZoneInfo) -> datetime:
        """Its first instant there, in UTC."""
        return day_starts(self.first_day, zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The first instant that is no longer in it."""
        return self.following.starts(zone)

    def until(self, last: Self) -> Iterator[Self]:
        """It and those that follow, up to the last."""
        month = self
        while month <= last:
            yield month
            month = month.following


def day_starts(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day there, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
