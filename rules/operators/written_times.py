"""Times, days and durations as rules write them: fixed ones, and ones that move with now."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from rules.messages import Message, Text
from rules.operators.registry import ValueKind, say_as_written
from rules.said_values import said_time
from rules.source import Node, text_of, to_plain
from rules.values import SECOND, moment_of, parse_written_time, shown, time_at

NOT_A_TIME = Text(
    "{value} is not a date or time: write 2026-03-01 or 2026-03-01T09:00",
    "{value} no es una fecha ni una hora: escribe 2026-03-01 o 2026-03-01T09:00",
)
NOT_A_MOMENT = Text(
    "{value} is not a date or time: write 2026-03-01, 2026-03-01T09:00, or today, tomorrow, yesterday or now, with +2d or -4h "
    "behind it where it should be later or earlier",
    "{value} no es una fecha ni una hora: escribe 2026-03-01, 2026-03-01T09:00, o today, tomorrow, yesterday o now, seguido de "
    "+2d o -4h si ha de ser más tarde o más temprano",
)
NOT_A_DAY = Text(
    "{value} is not a day: write a date, or today, tomorrow, yesterday or now, with +2d or -4h behind it where it should be "
    "later or earlier",
    "{value} no es un día: escribe una fecha, o today, tomorrow, yesterday o now, seguido de +2d o -4h si ha de ser más tarde o "
    "más temprano",
)
NOT_A_DURATION = Text(
    "{value} is not a duration: write minutes, hours, days or weeks as 30m, 24h, 3d, 2w",
    "{value} no es una duración: escribe minutos, horas, días o semanas como 30m, 24h, 3d, 2w",
)

_DURATION = re.compile(r"([0-9]{1,9})([mhdw])", re.ASCII)
_RELATIVE = re.compile(r"(now|today|tomorrow|yesterday)(?:([+-])([0-9]{1,9})([mhdw]))?", re.ASCII)
UNIT_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WHOLE_DAYS = {"d": 1, "w": 7}
_DAY_NAMES = {"today": 0, "tomorrow": 1, "yesterday": -1}


class WrittenTime(Struct, frozen=True):
    """A time in a rule: with a zone, without one (then the account's counts), or a date alone."""

    text: str
    moment: datetime  # to the microsecond
    is_date: bool
    nanoseconds: int = 0  # past it

    def start(self, zone: ZoneInfo) -> int:
        return moment_of(self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=zone)) + self.nanoseconds

    def end(self, zone: ZoneInfo) -> int:
        """The last nanosecond of a date; a time is its own end."""
        return day_start(self.moment.date(), zone, 1) - 1 if self.is_date else self.start(zone)


class RelativeTime(Struct, frozen=True):
    """A time in a rule that moves with now: a day so many days from today, or an instant so long after its start or after now."""

    text: str
    days: int | None  # from today; None: counted from now
    nanoseconds: int = 0  # past now, or past the start of the day
    is_date: bool = False

    def start(self, zone: ZoneInfo, now: int) -> int:
        return (now if self.days is None else day_start(local_day(now, zone), zone, self.days)) + self.nanoseconds

    def end(self, zone: ZoneInfo, now: int) -> int:
        """The last nanosecond of a day; an instant is its own end."""
        if self.days is None or not self.is_date:
            return self.start(zone, now)
        return day_start(local_day(now, zone), zone, self.days + 1) - 1


def day_start(day: date, zone: ZoneInfo, days_later: int = 0) -> int:
    """The moment a calendar day begins in a zone, in nanoseconds."""
    try:
        return moment_of(datetime.combine(day + timedelta(days=days_later), time(), zone))
    except OverflowError:  # past the last day that dates can name
        return moment_of(datetime.combine(day, time(), UTC)) + days_later * 86_400 * SECOND


def local_day(now: int, zone: ZoneInfo) -> date:
    """The calendar day of a moment in a zone."""
    return time_at(now).astimezone(zone).date()


def read_time_member(node: Node) -> WrittenTime | Message:
    time = _written_time(text_of(node))
    return Message("wrong_value_type", NOT_A_TIME, {"value": _quoted(node)}) if time is None else time


def read_moment_member(node: Node) -> WrittenTime | RelativeTime | Message:
    """A time, fixed or moving with now."""
    text = text_of(node)
    time = _relative_time(text) or _written_time(text)
    return Message("wrong_value_type", NOT_A_MOMENT, {"value": _quoted(node)}) if time is None else time


def read_day_member(node: Node) -> WrittenTime | RelativeTime | Message:
    """A day: a date, or the day that a moving time falls on."""
    text = text_of(node)
    time = _relative_time(text) or _written_time(text)
    is_day = isinstance(time, RelativeTime) or (time is not None and time.is_date)
    return time if time is not None and is_day else Message("wrong_value_type", NOT_A_DAY, {"value": _quoted(node)})


def _relative_time(text: str | None) -> RelativeTime | None:
    match = _RELATIVE.fullmatch((text or "").strip())
    if match is None:
        return None
    name, sign, amount, unit = match.groups()
    shift = int(f"{sign}{amount}") if amount else 0
    days = _DAY_NAMES.get(name)
    if days is not None and (unit is None or unit in _WHOLE_DAYS):
        return RelativeTime(match[0], days + (shift * _WHOLE_DAYS[unit] if unit else 0), is_date=True)
    return RelativeTime(match[0], days, shift * UNIT_SECONDS[unit] * SECOND if unit else 0)


def _written_time(text: str | None) -> WrittenTime | None:
    read = parse_written_time(text or "")
    if text is None or read is None:
        return None
    moment, nanoseconds, is_date = read
    return WrittenTime(text.strip(), moment, is_date, nanoseconds)


def read_duration_member(node: Node) -> int | Message:
    """A duration in nanoseconds."""
    match = _DURATION.fullmatch((text_of(node) or "").strip())
    if match is None:
        return Message("wrong_value_type", NOT_A_DURATION, {"value": _quoted(node)})
    return int(match[1]) * UNIT_SECONDS[match[2]] * SECOND


def say_time(member: Any) -> str | Text:
    return said_time(str(member)) or say_as_written(member)


def _say_moment(member: Any) -> str | Text | Message:
    match = _RELATIVE.fullmatch(str(member).strip())
    if match is None:
        return say_time(member)
    name, sign, amount, unit = match.groups()
    if amount is None:
        return _SAID_NAMES[name]
    params = {"moment": _SAID_NAMES[name], "length": _say_duration(f"{amount}{unit}")}
    return Message("moment", LATER if sign == "+" else EARLIER, params)


def _say_duration(member: Any) -> str | Message:
    match = _DURATION.fullmatch(str(member).strip())
    if match is None:
        return say_as_written(member)
    amount, (one, many) = int(match[1]), _SAID_UNITS[match[2]]
    return Message("duration", one if amount == 1 else many, {"n": amount})


LATER = Text("{moment} plus {length}", "{moment} más {length}")
EARLIER = Text("{moment} minus {length}", "{moment} menos {length}")
_SAID_NAMES = {
    "now": Text("now", "ahora"),
    "today": Text("today", "hoy"),
    "tomorrow": Text("tomorrow", "mañana"),
    "yesterday": Text("yesterday", "ayer"),
}
_SAID_UNITS = {
    "m": (Text("{n} minute", "{n} minuto"), Text("{n} minutes", "{n} minutos")),
    "h": (Text("{n} hour", "{n} hora"), Text("{n} hours", "{n} horas")),
    "d": (Text("{n} day", "{n} día"), Text("{n} days", "{n} días")),
    "w": (Text("{n} week", "{n} semana"), Text("{n} weeks", "{n} semanas")),
}

# As far as a pattern can tell a date or a time from other text: for editors, the parser knows better.
_DATE_PATTERN = "([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})"
_SECOND_PATTERN = r"[0-9]{2}(\.[0-9]{1,9})?"
_CLOCK_PATTERN = f"([0-9]{{2}}:[0-9]{{2}}(:{_SECOND_PATTERN})?|[0-9]{{4}}({_SECOND_PATTERN})?)"
_OFFSET_PATTERN = "([Zz]|[+-][0-9]{2}(:?[0-5][0-9])?)"
_TIME_PATTERN = f"{_DATE_PATTERN}([Tt ]{_CLOCK_PATTERN}{_OFFSET_PATTERN}?)?"
_RELATIVE_PATTERN = f"(now|{'|'.join(_DAY_NAMES)})([+-][0-9]{{1,9}}[mhdw])?"
_WRITTEN = {"type": ["string", "integer"], "minimum": 1000_01_01, "maximum": 9999_12_31}  # YAML takes 20260301 for a number

TIME = ValueKind(
    "time",
    Text(
        "a date or a time: `2026-03-01`, `2026-03-01T09:00`; in the account's time zone unless it names another",
        "una fecha o una hora: `2026-03-01`, `2026-03-01T09:00`; en la zona horaria de la cuenta si no nombra otra",
    ),
    read_time_member,
    {**_WRITTEN, "pattern": rf"^\s*{_TIME_PATTERN}\s*$"},
    say_time,
)
MOMENT = ValueKind(
    "moment",
    Text(
        "a date or a time: `2026-03-01`, `2026-03-01T09:00`; in the account's time zone unless it names another; or `today`, "
        "`tomorrow`, `yesterday`, `now`, each also with `+2d` or `-4h` behind it",
        "una fecha o una hora: `2026-03-01`, `2026-03-01T09:00`; en la zona horaria de la cuenta si no nombra otra; o `today` "
        "(hoy), `tomorrow` (mañana), `yesterday` (ayer), `now` (ahora), también seguidos de `+2d` o `-4h`",
    ),
    read_moment_member,
    {**_WRITTEN, "pattern": rf"^\s*({_RELATIVE_PATTERN}|{_TIME_PATTERN})\s*$"},
    _say_moment,
)
DAY = ValueKind(
    "day",
    Text(
        "a date, or `today`, `tomorrow`, `yesterday`, `now`, each also with `+2d` or `-4h` behind it",
        "una fecha, o `today` (hoy), `tomorrow` (mañana), `yesterday` (ayer), `now` (ahora), también seguidos de `+2d` o `-4h`",
    ),
    read_day_member,
    {**_WRITTEN, "pattern": rf"^\s*({_RELATIVE_PATTERN}|{_DATE_PATTERN})\s*$"},
    _say_moment,
)
DURATION = ValueKind(
    "duration",
    Text(
        "a length of time in minutes, hours, days or weeks: `30m`, `24h`, `3d`, `2w`",
        "una duración en minutos, horas, días o semanas: `30m`, `24h`, `3d`, `2w`",
    ),
    read_duration_member,
    {"type": "string", "pattern": r"^\s*[0-9]{1,9}[mhdw]\s*$"},
    _say_duration,
)


def _quoted(node: Node) -> str:
    text = text_of(node)
    return shown(to_plain(node) if text is None else text)
