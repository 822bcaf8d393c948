"""Time operators. Every one of them asks whether a moment lies in a window that may depend on now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Text
from rules.operators.registry import AND, COMMA, LOW_ABOVE_HIGH, Operator, Takes, ValueKind, register
from rules.operators.written_times import DAY, DURATION, MOMENT, UNIT_SECONDS, RelativeTime, WrittenTime, day_start, local_day
from rules.values import SECOND, FieldType

Window = tuple[int, int]  # the first and the last moment
_UTC = ZoneInfo("UTC")


def _prepare_pair(
    members: tuple[WrittenTime | RelativeTime, ...], _case: bool, zone: ZoneInfo
) -> Window | Callable[[int], Window]:
    low, high = members
    if isinstance(low, WrittenTime) and isinstance(high, WrittenTime):
        return low.start(zone), high.end(zone)
    return lambda now: (_start(low, zone, now), _end(high, zone, now))


def _prepare_day(
    members: tuple[WrittenTime | RelativeTime, ...], _case: bool, zone: ZoneInfo
) -> Window | Callable[[int], Window]:
    (member,) = members
    if isinstance(member, WrittenTime):
        return member.start(zone), member.end(zone)

    return lambda now: _day_of(member.start(zone, now), zone)


def _day_of(moment: int, zone: ZoneInfo) -> Window:
    """The day that a moment falls on."""
    try:
        day = local_day(moment, zone)
    except OverflowError:  # past the last day that dates can name: no order has it
        return 1, 0
    return day_start(day, zone), day_start(day, zone, 1) - 1


def _as_it_is(moment: int, _case: bool, _zone: ZoneInfo) -> int:
    return moment


def _in_window(fact: int, window: Window | Callable[[int], Window], now: int) -> bool:
    low, high = window(now) if callable(window) else window
    return low <= fact <= high


def _prepare_start(members: tuple[WrittenTime | RelativeTime, ...], _case: bool, zone: ZoneInfo) -> int | Callable[[int], int]:
    (member,) = members
    return member.start(zone) if isinstance(member, WrittenTime) else lambda now: member.start(zone, now)


def _at(moment: int | Callable[[int], int], now: int) -> int:
    return moment(now) if callable(moment) else moment


def _start(member: WrittenTime | RelativeTime, zone: ZoneInfo, now: int) -> int:
    return member.start(zone) if isinstance(member, WrittenTime) else member.start(zone, now)


def _end(member: WrittenTime | RelativeTime, zone: ZoneInfo, now: int) -> int:
    return member.end(zone) if isinstance(member, WrittenTime) else member.end(zone, now)


def _duration(members: tuple[int, ...], _case: bool, _zone: ZoneInfo) -> int:
    return members[0]


def _check_order(low: WrittenTime | RelativeTime, high: WrittenTime | RelativeTime) -> Text | None:
    if isinstance(low, WrittenTime) != isinstance(high, WrittenTime):
        return None  # it depends on when it is
    # Where one of them has no zone of its own, only the account's would tell; no zone is a day away from UTC. A day that
    # moves with now may begin up to a day away from it, too.
    if isinstance(low, WrittenTime) and isinstance(high, WrittenTime):
        leeway = 0 if (low.moment.tzinfo is None) == (high.moment.tzinfo is None) else UNIT_SECONDS["d"] * SECOND
    else:
        leeway = 0 if _counts_from_day(low) == _counts_from_day(high) else UNIT_SECONDS["d"] * SECOND
    return None if _start(low, _UTC, 0) <= _end(high, _UTC, 0) + leeway else LOW_ABOVE_HIGH


def _counts_from_day(member: WrittenTime | RelativeTime) -> bool:
    return isinstance(member, RelativeTime) and member.days is not None


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
    against: Callable[[int, bool, ZoneInfo], Any] | None = None,
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
            against=against,
            joint=AND if takes is Takes.PAIR else COMMA,
            check_pair=_check_order if takes is Takes.PAIR else None,
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
    MOMENT,
    _prepare_start,
    lambda fact, value, now: fact < _at(value, now),
    against=_as_it_is,
)
_register(
    "after",
    Text("is after", "es posterior a"),
    Text("{field} is after {value}", "{field} es posterior a {value}"),
    Text(
        "The time is later than the value; a date alone is its start.",
        "El momento es posterior al valor; una fecha sola es su comienzo.",
    ),
    MOMENT,
    _prepare_start,
    lambda fact, value, now: fact > _at(value, now),
    against=_as_it_is,
)
_register(
    "between",
    Text("is between", "está entre"),
    Text("{field} is between {value}", "{field} está entre {value}"),
    Text(
        "The time is from the first value to the second, both included; a date alone counts from its start to its end.",
        "El momento está entre el primer valor y el segundo, ambos incluidos; una fecha sola cuenta de su comienzo a su final.",
    ),
    MOMENT,
    _prepare_pair,
    _in_window,
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
    _in_window,
    against=lambda moment, _case, zone: _day_of(moment, zone),
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
