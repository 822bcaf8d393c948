"""Numbers over the lines of an order: what is counted, added up or picked out, and what can be said where lines are in error.

A line whose condition is in error may count or not; a number that cannot be read may be any. So several numbers are
possible then, and a comparison is in error only if it does not come out alike for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Any, NamedTuple

from msgspec import Struct, field

from rules.document import Aggregate, AggregateKind, Condition
from rules.facts import exact_product, exact_sum, item_value, typed
from rules.fields import Field
from rules.fields.measures import Measure
from rules.number_line import Number, representatives
from rules.operators import BLANK, find_operator
from rules.values import Unreadable

_NOTHING: Number = 0
MAX_SUMS = 256  # of lines that may count or not; past them only the lowest and the highest are looked at


class UnreadableNumber(NamedTuple):
    """A field of a line that is not a number."""

    field: Field
    reason: Unreadable


def number_of(measure: Measure, item: Any) -> Number | UnreadableNumber | None:
    """What a line adds: None where a field of the measure is blank."""
    numbers: list[Number | None] = []
    for factor in measure.factors:
        value = typed(factor, item_value(factor, item))
        if isinstance(value, Unreadable):
            return UnreadableNumber(factor, value)
        numbers.append(value)
    known = [number for number in numbers if number is not None]
    return reduce(exact_product, known) if len(known) == len(numbers) else None


class Lines(Struct):
    """The lines that count, and those of which it is not known whether they do, by the numbers that they add."""

    counted: list[Number] = field(default_factory=list)
    unsure: list[Number] = field(default_factory=list)
    any_number: bool = False  # a number that cannot be read counts, or may count
    has_number: bool = False  # one that cannot be read surely counts

    def add(self, measure: Measure | None, item: Any, *, surely: bool) -> UnreadableNumber | None:
        """Take a line in, which counts surely or may count. What is wrong with its number, if it cannot be read."""
        number = 1 if measure is None else number_of(measure, item)
        if isinstance(number, UnreadableNumber):
            self.any_number = True
            self.has_number |= surely
            return number
        if number is not None:
            (self.counted if surely else self.unsure).append(number)
        return None


class Span(Struct, frozen=True):
    """All numbers from one to another, both included; None is without end."""

    low: Number | None = None
    high: Number | None = None

    def holds(self, number: Number) -> bool:
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


class Figure(Struct, frozen=True):
    """What lines come to: the number of those that surely count, None for blank; and what it may be instead."""

    found: Number | None
    possible: Sequence[Number | None]
    span: Span | None = None

    def answer(self, passes: Callable[[Number | None], bool], constants: Iterable[Number]) -> bool | None:
        """Whether the number passes; None where that cannot be told. It is compared with the constants alone."""
        if self.span is None and len(self.possible) == 1:
            return passes(self.possible[0])
        answers = {passes(number) for number in self._tried(constants)}
        return answers.pop() if len(answers) == 1 else None

    def _tried(self, constants: Iterable[Number]) -> Iterator[Number | None]:
        yield from self.possible
        if self.span is not None:
            yield from (end for end in (self.span.low, self.span.high) if end is not None)
            yield from filter(self.span.holds, representatives(sorted(set(constants))))


def figure_of(kind: AggregateKind, lines: Lines) -> Figure:
    """What lines come to by a kind of number; for `count_items` each adds 1."""
    match kind:
        case "count_items":
            surely = int(sum(lines.counted))
            return Figure(surely, range(surely, surely + len(lines.unsure) + 1))
        case "sum_items":
            return _sum(lines)
        case "max_items":
            highest = max(lines.counted, default=None)
            others = [number for number in lines.unsure if highest is None or number > highest]
            return _extreme(highest, others, Span(low=highest), lines)
        case "min_items":
            lowest = min(lines.counted, default=None)
            others = [number for number in lines.unsure if lowest is None or number < lowest]
            return _extreme(lowest, others, Span(high=lowest), lines)


def _extreme(found: Number | None, others: Sequence[Number], beyond: Span, lines: Lines) -> Figure:
    is_blank_ruled_out = found is None and lines.has_number
    return Figure(found, others if is_blank_ruled_out else [found, *others], beyond if lines.any_number else None)


def _sum(lines: Lines) -> Figure:
    surely = reduce(exact_sum, lines.counted, _NOTHING)
    if lines.any_number:
        return Figure(surely, [], Span())
    sums = {surely}
    for number in lines.unsure:
        sums |= {exact_sum(known, number) for known in sums}
        if len(sums) > MAX_SUMS:
            low = reduce(exact_sum, (number for number in lines.unsure if number < 0), surely)
            high = reduce(exact_sum, (number for number in lines.unsure if number > 0), surely)
            return Figure(surely, [], Span(low, high))
    return Figure(surely, list(sums))


def comparison_of(aggregate: Aggregate, operand: Any, now: int) -> Callable[[Number | None], bool]:
    """How the number is compared; `operand` is the value made ready, or that of the other field (None: blank)."""
    compared = aggregate.compared
    operator = find_operator(compared.field.type, compared.operator)
    if operator is None:
        return lambda number: (number is None) == (compared.operator == BLANK)
    if compared.than is not None and operand is None:
        return lambda _number: operator.on_blank
    return lambda number: operator.on_blank if number is None else operator.test(number, operand, now)


def constants_of(compared: Condition, operand: Any) -> tuple[Number, ...]:
    """The numbers that a comparison depends on."""
    if compared.than is None:
        return compared.members
    return () if operand is None else (operand,)
