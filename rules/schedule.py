"""When a rule runs by itself: by the clock, and once more over an order so long after its last decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from rules.fields.closed_values import ORDER_STATUSES

SCHEDULE: Final = "schedule"  # the trigger
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Statuses that orders are looked for in; what a rule has left out is nobody's order.
STATES = ("awaiting_payment", *(status for status in ORDER_STATUSES if status != "skipped"))
DEFAULT_OVER = ("awaiting_shipment", "on_hold")
UNSHIPPED = (
    *("awaiting_payment", "awaiting_shipment", "on_hold"),
    *("pending_fulfillment", "rejected_fulfillment", "partially_shipped"),
)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366)
A_DAY = timedelta(days=1)
_GRID = date(2024, 1, 1)  # a Monday, at whose first moment all that comes every so often begins to be counted


class Duration(Struct, frozen=True):
    """A length of time, and how it was written: `30m`."""

    text: str
    length: timedelta


class Schedule(Struct, frozen=True):
    """The times at which a rule runs: a time of day, or every so long, on some days of the week (all where none is named).

    `over` are the statuses of the orders it runs over, where they are written beside the times.
    """

    at: time | None = None
    every: Duration | None = None
    days: tuple[str, ...] = ()
    over: tuple[str, ...] = ()

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time after a moment, in UTC.

        A time of day comes once on each of its days: where the clock repeats it the first time, where the clock skips it as
        much later as is skipped. What comes every so often is counted in real time.
        """
        times = self._times_of_day(moment, zone) if self.every is None else self._steps(moment, zone, self.every.length)
        return next(at for at in times if at > moment)

    def to_data(self) -> dict[str, Any]:
        """As it stands in a document."""
        data: dict[str, Any] = {}
        if self.at is not None:
            data["at"] = f"{self.at:%H:%M}"
        if self.every is not None:
            data["every"] = self.every.text
        for key, listed in (("days", self.days), ("over", self.over)):
            if listed:
                data[key] = list(listed)
        return data

    def _has_day(self, day: date) -> bool:
        return not self.days or DAYS[day.weekday()] in self.days

    def _times_of_day(self, moment: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        assert self.at is not None
        today = moment.astimezone(zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(-1, 9)):
            if self._has_day(day):
                yield datetime.combine(day, self.at, zone).astimezone(UTC)

    def _steps(self, moment: datetime, zone: ZoneInfo, step: timedelta) -> Iterator[datetime]:
        start = datetime.combine(_GRID, time(), zone).astimezone(UTC)
        at = start + ((moment - start) // step + 1) * step
        while True:
            day = at.astimezone(zone).date()
            if self._has_day(day):
                yield at
                at += step
            else:  # on to the first step of the next day
                midnight = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
                at = max(at + step, start - (start - midnight) // step * step)


class LookAgain(Struct, frozen=True):
    """How long after its last decision a rule looks at an order once more, and for how long it goes on doing so."""

    after: Duration
    until: Duration

    def due(self, started_at: datetime, decided_at: datetime) -> datetime | None:
        """When an order is looked at next that was decided about at two times, first and last; None when the time is over."""
        due = decided_at + self.after.length
        return due if due <= started_at + self.until.length else None

    def to_data(self) -> dict[str, Any]:
        """As it stands in a document."""
        return {"after": self.after.text, "until": self.until.text}
