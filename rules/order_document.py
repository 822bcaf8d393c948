"""Order documents: JSON objects with nested parts, read and written by field name, and exact in their numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import orjson

from rules.messages import Message, Text
from rules.written_decimal import WrittenDecimal

Document = dict[str, Any]

HALF_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAX_DIGITS = 400
_MAX_DEPTH = 100  # what is written out wraps the order in a few levels more, and orjson writes 254
_SURELY_PLAIN = 8  # str() of a number this short spells it as it is written, unless with an exponent
SAFE_INTEGER_DIGITS = 18  # fits 64 bits


NOT_UTF8 = Text("not UTF-8 at byte {at}", "no es UTF-8 en el byte {at}")
NOT_JSON = Text("not JSON at column {column}", "no es JSON en la columna {column}")
TOO_DEEP = Text("nested too deeply", "demasiados niveles anidados")
NO_OBJECT = Text("a JSON object is expected, this is {found}", "se espera un objeto JSON y esto es {found}")
NOT_WRITABLE = Text("cannot be written as JSON: {problem}", "no se puede escribir como JSON: {problem}")
OUT_OF_RANGE = Text(
    "the number {number} is out of range: more than {limit} digits",
    "el número {number} es demasiado largo: más de {limit} cifras",
)
NO_NUMBER = Text("{found} is not a JSON number", "{found} no es un número JSON")
HALF_CHARACTER = Text(
    "a text holds half of a surrogate pair, which is not Unicode",
    "un texto contiene medio par suplente, que no es Unicode",
)
NULL, BOOLEAN = Text("null", "null"), Text("a boolean", "un booleano")
TEXT, LIST, NUMBER = Text("a text", "un texto"), Text("a list", "una lista"), Text("a number", "un número")


class UnreadableDocument(ValueError):
    """Text that is not a JSON object; the message says why."""

    def __init__(self, text: Text, /, **params: Any) -> None:
        self.message = Message("unreadable", text, params)
        super().__init__(str(self.message))


def read_field(document: Mapping[str, Any], name: str) -> Any:
    """The value at a field name such as `ship_to.city`; None when it, or a part on the way, is missing."""
    head, dot, rest = name.partition(".")
    value = document.get(head)
    while dot and value is not None:
        if not isinstance(value, Mapping):
            return None
        head, dot, rest = rest.partition(".")
        value = value.get(head)
    return value


def write_field(document: Document, name: str, value: Any) -> None:
    """Set a field in place. Nested parts are copied, so a shallow copy of the document is enough to keep the original."""
    head, dot, rest = name.partition(".")
    if dot:
        part = document.get(head)
        copy = dict(part) if isinstance(part, Mapping) else {}
        write_field(copy, rest, value)
        document[head] = copy
    elif value is None:
        document.pop(head, None)
    else:
        document[head] = value


def loads(text: str | bytes) -> Document:
    """A JSON object with exact numbers: fractions become Decimal, whole numbers int (or Decimal past 64 bits).

    Raises UnreadableDocument for anything that is not one JSON object, for NaN and infinity, for numbers of more than
    400 digits, for text that is not Unicode, and for nesting too deep to be an order.
    """
    try:
        return _read_usual(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _read_any(text)


class _Unusual(ValueError):
    """Text that only the thorough reader gets right, or can say what is wrong with."""


# Digits become 0; what may stand around a number becomes a colon.
_NUMBERS_ONLY = bytes(
    0x30 if 0x30 <= code <= 0x39 else 0x2D if code == 0x2D else 0x3A if code in b":,[]{} \t\r\n" else 0x78 for code in range(256)
)


def _read_usual(text: str | bytes) -> Document:
    """Read what nearly all orders are, three times as fast. Raises for everything that is unusual, right or wrong."""
    data = text.encode() if isinstance(text, str) else text
    if data.count(b"{") + data.count(b"[") > _MAX_DEPTH:
        raise _Unusual
    numbers = data.translate(_NUMBERS_ONLY)
    # Whole numbers that are no plain int: too long, or perhaps -0. What begins with a minus is rare, and found fast.
    if _LONG_NUMBER in numbers or (b":-" in numbers and b":-0:" in numbers):
        raise _Unusual
    value = _DECODER.decode(data)
    if type(value) is not dict:
        raise _Unusual
    return value


def _read_any(text: str | bytes) -> Document:
    try:
        decoded = (text.decode("utf-8") if isinstance(text, bytes) else text).removeprefix("\ufeff").rstrip("\r\n")
        value = json.loads(decoded, parse_float=_parse_fraction, parse_int=_parse_integer, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(NOT_UTF8, at=error.start) from error
    except json.JSONDecodeError as error:
        raise UnreadableDocument(NOT_JSON, column=error.colno) from error
    except RecursionError as error:
        raise UnreadableDocument(TOO_DEEP) from error
    if not isinstance(value, dict):
        raise UnreadableDocument(NO_OBJECT, found=_kind(value))
    if "\\u" in decoded or (isinstance(text, str) and HALF_SURROGATE.search(text)):
        _refuse_half_surrogates(value)
    if decoded.count("{") + decoded.count("[") > _MAX_DEPTH and _depth(value, _MAX_DEPTH) > _MAX_DEPTH:
        raise UnreadableDocument(TOO_DEEP)
    return value


def dumps(value: Any, *, sort_keys: bool = False) -> bytes:
    """One JSON text in UTF-8. Decimals are written as plain JSON numbers, digit for digit, never by way of a float."""
    options = orjson.OPT_SORT_KEYS if sort_keys else None
    try:
        return orjson.dumps(value, _plain_number, options)
    except orjson.JSONEncodeError as error:
        raise UnreadableDocument(NOT_WRITABLE, problem=error) from error


def plain(number: Decimal | int) -> str:
    """A number in plain notation: `1000`, not `1E+3`; no minus before zero."""
    if isinstance(number, int):
        return str(number)
    text = format(number, "f")
    return text[1:] if text[0] == "-" and not number else text


def _plain_number(value: Any) -> Any:
    if isinstance(value, Decimal):
        text = str(value)
        return orjson.Fragment(plain(value) if text[0] == "-" or "E" in text else text)
    if isinstance(value, int):
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _parse_fraction(source: str) -> Decimal:
    if len(source) <= _SURELY_PLAIN and "e" not in source and "E" not in source:
        return Decimal(source)
    try:
        number = Decimal(source)
    except InvalidOperation:
        raise UnreadableDocument(OUT_OF_RANGE, number=source[:40], limit=_MAX_DIGITS) from None
    if len(source) > _MAX_DIGITS or abs(number.adjusted()) > _MAX_DIGITS:
        raise UnreadableDocument(OUT_OF_RANGE, number=source[:40], limit=_MAX_DIGITS)
    return number if str(number) == source else WrittenDecimal(source)


_DECODER = msgspec.json.Decoder(float_hook=_parse_fraction)
_LONG_NUMBER = b"0" * (SAFE_INTEGER_DIGITS + 1)


def _parse_integer(source: str) -> int | Decimal:
    if source == "-0":
        return WrittenDecimal(source)
    return int(source) if len(source) <= SAFE_INTEGER_DIGITS else _parse_fraction(source)


def _refuse_constant(name: str) -> Any:
    raise UnreadableDocument(NO_NUMBER, found=name)


def _refuse_half_surrogates(value: Any) -> None:
    if isinstance(value, str):
        if HALF_SURROGATE.search(value):
            raise UnreadableDocument(HALF_CHARACTER)
    elif isinstance(value, dict):
        for key, member in value.items():
            _refuse_half_surrogates(key)
            _refuse_half_surrogates(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_half_surrogates(member)


def _depth(value: Any, limit: int) -> int:
    """How deep a value is nested, looking no deeper than one past the limit."""
    if not isinstance(value, dict | list) or limit < 0:
        return 0
    members = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(member, limit - 1) for member in members), default=0)


def _kind(value: Any) -> Text:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, str):
        return TEXT
    return LIST if isinstance(value, list) else NUMBER
