"""Tracking numbers as people type, paste and scan them, made into what a carrier's pages and a store understand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What stands between two numbers. A blank does not: carriers print their numbers in groups.
_BETWEEN = re.compile(r"[,;，；、\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HYPHENS = {ord(char): "-" for char in "\u2010\u2011\u2212\uff0d"}


def split_numbers(entered: Iterable[str]) -> list[str]:
    """The numbers in what was entered, each field of which may hold several, without any blanks or invisible marks.

    A number that is there twice, perhaps with other blanks or in another case, counts once, as it was first. What is left
    of a field may be no usable number: that is for the caller to say.
    """
    numbers: dict[str, str] = {}
    for field in entered:
        parts = [clean_number(part) for part in _BETWEEN.split(field)]
        for number in [part for part in parts if part] or [""]:
            numbers.setdefault(number.casefold(), number)
    return list(numbers.values())


def clean_number(part: str) -> str:
    """Hyphens belong to a number, however they are written; blanks, tabs and zero-width marks do not."""
    text = unicodedata.normalize("NFKC", part.translate(_HYPHENS)).translate(_HYPHENS)
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) not in ("Zs", "Cf"))
