"""Reads when a rule runs by itself: `schedule`, `look_again` and `over`."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import NamedTuple

from rules.messages import Message, Text
from rules.operators.written_times import read_duration_member
from rules.parser.reading import Reader, as_mapping, join
from rules.placeholders import suggestion
from rules.schedule import A_DAY, DAYS, LONGEST, SCHEDULE, SHORTEST, STATES, Duration, LookAgain, Schedule
from rules.source import text_of, to_plain
from rules.values import SECOND, shown

TIME_OF_DAY = r"([01][0-9]|2[0-3]):[0-5][0-9]"

NEEDS_TRIGGER = Text(
    "`{key}` needs the trigger `schedule`: write it into the rule's `on`",
    "`{key}` necesita el disparador `schedule`: escríbelo en el `on` de la regla",
)
AT_OR_EVERY = Text(
    'a schedule has either a time of day, `at: "08:00"`, or a length of time, `every: 30m`: write one of the two',
    'una programación tiene una hora del día, `at: "08:00"`, o una duración, `every: 30m`: escribe una de las dos',
)
BAD_TIME_OF_DAY = Text(
    "{found} is not a time of day: write hours and minutes as 08:00, up to 23:59",
    "{found} no es una hora del día: escribe horas y minutos como 08:00, hasta 23:59",
)
OUT_OF_RANGE = Text(
    "{found} is too short or too long: write a length of time from 1m to 366d",
    "{found} es demasiado corto o demasiado largo: escribe una duración de 1m a 366d",
)
LONGER_THAN_A_DAY = Text(
    "with `days`, `every` is 24h at most: {found} would pass over some of those days",
    "con `days`, `every` es como mucho 24h: {found} se saltaría algunos de esos días",
)
ENDS_BEFORE = Text(
    "`until` is shorter than `after`, so the rule would never look again: make it longer",
    "`until` es más corto que `after`, así que la regla no volvería a mirar nunca: alárgalo",
)
UNKNOWN_MEMBER = Text('"{found}" is none of {known}{hint}', '"{found}" no es ninguno de {known}{hint}')
NONE_NAMED = Text("this list is empty: name at least one", "esta lista está vacía: indica al menos uno")
OVER_NOTHING = Text(
    "`over` says over which orders `schedule` and `look_again` run a rule, and this one has neither",
    "`over` dice sobre qué pedidos ejecutan la regla `schedule` y `look_again`, y esta no tiene ninguno de los dos",
)
OVER_TWICE = Text(
    "`over` stands in the rule and in its `schedule`: write it in one of the two places",
    "`over` está en la regla y en su `schedule`: escríbelo en uno de los dos sitios",
)

_UNKNOWN = {"days": "unknown_day", "over": "unknown_status"}


class Times(NamedTuple):
    """When a rule runs by itself, and over which orders."""

    schedule: Schedule | None
    look_again: LookAgain | None
    over: tuple[str, ...]


def read_times(reader: Reader, triggers: frozenset[str]) -> Times:
    """What a rule says of that; a part that is wrong is reported, and not there."""
    times = Times(_schedule(reader), _look_again(reader), _members(reader, "over", STATES))
    written = [key for key in ("schedule", "look_again") if key in reader.mapping.entries]
    if SCHEDULE not in triggers:
        for key in written:
            _refuse(reader, key, "needs_schedule_trigger", NEEDS_TRIGGER, key=key)
    if "over" in reader.mapping.entries:
        if not written:
            _refuse(reader, "over", "over_nothing", OVER_NOTHING)
        if times.schedule is not None and times.schedule.over:
            _refuse(reader, "over", "over_twice", OVER_TWICE)
    return times


def _schedule(rule: Reader) -> Schedule | None:
    reader = _inner(rule, "schedule")
    if reader is None:
        return None
    reader.check_keys(("at", "every", "days", "over"))
    if ("at" in reader.mapping.entries) == ("every" in reader.mapping.entries):
        reader.problems.error(reader.mapping.line, reader.path, "at_or_every", AT_OR_EVERY)
    at, every = _time_of_day(reader), _duration(reader, "every")
    days, over = _members(reader, "days", DAYS), _members(reader, "over", STATES)
    if days and every is not None and every.length > A_DAY:
        _refuse(reader, "every", "longer_than_a_day", LONGER_THAN_A_DAY, found=every.text)
    return Schedule(at, every, days, over)


def _look_again(rule: Reader) -> LookAgain | None:
    reader = _inner(rule, "look_again")
    if reader is None:
        return None
    reader.check_keys(("after", "until"), required=("after", "until"))
    after, until = _duration(reader, "after"), _duration(reader, "until")
    if after is None or until is None:
        return None
    if until.length < after.length:
        _refuse(reader, "until", "ends_before", ENDS_BEFORE)
    return LookAgain(after, until)


def _inner(rule: Reader, key: str) -> Reader | None:
    node = rule.mapping.entries.get(key)
    return None if node is None else as_mapping(node, join(rule.path, key), rule.problems)


def _time_of_day(reader: Reader) -> time | None:
    node = reader.mapping.entries.get("at")
    if node is None:
        return None
    text = (text_of(node) or "").strip()
    if re.fullmatch(TIME_OF_DAY, text, re.ASCII) is None:
        _refuse(reader, "at", "bad_time_of_day", BAD_TIME_OF_DAY, found=shown(to_plain(node)))
        return None
    return time.fromisoformat(text)


def _duration(reader: Reader, key: str) -> Duration | None:
    node = reader.mapping.entries.get(key)
    if node is None:
        return None
    read = read_duration_member(node)
    if isinstance(read, Message):
        reader.problems.add("error", reader.line_of(key), join(reader.path, key), read)
        return None
    text, seconds = (text_of(node) or "").strip(), read // SECOND
    if not SHORTEST.total_seconds() <= seconds <= LONGEST.total_seconds():
        _refuse(reader, key, "duration_out_of_range", OUT_OF_RANGE, found=text)
        return None
    return Duration(text, timedelta(seconds=seconds))


def _members(reader: Reader, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The known texts of a list, each once, in their usual order."""
    nodes = reader.list(key)
    if nodes is None:
        return ()
    if not nodes:
        _refuse(reader, key, "empty_value", NONE_NAMED)
    named = set()
    for number, node in enumerate(nodes):
        text = text_of(node) or ""
        if text in known:
            named.add(text)
            continue
        path = f"{join(reader.path, key)}[{number}]"
        params = {"found": text, "known": ", ".join(known), "hint": suggestion(text, list(known))}
        reader.problems.error(node.line, path, _UNKNOWN[key], UNKNOWN_MEMBER, **params)
    return tuple(one for one in known if one in named)


def _refuse(reader: Reader, place: str, code: str, text: Text, **params: object) -> None:
    reader.problems.error(reader.line_of(place), join(reader.path, place), code, text, **params)
