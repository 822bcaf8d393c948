"""Postal codes as zones name them: one (`28001`), a beginning (`28*`), a range (`07000-07999`), and all but some.

Each is a span between two cuts in the alphabetical order of all codes, so that what belongs to whom, and whether two zones
have a code in common, follows from comparing cuts. A range compares as many characters as its ends have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rules.messages import Message, Text

BAD_POSTAL_CODE = Text(
    '"{found}" is not a postal code: write one such as 28001, a beginning such as 28*, or a range such as 07000-07999',
    '"{found}" no es un código postal: escribe uno como 28001, un comienzo como 28* o un intervalo como 07000-07999',
)
BACKWARDS = Text(
    "the range {found} ends before it starts: write the lower end first",
    "el intervalo {found} termina antes de empezar: escribe primero el extremo menor",
)
WHOLE_COUNTRY = Text("all of {country}", "todo {country}")
CODES = Text("{country} {codes}", "{country} {codes}")

Cut = tuple[str, int]  # just before a code (0) or just after it (1)

_LAST = "\uffff"  # after every character of a code
_NOT_IN_CODES = re.compile(r"[^0-9A-Z]+")
_WRITTEN = re.compile(r"([0-9A-Z]+)(?:(\*)|-([0-9A-Z]+))?")
_US_DIGITS = 5  # the four behind them name a block of houses


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """All postal codes between two cuts."""

    start: Cut
    end: Cut

    def intersection(self, other: Span) -> Span | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def without(self, others: Iterable[Span]) -> list[Span]:
        """What is left of it; disjoint, in order."""
        left, start = [], self.start
        for other in sorted(others):
            if other.start > start:
                left.append(Span(start, min(other.start, self.end)))
            start = max(start, other.end)
            if start >= self.end:
                break
        else:
            left.append(Span(start, self.end))
        return [span for span in left if span.start < span.end]

    def __str__(self) -> str:
        """As a sheet would write it; empty for all codes there are."""
        low, high = self.start[0], self.end[0]
        is_open = high.endswith(_LAST)
        last = high.removesuffix(_LAST)
        if is_open and low == last:
            return f"{low}*" if low else ""
        return f"{low or '0'}-{last or 'Z'}" if low != last else low


EVERYWHERE = Span(("", 0), (_LAST, 1))


def comparable(country: str, postal_code: str) -> str:
    """A postal code of an address as it is compared: case, blanks and signs do not count."""
    code = _NOT_IN_CODES.sub("", postal_code.upper())
    return code[:_US_DIGITS] if country == "US" else code


def read_span(country: str, written: str) -> Span | Message:
    """What a sheet writes for some codes of a country, or what is wrong with it.

    A hyphen between ends of one length makes a range; any other belongs to the code, as in 1000-205 or 00-950.
    """
    squeezed = "".join(written.split()).upper()
    parts = _WRITTEN.fullmatch(squeezed)
    if parts is None:
        return Message("bad_postal_code", BAD_POSTAL_CODE, {"found": written})
    low, is_beginning, high = parts.groups()
    if high is not None and len(high) == len(low):
        if high < low:
            return Message("backwards", BACKWARDS, {"found": squeezed})
        return Span((low, 0), (high + _LAST, 1))
    if is_beginning:
        return Span((low, 0), (low + _LAST, 1))
    code = comparable(country, squeezed)
    return Span((code, 0), (code, 1))


def union(spans: Iterable[Span]) -> list[Span]:
    """The same codes in disjoint spans, in order."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def described(country: str, span: Span) -> Message:
    """Codes of a country, for a sentence."""
    codes = str(span)
    if not codes:
        return Message("country", WHOLE_COUNTRY, {"country": country})
    return Message("codes", CODES, {"country": country, "codes": codes})
