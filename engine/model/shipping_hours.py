"""When a location ships: until when what comes in leaves on the same day, and on which days nothing leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_CLOSURE = 366  # days; a calendar without a working day in so many has none


@dataclass(frozen=True, slots=True)
class ShippingHours:
    """Cut-off and working days of a location, in its time zone. Defaults are those of a location that says nothing."""

    cut_off: str = "14:00"
    working_days: tuple[str, ...] = WEEKDAYS[:5]
    holidays: tuple[str, ...] = ()  # ISO dates
    time_zone: str | None = None  # None: the account's

    def fulfil_by(self, received: datetime, zone: ZoneInfo) -> datetime | None:
        """Until when what came in then has to leave: the end of its working day; None where no day is one."""
        day = self._leaving_day(received, zone)
        return None if day is None else datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)

    def next_cut_off(self, received: datetime, zone: ZoneInfo) -> datetime | None:
        """The cut-off by which what came in then is collected; None where no day is a working day."""
        day = self._leaving_day(received, zone)
        return None if day is None else datetime.combine(day, self._cut_off_time(), zone).astimezone(UTC)

    def _leaving_day(self, received: datetime, zone: ZoneInfo) -> date | None:
        """The working day on which what comes in then leaves."""
        local = received.astimezone(zone)
        day = local.date()
        if local.time() > self._cut_off_time():
            day += timedelta(days=1)
        for _ in range(LONGEST_CLOSURE):
            if self._is_working(day):
                return day
            day += timedelta(days=1)
        return None

    def _cut_off_time(self) -> time:
        hours, minutes = map(int, self.cut_off.split(":"))
        return time(hours, minutes)

    def _is_working(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.working_days and day.isoformat() not in self.holidays

    def to_data(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "cut_off": self.cut_off,
            "working_days": list(self.working_days),
            "holidays": list(self.holidays),
            "time_zone": self.time_zone,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made; what is missing has its default."""
        kept = {**cls().to_data(), **data}
        return cls(str(kept["cut_off"]), _texts(kept["working_days"]), _texts(kept["holidays"]), kept["time_zone"])


USUAL_HOURS = ShippingHours()


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
