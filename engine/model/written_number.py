"""Numbers as people and programs write them where no language says how: in commands, files, addresses and saved views."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rules.messages import Message, Text
from rules.order_document import plain

MAY_BE_TWO = Text(
    '"{text}" may be two numbers: write {thousands} or {decimals}.',
    "«{text}» puede ser dos números: escribe {thousands} o {decimals}.",
)
BEYOND = Text(
    '"{text}" is too large or has too many decimals: write at most {most}, with up to {decimals} decimals.',
    "«{text}» es demasiado grande o tiene demasiados decimales: escribe como máximo {most}, con {decimals} decimales o menos.",
)
_LONGEST_SHOWN = 40
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)
_THOUSANDS_OR_DECIMALS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NumberLimits:
    """How large numbers of one kind may be, either side of 0, and how fine."""

    most: Decimal
    decimals: int

    def beyond(self, written: str | Decimal) -> Message | None:
        """Says the limits of a number that goes beyond them; None for one within, and for what is not a number."""
        number = written if isinstance(written, Decimal) else _any_number(written)
        if number is None or not number.is_finite():
            return None
        if number.copy_abs() <= self.most and _decimals_of(number) <= self.decimals:
            return None
        said = {"text": show_written(written), "most": plain(self.most), "decimals": self.decimals}
        return Message("number_beyond", BEYOND, said)


READABLE = NumberLimits(Decimal(10) ** 15 - 1, 15)  # by `read_number`


def show_written(written: str | Decimal) -> str:
    """A number, or what was to be one, so short that a sentence can quote it."""
    if isinstance(written, Decimal) and written.is_finite() and abs(written.adjusted()) < _LONGEST_SHOWN:
        written = f"{written:f}"
    text = str(written).strip()
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _decimals_of(number: Decimal) -> int:
    """Without zeros at its end, and exactly: arithmetic would round a number of very many digits, or fail at it."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # it is finite
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -exponent - zeros) if zeros < len(digits) else 0


def _any_number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def read_number(text: str) -> Decimal | None:
    """With a point, or a comma, before its decimals. None for what is not a number, and for `1,200`, which may be two."""
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
