"""How values of order documents are read: as text, number, time, boolean or set, blank, or unreadable with a reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rules.messages import Message, Text
from rules.order_document import plain
from rules.visible import with_unseen
from rules.written_decimal import WrittenDecimal


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    BOOLEAN = "boolean"
    SET = "set"


class Unreadable:
    """A value of the wrong kind. Conditions that read it are in error."""

    __slots__ = ("message",)

    def __init__(self, code: str, text: Text, **params: Any) -> None:
        self.message = Message(code, text, params)


_PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?", re.ASCII)
# The extended form with hyphens and colons or the basic form without, never a mixture: year, month, day, then hour, minute,
# second, fraction, and the offset from UTC.
_WRITTEN_TIME = re.compile(
    r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})"
    r"(?:[Tt ]([0-9]{2})(:?)([0-9]{2})(?:\6([0-9]{2})(?:\.([0-9]{1,9}))?)?([Zz]|[+-][0-9]{2}(?::?[0-5][0-9])?)?)?",
    re.ASCII,
)
# What stores send almost always, and every version of the standard library reads alike, and fast.
_USUAL_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.(?:[0-9]{3}){1,2})?)?(?:Z|[+-][0-9]{2}:[0-5][0-9])?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_FOUR_CENTURIES = 146_097 * 86_400 * 1_000_000_000
SECOND = 1_000_000_000  # in the nanoseconds that moments are counted in

NOT_TEXT = Text("{value} is not text", "{value} no es un texto")
NOT_NUMBER = Text("{value} is not a number", "{value} no es un número")
NOT_TIME = Text("{value} is not a time (ISO 8601)", "{value} no es una fecha (ISO 8601)")
NOT_BOOLEAN = Text("{value} is neither true nor false", "{value} no es ni verdadero ni falso")
NOT_SET = Text("{value} is not a list of texts", "{value} no es una lista de textos")
NOT_OBJECT = Text("{value} is not an object", "{value} no es un objeto")
NOT_ITEMS = Text("{value} is not a list of items", "{value} no es una lista de artículos")


def exact_text(text: str) -> str:
    """A text as it is compared when case matters: Unicode NFC, trimmed."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def folded_text(text: str) -> str:
    """A text as it is compared: NFC, trimmed, fully case-folded, NFC again."""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def is_blank(value: Any) -> bool:
    """Missing, null, an empty or all-space text, or an empty list. `false` and 0 are not blank."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, list) and not value)


def as_written(value: Any) -> str | None:
    """The source text of a text or a number; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, WrittenDecimal):
        return value.source
    return str(value) if isinstance(value, int | Decimal) else None


def read_text(value: Any) -> str | Unreadable:
    """A non-blank value of a text field, as it is written."""
    if isinstance(value, str):
        return value
    text = as_written(value)
    return Unreadable("not_a_text", NOT_TEXT, value=shown(value)) if text is None else text


def read_number(value: Any) -> Decimal | int | Unreadable:
    """A non-blank value of a number field, exact."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _PLAIN_DECIMAL.fullmatch(value):
        return Decimal(value)
    return Unreadable("not_a_number", NOT_NUMBER, value=shown(value))


def read_time(value: Any) -> int | Unreadable:
    """A non-blank value of a time field, in nanoseconds since 1970 UTC; without offset it is UTC."""
    written = parse_written_time(value) if isinstance(value, str) else None
    if written is None:
        return Unreadable("not_a_time", NOT_TIME, value=shown(value))
    return moment_of(written[0]) + written[1]


def read_boolean(value: Any) -> bool | Unreadable:
    """A non-blank value of a boolean field."""
    return value if isinstance(value, bool) else Unreadable("not_a_boolean", NOT_BOOLEAN, value=shown(value))


def read_set(value: Any) -> list[str] | Unreadable:
    """A non-blank value of a set field: its members in order, as they are written."""
    if not isinstance(value, list):
        return Unreadable("not_a_set", NOT_SET, value=shown(value))
    for member in value:
        if not isinstance(member, str):
            return Unreadable("not_a_set", NOT_SET, value=shown(value))
    return value


READERS = {
    FieldType.TEXT: read_text,
    FieldType.NUMBER: read_number,
    FieldType.TIME: read_time,
    FieldType.BOOLEAN: read_boolean,
    FieldType.SET: read_set,
}


def parse_written_time(text: str) -> tuple[datetime, int, bool] | None:
    """The time of a text, the nanoseconds past its microsecond, and whether it is a date alone; None when it is not a time.

    A calendar date, or a date and a time of day to the minute, the second or up to nine digits after it; `T`, `t` or a space
    between, `Z`, `z`, `+01:00`, `+0100` or `+01` after. Without an offset the time comes back naive. `24:00` is the start of
    the next day. The standard library would read more, and other texts in each of its versions.
    """
    written = text.strip()
    if _USUAL_TIME.fullmatch(written) is not None:
        try:
            return datetime.fromisoformat(written), 0, len(written) == len("0000-00-00")
        except ValueError:
            return None
    match = _WRITTEN_TIME.fullmatch(written)
    if match is None:
        return None
    year, hyphen, month, day, hour, colon, minute, second, fraction, offset = match.groups()
    try:
        if hour is None:
            return datetime(int(year), int(month), int(day)), 0, True  # noqa: DTZ001 (whose zone it is in, the caller knows)
        if bool(hyphen) != bool(colon):
            return None
        digits = (fraction or "").ljust(9, "0")
        ends_day = hour == "24" and minute == "00" and not int(second or "0") and not int(digits)
        time = datetime(
            int(year),
            int(month),
            int(day),
            0 if ends_day else int(hour),
            int(minute),
            int(second or "0"),
            int(digits[:6]),
            None if offset is None else _zone_of(offset),
        )
        return (time + _DAY if ends_day else time), int(digits[6:]), False
    except (ValueError, OverflowError):  # no such day, no such time of day, an offset of a day; the end of the year 9999
        return None


def _zone_of(offset: str) -> tzinfo:
    """UTC, or the zone of an offset such as `+01:00`. Raises ValueError for one of a day or more."""
    if offset in ("Z", "z"):
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:].lstrip(":") or "0")
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def parse_time(text: str) -> datetime | None:
    """The time of a text to the microsecond, naive when it has no offset; None when it is not a time."""
    written = parse_written_time(text)
    return None if written is None else written[0]


def moment_of(time: datetime) -> int:
    """Nanoseconds since 1970 UTC; a naive time is UTC. Never overflows, unlike a conversion of the zone."""
    if time.tzinfo is UTC:  # as nearly all that is kept
        return (time - _EPOCH) // _MICROSECOND * 1_000
    offset = time.utcoffset() or timedelta()
    return (time.replace(tzinfo=UTC) - _EPOCH - offset) // _MICROSECOND * 1_000


def time_at(moment: int) -> datetime:
    """The UTC time of a moment, to the microsecond."""
    return _EPOCH + timedelta(microseconds=moment // 1_000)


def in_zone(time: datetime, zone: tzinfo) -> datetime:
    """A time as clocks in a zone show it; just as it is where that is before the first or after the last day of dates."""
    try:
        return time.astimezone(zone)
    except OverflowError:
        return time


def local_time(moment: int, zone: tzinfo) -> datetime:
    """What clocks in a zone show at a moment.

    Of the few hours before the first and after the last day that dates can name, the time is that of 400 years nearer: the
    calendar repeats itself then, so that the weekday and the time of day are right.
    """
    try:
        return time_at(moment).astimezone(zone)
    except OverflowError:
        return time_at(moment + (_FOUR_CENTURIES if moment < 0 else -_FOUR_CENTURIES)).astimezone(zone)


def time_text(time: datetime, nanoseconds: int = 0) -> str:
    """A time in ISO 8601, with what it has past its microsecond. It can be read again, whatever the zone once was."""
    offset = time.utcoffset()
    if offset is not None and offset.seconds % 60:  # as before zones were whole minutes from one another
        try:
            time = time.astimezone(UTC)
        except OverflowError:  # in the first hours of the year 1
            time = time.replace(tzinfo=UTC)
    if not nanoseconds:
        return time.isoformat()
    text = time.isoformat(timespec="microseconds")
    end = len("0000-00-00T00:00:00.000000")
    return f"{text[:end]}{nanoseconds:03}{text[end:]}"


def moment_text(moment: int) -> str:
    """A moment in ISO 8601, in UTC."""
    return time_text(time_at(moment), moment % 1_000)


def shown(value: Any, limit: int = 60) -> str:
    """A value as a message quotes it: short, one line, texts in quotes."""
    if isinstance(value, str):
        text = f'"{with_unseen(value)}"'
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, WrittenDecimal):
        text = value.source
    elif isinstance(value, int | Decimal):
        text = plain(value)
    elif value is None:
        text = "null"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{with_unseen(str(key))}: {shown(member, 20)}" for key, member in list(value.items())[:4]) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(member, 20) for member in value[:6]) + ("…]" if len(value) > 6 else "]")
    else:
        text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
