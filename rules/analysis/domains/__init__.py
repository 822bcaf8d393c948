"""Whether some value meets several demands at once, decided exactly by type: by intervals, regions and sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rules.analysis.domains import numbers, sets, texts, times
from rules.analysis.domains.demand import Demand
from rules.analysis.leaves import kind_of
from rules.facts import NOW
from rules.fields import Field
from rules.values import FieldType

__all__ = ["Demand", "candidates", "is_possible"]

_COUNTS = frozenset({"line_count", "count_items"})  # of lines


def is_possible(field: Field, demands: Sequence[Demand]) -> bool:
    """False only when it is certain that no value of the field meets all demands."""
    match field.type:
        case FieldType.TEXT:
            return texts.is_possible(demands)
        case FieldType.NUMBER:
            return numbers.is_possible(demands, counts_lines=kind_of(field.name) in _COUNTS)
        case FieldType.TIME:
            return times.is_possible(demands, is_now=field.name == NOW)
        case FieldType.BOOLEAN:
            return any(all(demand.is_met(value) for demand in demands) for value in (True, False))
        case FieldType.SET:
            return sets.is_possible(demands)


def candidates(field: Field, demands: Sequence[Demand], now: int) -> Iterator[Any]:
    """Values of the field, as typed values, that meet all demands at a moment; the most natural first."""
    match field.type:
        case FieldType.TEXT:
            values: Iterator[Any] = texts.candidates(demands)
        case FieldType.NUMBER:
            values = numbers.candidates(demands)
        case FieldType.TIME:
            values = times.candidates(demands, now, is_now=field.name == NOW)
        case FieldType.BOOLEAN:
            values = iter((True, False))
        case FieldType.SET:
            values = sets.candidates(demands)
    return (value for value in values if all(demand.is_met(value, now) for demand in demands))
