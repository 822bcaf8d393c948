"""Time operators. Every one of them asks whether a moment lies in a window that may depend on now."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Message, Text
from rules.operators.registry import AND, COMMA, Operator, Takes, ValueKind, register, say_as_written
from rules.source import Node, text_of, to_plain
from rules.values import SECOND, FieldType, moment_of, parse_written_time, shown, time_at

NOT_A_TIME = Text(
    "{value} is not a date or time: write 2026-03-01 or 2026-03-01T09:00",
    "{value} no es una fecha ni una hora: escribe 2026-03-01 o 2026-03-01T09:00",
)
NOT_A_DAY = Text(
    "{value} is not a day: write a date, today, tomorrow or yesterday",
    "{value} no es un día: escribe una fecha, today, tomorrow o yesterday",
)
NOT_A_DURATION = Text(
    "{value} is not a duration: write minutes, hours, days or weeks as 30m, 24h, 3d, 2w",
    "{value} no es una duración: escribe minutos, horas, días o semanas como 30m, 24h, 3d, 2w",
)

_DURATION = re.compile(r"([0-9]{1,9})([mhdw])", re.ASCII)
_UNIT_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UTC = ZoneInfo("UTC")
_DAY_NAMES = {"today": 0, "tomorrow": 1, "yesterday": -1}


@dataclass(frozen=True, slots=True)
class WrittenTime:
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


def read_day_member(node: Node) -> WrittenTime | str | Message:
    text = (text_of(node) or "").strip()
    if text in _DAY_NAMES:
        return text
    time = _written_time(text)
    return time if time is not None and time.is_date else Message("wrong_value_type", NOT_A_DAY, {"value": _quoted(node)})


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
    return int(match[1]) * _UNIT_SECONDS[match[2]] * SECOND


def _say_day(member: Any) -> str | Text:
    return _SAID_DAYS.get(str(member).strip()) or say_as_written(member)


def _say_duration(member: Any) -> str | Message:
    match = _DURATION.fullmatch(str(member).strip())
    if match is None:
        return say_as_written(member)
    amount, (one, many) = int(match[1]), _SAID_UNITS[match[2]]
    return Message("duration", one if amount == 1 else many, {"n": amount})


_SAID_DAYS = {
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
_WRITTEN = {"type": ["string", "integer"], "minimum": 1000_01_01, "maximum": 9999_12_31}  # YAML takes 20260301 for a number

TIME = ValueKind(
    "time",
    Text(
        "a date or a time: `2026-03-01`, `2026-03-01T09:00`; in the account's time zone unless it names another",
        "una fecha o una hora: `2026-03-01`, `2026-03-01T09:00`; en la zona horaria de la cuenta si no nombra otra",
    ),
    read_time_member,
    {**_WRITTEN, "pattern": rf"^\s*{_DATE_PATTERN}([Tt ]{_CLOCK_PATTERN}{_OFFSET_PATTERN}?)?\s*$"},
)
DAY = ValueKind(
    "day",
    Text("a date, `today`, `tomorrow` or `yesterday`", "una fecha, `today` (hoy), `tomorrow` (mañana) o `yesterday` (ayer)"),
    read_day_member,
    {**_WRITTEN, "pattern": rf"^\s*({'|'.join(_DAY_NAMES)}|{_DATE_PATTERN})\s*$"},
    _say_day,
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


def _prepare_pair(members: tuple[WrittenTime, ...], _case: bool, zone: ZoneInfo) -> tuple[int, int]:
    return members[0].start(zone), members[1].end(zone)


def _prepare_day(members: tuple[WrittenTime | str, ...], _case: bool, zone: ZoneInfo) -> Callable[[int], tuple[int, int]]:
    member = members[0]
    if isinstance(member, WrittenTime):
        window = member.start(zone), member.end(zone)
        return lambda _now: window
    offset = _DAY_NAMES[member]

    def window_of(now: int) -> tuple[int, int]:
        day = local_day(now, zone)
        return day_start(day, zone, offset), day_start(day, zone, offset + 1) - 1

    return window_of


def _on_day(fact: int, window_of: Callable[[int], tuple[int, int]], now: int) -> bool:
    low, high = window_of(now)
    return low <= fact <= high


def _start(members: tuple[WrittenTime, ...], _case: bool, zone: ZoneInfo) -> int:
    return members[0].start(zone)


def _duration(members: tuple[int, ...], _case: bool, _zone: ZoneInfo) -> int:
    return members[0]


def _in_order(low: WrittenTime, high: WrittenTime) -> bool:
    # Where one of them has no zone of its own, only the account's would tell; no zone is a day away from UTC.
    leeway = 0 if (low.moment.tzinfo is None) == (high.moment.tzinfo is None) else _UNIT_SECONDS["d"] * SECOND
    return low.start(_UTC) <= high.end(_UTC) + leeway


def _register(
    code: str,
    label: Text,
    sentence: Text,
    help_: Text,
    value: ValueKind,
    prepare: Any,
    test: Any,
    *,
    takes: Takes = Takes.ONE,
) -> None:
    register(
        Operator(
            FieldType.TIME,
            code,
            label=label,
            sentence=sentence,
            help=help_,
            takes=takes,
            value=value,
            prepare=prepare,
            test=test,
            joint=AND if takes is Takes.PAIR else COMMA,
            check_pair=_in_order if takes is Takes.PAIR else None,
            uses_now=True,
        )
    )


_register(
    "before",
    Text("is before", "es anterior a"),
    Text("{field} is before {value}", "{field} es anterior a {value}"),
    Text(
        "The time is earlier than the value; a date alone is its start.",
        "El momento es anterior al valor; una fecha sola es su comienzo.",
    ),
    TIME,
    _start,
    lambda fact, value, _now: fact < value,
)
_register(
    "after",
    Text("is after", "es posterior a"),
    Text("{field} is after {value}", "{field} es posterior a {value}"),
    Text(
        "The time is later than the value; a date alone is its start.",
        "El momento es posterior al valor; una fecha sola es su comienzo.",
    ),
    TIME,
    _start,
    lambda fact, value, _now: fact > value,
)
_register(
    "between",
    Text("is between", "está entre"),
    Text("{field} is between {value}", "{field} está entre {value}"),
    Text(
        "The time is from the first value to the second, both included; a date alone counts from its start to its end.",
        "El momento está entre el primer valor y el segundo, ambos incluidos; una fecha sola cuenta de su comienzo a su final.",
    ),
    TIME,
    _prepare_pair,
    lambda fact, pair, _now: pair[0] <= fact <= pair[1],
    takes=Takes.PAIR,
)
_register(
    "on_day",
    Text("is on the day", "es el día"),
    Text("{field} is {value}", "{field} es {value}"),
    Text(
        "The time falls on that day in the account's time zone.",
        "El momento cae en ese día, en la zona horaria de la cuenta.",
    ),
    DAY,
    _prepare_day,
    _on_day,
)
_register(
    "within_last",
    Text("is within the last", "es de hace como mucho"),
    Text("{field} is within the last {value}", "{field} es de hace {value} como mucho"),
    Text(
        "The time is past, and no longer ago than the value.",
        "El momento ya ha pasado, y no hace más tiempo que el valor.",
    ),
    DURATION,
    _duration,
    lambda fact, length, now: now - length <= fact <= now,
)
_register(
    "within_next",
    Text("is within the next", "es dentro de como mucho"),
    Text("{field} is within the next {value}", "{field} es dentro de {value} como mucho"),
    Text(
        "The time is still to come, and no further away than the value.",
        "El momento está por llegar, y no falta más tiempo que el valor.",
    ),
    DURATION,
    _duration,
    lambda fact, length, now: now <= fact <= now + length,
)
_register(
    "older_than",
    Text("is older than", "es de hace más de"),
    Text("{field} is older than {value}", "{field} es de hace más de {value}"),
    Text("The time is longer ago than the value.", "Desde ese momento ha pasado más tiempo que el valor."),
    DURATION,
    _duration,
    lambda fact, length, now: fact < now - length,
)
