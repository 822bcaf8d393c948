"""The parts of a rule document as they were written: values with their source text and line."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct

from rules.messages import Text
from rules.order_document import HALF_SURROGATE, SAFE_INTEGER_DIGITS, plain
from rules.problems import Problems
from rules.written_decimal import WrittenDecimal

MAX_DOCUMENT_BYTES = 1024 * 1024
MAX_DOCUMENT_DEPTH = 64  # of the document as a whole; groups of conditions have their own, lower limit
MAX_NUMBER_DIGITS = 400


class Scalar(Struct):
    """One value. `value` is None, a boolean, an exact number or a text; `source` is how it was written."""

    value: bool | int | Decimal | str | None
    source: str
    line: int
    typed: bool = False  # the syntax alone fixes the type (JSON): a boolean cannot be meant as a text


class Sequence(Struct):
    items: list[Node]
    line: int


class Mapping(Struct):
    entries: dict[str, Node]
    lines: dict[str, int]  # of the keys
    line: int


Node = Scalar | Sequence | Mapping

DUPLICATE_KEY = Text(
    'the key "{key}" stands twice here: remove one of the two', 'la clave "{key}" está dos veces aquí: quita una de las dos'
)
TOO_DEEP = Text(
    "nested more than {limit} levels deep; a document may nest {limit} levels: write it flatter",
    "anidado a más de {limit} niveles; un documento puede anidar {limit} niveles: escríbelo con menos",
)
HALF_OF_A_PAIR = Text(
    "this text holds half of a surrogate pair, which is not Unicode: remove the escape, or write the character itself",
    "este texto contiene medio par sustituto, que no es Unicode: quita el escape o escribe el carácter mismo",
)
NUL = Text(
    "this text holds the character U+0000, which cannot be stored: remove it",
    "este texto contiene el carácter U+0000, que no se puede guardar: quítalo",
)
BAD_NUMBER = Text(
    "{value} is not a number that can be used: it must be finite and have at most {limit} digits",
    "{value} no es un número que se pueda usar: debe ser finito y tener como mucho {limit} cifras",
)

_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class OutOfRange(ValueError):
    """A number nobody writes: NaN, infinity, or hundreds of digits."""


def resolve_plain(source: str) -> bool | int | Decimal | str | None:
    """What an unquoted YAML scalar stands for: YAML 1.2 core, with `true` and `false` as the only booleans.

    Raises OutOfRange for NaN and infinity. What only looks like a number, because it would have more than 400 digits
    (the SKU `7E1234`), is a text.
    """
    if source in _NULLS:
        return None
    if source in ("true", "false"):
        return source == "true"
    if source[0] not in "+-.0123456789":
        return source
    if _NOT_FINITE.fullmatch(source):
        raise OutOfRange(source)
    if _INTEGER.fullmatch(source) or _FRACTION.fullmatch(source):
        with suppress(OutOfRange):
            return parse_number(source)
    elif (_OCTAL.fullmatch(source) or _HEX.fullmatch(source)) and len(source) <= MAX_NUMBER_DIGITS:
        return int(source, 0)
    return source


def parse_number(source: str) -> int | Decimal:
    """An exact number, past 18 digits always a Decimal, as in orders. Raises OutOfRange past 400 digits in plain notation."""
    if len(source) > MAX_NUMBER_DIGITS:
        raise OutOfRange(source)
    if _INTEGER.fullmatch(source) and len(source) <= SAFE_INTEGER_DIGITS:
        return int(source)
    try:
        number = Decimal(source)
    except InvalidOperation:
        raise OutOfRange(source) from None
    if abs(number.adjusted()) > MAX_NUMBER_DIGITS:
        raise OutOfRange(source)
    return number


def to_plain(node: Node, *, texts: bool = False) -> Any:
    """The node as JSON-like data. Numbers keep how they were written, so that `00501` can still be read as a text.

    With `texts` they are texts at once, unless the syntax alone makes them numbers.
    """
    if isinstance(node, Mapping):
        return {key: to_plain(member, texts=texts) for key, member in node.entries.items()}
    if isinstance(node, Sequence):
        return [to_plain(member, texts=texts) for member in node.items]
    value = node.value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if texts and not node.typed:
            return node.source
        return value if plain(value) == node.source else WrittenDecimal(node.source, value)
    return value


def text_of(node: Node) -> str | None:
    """The node as a text, where a text is expected: numbers and YAML's plain booleans count as they are written."""
    if not isinstance(node, Scalar) or node.value is None or (node.typed and isinstance(node.value, bool)):
        return None
    return node.value if isinstance(node.value, str) else node.source


def storable(text: str, line: int, path: str, problems: Problems) -> str:
    """A text as it can be kept: two halves of a surrogate pair (`\\ud83d\\ude00`) are one character.

    What cannot be kept, half a pair alone or U+0000, is reported and left out.
    """
    if HALF_SURROGATE.search(text) is not None:
        try:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            problems.error(line, path, "not_unicode", HALF_OF_A_PAIR)
            return ""
    if "\0" in text:
        problems.error(line, path, "nul_character", NUL)
        return text.replace("\0", "")
    return text


def add_entry(mapping: Mapping, key: str, line: int, value: Node, problems: Problems, path: str) -> None:
    """Put an entry into a mapping that is being read, or report the key that is there already."""
    if key in mapping.entries:
        problems.error(line, f"{path}.{key}" if path else key, "duplicate_key", DUPLICATE_KEY, key=key)
        return
    mapping.entries[key] = value
    mapping.lines[key] = line
