"""Grams and millimetres as EasyPost wants them: ounces and inches, exactly, and rounded in favour of what is true."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

OUNCE_G: Final = Decimal("28.349523125")
INCH_MM: Final = Decimal("25.4")
_TENTH = Decimal("0.1")
_THOUSANDTH = Decimal("0.001")


def ounces(weight_g: int | Decimal) -> Decimal:
    """A parcel's weight: with one decimal, rounded up, as it is charged."""
    return (Decimal(weight_g) / OUNCE_G).quantize(_TENTH, ROUND_UP)


def inches(length_mm: int) -> Decimal:
    """A parcel's side: with one decimal, rounded up."""
    return (Decimal(length_mm) / INCH_MM).quantize(_TENTH, ROUND_UP)


def ounces_of_contents(weight_g: Decimal) -> Decimal:
    """A line's weight: with the three decimals that EasyPost keeps, rounded down, so that no contents outweigh their parcel."""
    return max((weight_g / OUNCE_G).quantize(_THOUSANDTH, ROUND_DOWN), _THOUSANDTH)
