"""Weights and lengths as people write them, and as scales send them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

_OUNCE_G = Decimal("28.349523125")
_GRAMS: Mapping[str, Decimal] = {
    **dict.fromkeys(("", "g", "gr", "gram", "grams", "gramo", "gramos"), Decimal(1)),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos"), Decimal(1000)),
    **dict.fromkeys(("oz", "ounce", "ounces", "onza", "onzas"), _OUNCE_G),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "libra", "libras"), 16 * _OUNCE_G),
}
_MILLIMETRES: Mapping[str, Decimal] = {"": Decimal(1), "mm": Decimal(1), "cm": Decimal(10), "in": Decimal("25.4")}
_HOLDS = {"lb": "oz", "kg": "g"}  # what may follow a unit in one weight: 2 lb 3 oz
_PART = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?)\s*([a-z]*)\.?\s*")
_BEFORE = re.compile(r"[a-z,:+\s]*(?=\d)")  # what scales put in front, such as "ST,GS,+"
_MAYBE_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")


def parse_weight(text: str) -> int | None:
    """Whole grams, rounded up; plain numbers are grams. None for what is not a weight, or not clearly one.

    `1,25 kg`, `1250 g`, `2 lb 3 oz`. In `1.250 g` the sign may part thousands or decimals: that is asked again.
    """
    written = unicodedata.normalize("NFKC", text).lower().strip()
    parts = _parts(_BEFORE.sub("", written, count=1))
    if not parts or len(parts) > 2 or any(unit not in _GRAMS for _, unit in parts):
        return None
    factors = [_GRAMS[unit] for _, unit in parts]
    if any(factor == 1 and _MAYBE_THOUSANDS.fullmatch(number) for (number, _), factor in zip(parts, factors, strict=True)):
        return None
    holding = [(_GRAMS[large], _GRAMS[small]) for large, small in _HOLDS.items()]
    if len(parts) == 2 and (not parts[1][1] or tuple(factors) not in holding):
        return None
    return _rounded(sum((_number(part) * factor for (part, _), factor in zip(parts, factors, strict=True)), Decimal(0)))


def parse_length(text: str) -> int | None:
    """Whole millimetres, rounded up; plain numbers are millimetres. None for what is not a length."""
    parts = _parts(unicodedata.normalize("NFKC", text).lower().strip())
    if len(parts) != 1 or parts[0][1] not in _MILLIMETRES:
        return None
    return _rounded(_number(parts[0][0]) * _MILLIMETRES[parts[0][1]])


def parse_amount(text: str) -> Decimal | None:
    """An amount with a point or a comma before its decimals; None for what is none, or may be thousands."""
    parts = _parts(text.strip())
    if len(parts) != 1 or parts[0][1] or _MAYBE_THOUSANDS.fullmatch(parts[0][0]):
        return None
    return _number(parts[0][0])


def _parts(written: str) -> list[tuple[str, str]]:
    """Numbers with their units, one after the other; none where there is anything else."""
    parts, at = [], 0
    while at < len(written):
        found = _PART.match(written, at)
        if found is None:
            return []
        parts.append((found[1], found[2]))
        at = found.end()
    return parts


def _number(written: str) -> Decimal:
    return Decimal(written.replace(",", "."))


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_UP))
