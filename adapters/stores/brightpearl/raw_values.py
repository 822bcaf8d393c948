"""Single values of Brightpearl's documents: numbers, texts and times as they come, or a problem that names the place. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rules.messages import Message, Text
from rules.values import parse_time

Raw = Mapping[str, Any]

UNREADABLE_BYTES = "\ufdd0"  # stands where a reply held bytes that are not UTF-8: Unicode keeps it free for such use

MISSING = Text("it is missing", "falta")
NOT_AN_OBJECT = Text("it is not an object", "no es un objeto")
_NOT_A_NUMBER = Text("it is not a number: {value}", "no es un número: {value}")
_NOT_A_TEXT = Text("it is not a text", "no es un texto")
_NOT_A_TIME = Text("it is not a date and time: {value}", "no es una fecha y hora: {value}")
_BAD_BYTES = Text(
    "it holds characters that cannot be read (no valid UTF-8). Type this text again in Brightpearl and save it",
    "contiene caracteres ilegibles (UTF-8 no válido). Escribe de nuevo ese texto en Brightpearl y guárdalo",
)

_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_SPELT_OTHERWISE = re.compile(r"\s*[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[Ee][+-]?[0-9]{1,2})?\s*", re.ASCII)
_ID = re.compile(r"[0-9]{1,18}(?:\.0{1,6})?")
_MOST_EXACT = 2**53  # beyond it a JSON number with a point has lost digits
_MICRO = Decimal("0.000001")
_MAX_MAGNITUDE = 20  # digits before the point
# Line breaks and tabs separate words; other control characters, marks that turn the direction of writing, zero-width
# spaces and halves of characters are nothing that a label or a rule could want. Joiners stay: emoji and scripts need them.
_BREAKS = re.compile(r"[ ]*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+[\s]*")
_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufdd0-\ufdef]"
)


class MappingProblem(Exception):
    """A place in the raw document that cannot be read. `path` is inside the order; inside the note it starts with `note.`"""

    def __init__(self, path: str, problem: Message) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def clean(text: str) -> str:
    """A text in one line without control characters. Most texts are returned as they are."""
    if text.isprintable():
        return text
    cleaned = _UNWANTED.sub("", _BREAKS.sub(" ", text))
    return text if cleaned == text else cleaned.strip()


def put_text(target: dict[str, Any], name: str, value: Any, path: str) -> None:
    """Set a field to a text, or to a whole number as text; a blank one is left out."""
    if type(value) is str:
        if value and (text := read_text(value, path)):
            target[name] = text
    elif (number := id_in(value)) is not None:
        target[name] = str(number)
    elif value is not None:
        raise MappingProblem(path, Message("not_a_text", _NOT_A_TEXT))


def read_text(value: str, path: str) -> str:
    """A text, cleaned; empty when it is blank. Raises MappingProblem for one whose bytes were no text."""
    if value.isprintable():
        return "" if value.isspace() else value
    if UNREADABLE_BYTES in value:
        raise MappingProblem(path, Message("bad_bytes", _BAD_BYTES))
    cleaned = clean(value)
    return "" if cleaned.isspace() else cleaned


def read_paragraphs(value: str, path: str) -> str:
    """The same of a text that may have several lines; it keeps them."""
    if value.isprintable():
        return "" if value.isspace() else value
    return "\n".join(read_text(line, path) for line in value.splitlines()).strip()


def object_at(parent: Raw, key: str, path: str) -> Raw:
    value = parent.get(key)
    if isinstance(value, dict):
        return value
    raise MappingProblem(path, Message("missing", MISSING) if value is None else Message("not_an_object", NOT_AN_OBJECT))


def optional_object(parent: Raw, key: str, path: str) -> Raw:
    return {} if parent.get(key) is None else object_at(parent, key, path)


def read_time(value: Any, path: str) -> datetime:
    moment = time_in(value)
    if moment is None:
        raise MappingProblem(path, missing_or(_NOT_A_TIME, value))
    return moment


def time_in(value: Any) -> datetime | None:
    """The time that a value is; None for anything else."""
    return parse_time(value) if isinstance(value, str) else None


def read_number(value: Any, path: str) -> Decimal:
    """A number as text, which is how Brightpearl writes money, or as a JSON number."""
    number = number_in(value)
    if number is None:
        raise MappingProblem(path, missing_or(_NOT_A_NUMBER, value))
    return number


def number_in(value: Any) -> Decimal | None:
    """The number that a value is; None for anything else."""
    if type(value) is str:
        return Decimal(value) if _NUMBER.fullmatch(value) else _number_spelt_otherwise(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value))
        if not number or abs(number.adjusted()) < _MAX_MAGNITUDE:
            return number
    return None


def _number_spelt_otherwise(text: str) -> Decimal | None:
    """A number with blanks around it, a plus, or an exponent: what it is in plain notation."""
    if not _SPELT_OTHERWISE.fullmatch(text):
        return None
    number = Decimal(text.strip())
    return Decimal(f"{number:f}") if not number or abs(number.adjusted()) < _MAX_MAGNITUDE else None


def code_in(value: Any) -> str:
    """A code of Brightpearl's, such as a type of orders or a currency, in the way it is written there; empty for none."""
    return value.strip().upper() if isinstance(value, str) else ""


def id_in(value: Any) -> int | None:
    """The number of a thing in Brightpearl, also written as text or as 2.0; None for anything else."""
    if type(value) is int:
        return value
    if type(value) is str:
        text = value.strip()
        return int(text.partition(".")[0]) if _ID.fullmatch(text) else None
    return int(value) if type(value) is float and value.is_integer() and abs(value) < _MOST_EXACT else None


def id_text(value: Any) -> str:
    """The same as text; a text that is not a number as it is, and empty for none."""
    number = id_in(value)
    if number is None:
        return value if isinstance(value, str) else ""
    return str(number) if number else ""


def missing_or(text: Text, value: Any) -> Message:
    return Message("missing", MISSING) if value is None else Message("unreadable", text, {"value": repr(value)[:60]})


def exact_or_micro(number: Decimal) -> Decimal:
    """The number as it is with up to 6 places, else rounded to 6; one too large to have places stays as it is."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and (exponent >= -6 or number.adjusted() > _MAX_MAGNITUDE):
        return number
    return number.quantize(_MICRO, ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    """Plain decimal notation with two places, more only where they say something."""
    if not amount:
        return "0.00"
    written = str(amount)
    if written[-3:-2] == ".":  # nearly always
        return written
    whole, _, places = format(amount, "f").partition(".")
    return f"{whole}.{places[:2]:0<2}{places[2:].rstrip('0')}"
