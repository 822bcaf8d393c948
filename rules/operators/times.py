"""Time operators. Every one of them asks whether a moment lies in a window that may depend on now."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Message, Text
from rules.operators.registry import Operator, Takes, register
from rules.source import Node, text_of, to_plain
from rules.values import FieldType, moment_of, parse_time, shown, time_at

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
_SECOND = 1_000_000
_UTC = ZoneInfo("UTC")
_DAY_NAMES = {"today": 0, "tomorrow": 1, "yesterday": -1}


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time in a rule: with a zone, without one (then the account's counts), or a date alone."""

    text: str
    moment: datetime
    is_date: bool

    def start(self, zone: ZoneInfo) -> int:
        return moment_of(self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=zone))

    def end(self, zone: ZoneInfo) -> int:
        """The last microsecond of a date; a time is its own end."""
        return day_start(self.moment.date(), zone, 1) - 1 if self.is_date else self.start(zone)


def day_start(day: date, zone: ZoneInfo, days_later: int = 0) -> int:
    """The moment a calendar day begins in a zone, in microseconds."""
    try:
        return moment_of(datetime.combine(day + timedelta(days=days_later), time(), zone))
    except OverflowError:  # past the last day that dates can name
        return moment_of(datetime.combine(day, time(), UTC)) + days_later * 86_400 * _SECOND


def local_day(now: int, zone: ZoneInfo) -> date:
    """The calendar day of a moment in a zone."""
    return time_at(now).astimezone(zone).date()


def read_time_member(node: Node) -> WrittenTime | Message:
    text = text_of(node)
    moment = parse_time(text) if text else None
    if text is None or moment is None:
        return Message("wrong_value_type", NOT_A_TIME, {"value": _quoted(node)})
    return WrittenTime(text.strip(), moment, _is_date(text.strip()))


def read_day_member(node: Node) -> WrittenTime | str | Message:
    text = (text_of(node) or "").strip()
    if text in _DAY_NAMES:
        return text
    moment = parse_time(text) if _is_date(text) else None
    return Message("wrong_value_type", NOT_A_DAY, {"value": _quoted(node)}) if moment is None else WrittenTime(text, moment, True)


def read_duration_member(node: Node) -> int | Message:
    """A duration in microseconds."""
    match = _DURATION.fullmatch((text_of(node) or "").strip())
    if match is None:
        return Message("wrong_value_type", NOT_A_DURATION, {"value": _quoted(node)})
    return int(match[1]) * _UNIT_SECONDS[match[2]] * _SECOND


def _quoted(node: Node) -> str:
    text = text_of(node)
    return shown(to_plain(node) if text is None else text)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


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
    leeway = 0 if (low.moment.tzinfo is None) == (high.moment.tzinfo is None) else _UNIT_SECONDS["d"] * _SECOND
    return low.start(_UTC) <= high.end(_UTC) + leeway


def _register(code: str, en: str, es: str, read: Any, prepare: Any, test: Any, takes: Takes = Takes.ONE) -> None:
    in_order = _in_order if takes is Takes.PAIR else None
    register(Operator(FieldType.TIME, code, Text(en, es), takes, False, read, prepare, test, in_order))


_register("before", "is before", "es anterior a", read_time_member, _start, lambda fact, value, _now: fact < value)
_register("after", "is after", "es posterior a", read_time_member, _start, lambda fact, value, _now: fact > value)
_register(
    "between",
    "is between",
    "está entre",
    read_time_member,
    _prepare_pair,
    lambda fact, pair, _now: pair[0] <= fact <= pair[1],
    Takes.PAIR,
)
_register("on_day", "is on", "es el día", read_day_member, _prepare_day, _on_day)
_register(
    "within_last",
    "is within the last",
    "está en los últimos",
    read_duration_member,
    _duration,
    lambda fact, length, now: now - length <= fact <= now,
)
_register(
    "within_next",
    "is within the next",
    "está en los próximos",
    read_duration_member,
    _duration,
    lambda fact, length, now: now <= fact <= now + length,
)
_register(
    "older_than",
    "is older than",
    "es más antiguo que",
    read_duration_member,
    _duration,
    lambda fact, length, now: fact < now - length,
)
