"""Numbers: the constants of the demands cut the line into points and gaps, and every demand treats a gap alike.

So one number of each decides exactly whether any meets them all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rules.analysis.domains.demand import Demand
from rules.number_line import Number, representatives

_COMPARED = frozenset({"equals", "not_equals", "in", "not_in", "less_than", "at_most", "greater_than", "at_least", "between"})


def is_possible(demands: Sequence[Demand], *, counts_lines: bool) -> bool:
    """False when no number meets all; for a count of lines, no whole number from 0 on."""
    known = [demand for demand in demands if demand.code in _COMPARED]
    numbers = _whole_numbers(_constants(known)) if counts_lines else representatives(_constants(known))
    return any(all(demand.is_met(number) for demand in known) for number in numbers)


def candidates(demands: Sequence[Demand]) -> Iterator[Number]:
    """One number of each point and gap, whole and positive ones first."""
    constants = _constants(demands)
    numbers = dict.fromkeys((*_whole_numbers(constants), *representatives(constants)))
    return iter(sorted(numbers, key=lambda number: (number < 0, number != math.floor(number))))


def _constants(demands: Sequence[Demand]) -> list[Number]:
    """The numbers that the demands compare with, ascending. Of lists that are wanted, the shortest says it all."""
    wanted: list[tuple[Number, ...]] = [
        demand.leaf.condition.members for demand in demands if demand.wanted and demand.code in ("equals", "in")
    ]
    if wanted:
        shortest = min(wanted, key=len)
        return sorted(set(shortest))
    return sorted({member for demand in demands for member in demand.leaf.condition.members})


def _whole_numbers(constants: list[Number]) -> Iterator[int]:
    """The whole numbers from 0 on that lie at the constants and beside them."""
    near = {0, 1} | {math.floor(constant) + step for constant in constants for step in (-1, 0, 1)}
    return (number for number in sorted(near) if number >= 0)
