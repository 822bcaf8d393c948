"""The days that figures are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.services.refusals import Refused
from rules.messages import Text

USUAL_DAYS = 30
BY_WEEK_FROM_DAYS = 32  # shorter periods are told by day
LONGEST_DAYS = 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)

BAD_DAY = Text('"{value}" is not a day: write it as 2026-12-24.', '"{value}" no es un día: escríbelo como 2026-12-24.')
FAR_DAY = Text(
    "Days are counted from {first} to {last}: {value} is not among them.",
    "Los días van del {first} al {last}: {value} no es uno de ellos.",
)
BAD_PERIOD = Text(
    "The period has to end on its first day or later, and to have at most {limit} days.",
    "El periodo tiene que acabar el primer día o después y tener como máximo {limit} días.",
)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one, both whole days in the time zone of whoever asks."""

    first: date
    last: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Where it begins, and where it is over."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last + timedelta(days=1), time(), zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def parts(self) -> tuple[Period, ...]:
        """Its days; of a long one its weeks, from Monday on, of which the first and the last may be shorter."""
        if self.days < BY_WEEK_FROM_DAYS:
            return self.each_day()
        begins = [self.first, *(day.first for day in self.each_day()[1:] if day.first.weekday() == 0)]
        ends = [*(begin - timedelta(days=1) for begin in begins[1:]), self.last]
        return tuple(map(Period, begins, ends))

    def each_day(self) -> tuple[Period, ...]:
        days = (self.first + timedelta(days=number) for number in range(self.days))
        return tuple(Period(day, day) for day in days)


def parse_period(first: str | None, last: str | None, zone: ZoneInfo, now: datetime) -> Period:
    """A period of ISO days; without them the last 30 days. Raises Refused."""
    today = now.astimezone(zone).date()
    end = _day(last) if last else today
    begin = _day(first) if first else end - timedelta(days=USUAL_DAYS - 1)
    if not 0 <= (end - begin).days < LONGEST_DAYS:
        raise Refused("bad_period", BAD_PERIOD, limit=LONGEST_DAYS)
    return Period(begin, end)


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise Refused("bad_period_day", BAD_DAY, value=value) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("bad_period_day", FAR_DAY, value=day, first=FIRST_DAY, last=LAST_DAY)
    return day
