"""The line of numbers, cut by constants into points and gaps: whatever compares with the constants treats a gap alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from itertools import pairwise

Number = int | Decimal

_EXACT = Context(prec=5_000)  # rule documents hold numbers of a few hundred digits
_HALF = Decimal("0.5")


def representatives(constants: Sequence[Number]) -> Iterator[Number]:
    """One number of each point and gap; the constants come ascending."""
    if not constants:
        yield 1
        return
    yield _EXACT.add(Decimal(constants[-1]), Decimal(1))
    yield from constants
    for low, high in pairwise(constants):
        yield _EXACT.multiply(_EXACT.add(Decimal(low), Decimal(high)), _HALF)
    yield _EXACT.subtract(Decimal(constants[0]), Decimal(1))
