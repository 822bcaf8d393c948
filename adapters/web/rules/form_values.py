"""Values between a document and the fields of a form. What nobody changed in the form stays as the document has it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from adapters.web.typed_numbers import typed_number
from rules.messages import Language
from rules.order_document import plain
from rules.source import OutOfRange, parse_number
from rules.written_decimal import WrittenDecimal

PAIR_SIGN = " – "  # between the ends of a range in one line
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?", re.ASCII)
_PAIR = re.compile(r"\s*(?:\t|;|–|\s-\s)\s*")


def shown_text(value: Any, language: Language) -> str:
    """One value as its field shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, WrittenDecimal):
        return value.source
    if isinstance(value, int | Decimal):
        return plain(value).replace(".", ",") if language == "es" else plain(value)
    return str(value) if isinstance(value, str) else ""


def lines_of(value: Any, language: Language) -> str:
    """A list with a line for each of its members; one value is one line."""
    members = value if isinstance(value, list) else [value]
    return "\n".join(shown_text(member, language) for member in members if member is not None)


def pair_of(value: Any, language: Language) -> tuple[str, str]:
    """The ends of a range."""
    members = value if isinstance(value, list) else [value]
    low, high, *_ = [*(shown_text(member, language) for member in members), "", ""]
    return low, high


def pairs_as_lines(value: Any) -> str:
    """Ranges with a line for each."""
    if not isinstance(value, list):
        return shown_text(value, "en")
    pairs = value if value and isinstance(value[0], list) else [value]
    return "\n".join(PAIR_SIGN.join(shown_text(end, "en") for end in pair) for pair in pairs)


def typed_lines(text: str) -> list[str]:
    """The lines of a field that holds a list, such as a column pasted from a sheet; empty ones are left out."""
    return [line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def typed_pairs(text: str) -> Any:
    """Ranges from lines such as `35000 – 38999`; one is not a list. What is not a range stays a text, to be complained of."""
    pairs: list[Any] = []
    for line in typed_lines(text):
        ends = _PAIR.split(line, maxsplit=1)
        pairs.append(ends if len(ends) == 2 else line)
    return pairs[0] if len(pairs) == 1 else pairs


def typed_value(text: str, *, is_number: bool) -> Any:
    """One value from what was typed. What should be a number and is none stays a text, to be complained of."""
    text = text.strip()
    if is_number:
        number = typed_number(text)
        if _NUMBER.fullmatch(number):
            try:
                return parse_number(number)
            except OutOfRange:
                return text
    return text
