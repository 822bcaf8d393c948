"""Numbers as people and programs write them where no language says how: in commands, files, addresses and saved views."""

from __future__ import annotations

import re
from decimal import Decimal

from rules.messages import Text

MAY_BE_TWO = Text(
    '"{text}" may be two numbers: write {thousands} or {decimals}.',
    "«{text}» puede ser dos números: escribe {thousands} o {decimals}.",
)
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)
_THOUSANDS_OR_DECIMALS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def read_number(text: str) -> Decimal | None:
    """With a point, or a comma, before its decimals. None for what is no number, and for `1,200`, which may be two."""
    written = text.strip()
    if _NUMBER.fullmatch(written) is None or ("," in written and may_be_two_numbers(written)):
        return None
    return Decimal(written.replace(",", "."))


def may_be_two_numbers(text: str) -> bool:
    """Whether the sign in a number may part thousands as well as decimals; programs write only decimals with a point."""
    return _THOUSANDS_OR_DECIMALS.fullmatch(text.strip()) is not None


def both_numbers(text: str) -> dict[str, str]:
    """What MAY_BE_TWO says of a text that may be two numbers: each of them so that it is read as itself."""
    written = text.strip()
    decimals = Decimal(written.replace(",", ".")).normalize()
    return {"text": written, "thousands": re.sub("[.,]", "", written), "decimals": write_number(decimals)}


def write_number(number: Decimal) -> str:
    """So that it is read as the same in every language."""
    written = f"{number:f}"
    return f"{written}0" if may_be_two_numbers(written) else written
