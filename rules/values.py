"""How values of order documents are read: as text, number, time, boolean or set, blank, or unreadable with a reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rules.messages import Message, Text
from rules.order_document import plain
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
# fromisoformat() takes any character at all between date and time.
_DATE_OR_TIME = re.compile(r"[0-9]{4}-?([0-9]{2}-?[0-9]{2}|W[0-9]{2}(-?[0-9])?)([Tt ][0-9:.,]+ ?([+-][0-9:.]+|Z)?)?", re.ASCII)
_SPACES = re.compile(r"\s+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

NOT_TEXT = Text("{value} is no text", "{value} no es un texto")
NOT_NUMBER = Text("{value} is no number", "{value} no es un número")
NOT_TIME = Text("{value} is no time (ISO 8601)", "{value} no es una fecha (ISO 8601)")
NOT_BOOLEAN = Text("{value} is neither true nor false", "{value} no es ni verdadero ni falso")
NOT_SET = Text("{value} is no list of texts", "{value} no es una lista de textos")
NOT_OBJECT = Text("{value} is no object", "{value} no es un objeto")
NOT_ITEMS = Text("{value} is no list of items", "{value} no es una lista de artículos")


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
    """A non-blank value of a time field, in microseconds since 1970 UTC; without offset it is UTC."""
    moment = parse_time(value) if isinstance(value, str) else None
    return Unreadable("not_a_time", NOT_TIME, value=shown(value)) if moment is None else moment_of(moment)


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


def parse_time(text: str) -> datetime | None:
    """An ISO 8601 date or time, a space in place of the T; one without offset comes back naive. None when it is neither."""
    written = text.strip()
    if _DATE_OR_TIME.fullmatch(written) is None:
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def moment_of(time: datetime) -> int:
    """Microseconds since 1970 UTC; a naive time is UTC. Never overflows, unlike a conversion of the zone."""
    offset = time.utcoffset() or timedelta()
    return (time.replace(tzinfo=UTC) - _EPOCH - offset) // _MICROSECOND


def time_at(moment: int) -> datetime:
    """The UTC time of a moment."""
    return _EPOCH + timedelta(microseconds=moment)


def shown(value: Any, limit: int = 60) -> str:
    """A value as a message quotes it: short, one line, texts in quotes."""
    if isinstance(value, str):
        text = '"' + _SPACES.sub(" ", value) + '"'
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, WrittenDecimal):
        text = value.source
    elif isinstance(value, int | Decimal):
        text = plain(value)
    elif value is None:
        text = "null"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}: {shown(member, 20)}" for key, member in list(value.items())[:4]) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(member, 20) for member in value[:6]) + ("…]" if len(value) > 6 else "]")
    else:
        text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
