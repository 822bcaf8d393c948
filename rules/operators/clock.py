"""Operators that ask for the time of day or the day of the week that a moment has in the account's time zone."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from rules.messages import Message, Text
from rules.operators.registry import AND, OR, Operator, Takes, ValueKind, register
from rules.source import Node, Scalar, text_of, to_plain
from rules.values import FieldType, local_time, shown

NOT_A_TIME_OF_DAY = Text(
    '{value} is not a time of day: write hours and minutes as "08:00", "16:30"',
    '{value} no es una hora del día: escribe horas y minutos como "08:00", "16:30"',
)
NOT_A_WEEKDAY = Text(
    "{value} is not a day of the week: write mon, tue, wed, thu, fri, sat or sun",
    "{value} no es un día de la semana: escribe mon, tue, wed, thu, fri, sat o sun",
)

SAME_TIME = Text("from {low} to {high} is no time at all", "de {low} a {high} no hay ningún tiempo")

WEEKDAYS = {
    "mon": Text("Monday", "lunes"),
    "tue": Text("Tuesday", "martes"),
    "wed": Text("Wednesday", "miércoles"),
    "thu": Text("Thursday", "jueves"),
    "fri": Text("Friday", "viernes"),
    "sat": Text("Saturday", "sábado"),
    "sun": Text("Sunday", "domingo"),
}
DAY_SECONDS = 86_400
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|24:00", re.ASCII)


def read_time_of_day_member(node: Node) -> int | Message:
    """Seconds since the start of the day. `24:00` is its end."""
    text = (text_of(node) or "").strip()
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None:
        return Message("wrong_value_type", NOT_A_TIME_OF_DAY, {"value": _quoted(node)})
    hours, minutes, seconds = match.groups()
    return DAY_SECONDS if hours is None else int(hours) * 3_600 + int(minutes) * 60 + int(seconds or 0)


def read_weekday_member(node: Node) -> int | Message:
    """A day of the week; Monday is 0."""
    text = (text_of(node) or "").strip()
    if text in WEEKDAYS:
        return list(WEEKDAYS).index(text)
    return Message("wrong_value_type", NOT_A_WEEKDAY, {"value": _quoted(node)})


TIME_OF_DAY = ValueKind(
    "time_of_day",
    Text('a time of day in the account\'s time zone: `"08:00"`', 'una hora del día en la zona horaria de la cuenta: `"08:00"`'),
    read_time_of_day_member,
    {"type": "string", "pattern": r"^\s*(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00)\s*$"},
)
WEEKDAY = ValueKind(
    "weekday",
    Text(
        "a day of the week: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`",
        "un día de la semana: `mon` (lunes), `tue`, `wed`, `thu`, `fri`, `sat`, `sun` (domingo)",
    ),
    read_weekday_member,
    {"type": "string", "pattern": rf"^\s*({'|'.join(WEEKDAYS)})\s*$"},
    lambda member: WEEKDAYS.get(str(member).strip(), str(member)),
    read_listed=lambda text: read_weekday_member(Scalar(text, text, 0)),
)


class DayWindow(Struct, frozen=True):
    """From one time of day to another, the first included and the second not; past midnight when the first is the later."""

    first: int
    second: int
    zone: ZoneInfo

    def holds(self, moment: int) -> bool:
        return self.holds_time(_seconds(local_time(moment, self.zone)))

    def holds_time(self, seconds: int) -> bool:
        """The same for a time of day."""
        if self.first < self.second:
            return self.first <= seconds < self.second
        return seconds >= self.first or seconds < self.second


class Weekdays(Struct, frozen=True):
    """Some days of the week; Monday is 0."""

    days: frozenset[int]
    zone: ZoneInfo

    def holds(self, moment: int) -> bool:
        return local_time(moment, self.zone).weekday() in self.days


def _seconds(time: datetime) -> int:
    return time.hour * 3_600 + time.minute * 60 + time.second


def _quoted(node: Node) -> str:
    text = text_of(node)
    return shown(to_plain(node) if text is None else text)


def _prepare_window(members: tuple[int, ...], _case: bool, zone: ZoneInfo) -> DayWindow:
    first, second = members
    return DayWindow(first, second, zone)


def _prepare_weekdays(members: tuple[int, ...], _case: bool, zone: ZoneInfo) -> Weekdays:
    return Weekdays(frozenset(members), zone)


def _holds(fact: int, prepared: Any, _now: int) -> bool:
    held: bool = prepared.holds(fact)
    return held


register(
    Operator(
        FieldType.TIME,
        "time_between",
        label=Text("has a time of day between", "tiene una hora del día entre"),
        sentence=Text("{field} has a time of day between {value}", "{field} tiene una hora del día entre {value}"),
        help=Text(
            "The time of day in the account's time zone is from the first value on and before the second; past midnight when the "
            "first is the later one.",
            "La hora del día, en la zona horaria de la cuenta, es desde el primer valor y antes del segundo; pasa de medianoche "
            "si el primero es el mayor.",
        ),
        takes=Takes.PAIR,
        value=TIME_OF_DAY,
        prepare=_prepare_window,
        test=_holds,
        joint=AND,
        check_pair=lambda first, second: None if first != second else SAME_TIME,
        uses_now=True,
    )
)
register(
    Operator(
        FieldType.TIME,
        "on_weekday",
        label=Text("is on", "cae en"),
        sentence=Text("{field} is on {value}", "{field} cae en {value}"),
        help=Text(
            "The day of the week in the account's time zone is the value, or any of a list.",
            "El día de la semana, en la zona horaria de la cuenta, es el valor, o alguno de una lista.",
        ),
        takes=Takes.ONE_OR_LIST,
        value=WEEKDAY,
        prepare=_prepare_weekdays,
        test=_holds,
        joint=OR,
        of_list=Text("{field} is on a day of the list {list}", "{field} cae en un día de la lista {list}"),
        uses_now=True,
    )
)
