"""Numbers over the lines of an order: the lines are read once for all of them, and lines that answer alike are taken together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import reduce
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from engine.decide.items import ItemGroups
from engine.decide.leaves import Leaf
from engine.decide.run import Case
from engine.decide.verdicts import ERROR, FALSE, TRUE
from rules.document import Aggregate, AggregateKind, ItemGroup, conditions_of
from rules.facts import exact_sum, items_of, order_value, typed
from rules.fields.measures import Measure
from rules.line_numbers import Figure, Lines, comparison_of, constants_of, figure_of
from rules.number_line import Number
from rules.operators import find_operator
from rules.order_document import Document
from rules.values import Unreadable

Passes = Callable[[Number | None], bool]

_NO_LEAF = Leaf(0, 0, 0, 0)

# Many numbers as one that comes to the same: of lines that surely count.
_CONDENSED: dict[AggregateKind, Callable[[Sequence[Number]], Number]] = {
    "count_items": sum,
    "sum_items": lambda numbers: reduce(exact_sum, numbers),
    "max_items": max,
    "min_items": min,
}


def is_figure(aggregate: Aggregate) -> bool:
    """Whether it can be answered here: what is asked of each line compares no two fields and names no list."""
    return all(one.than is None and one.list_name is None for one in conditions_of(aggregate.node))


class _Alike:
    """Lines that answer every condition alike."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._lines: dict[str, Lines] = {}
        self._condensed: dict[tuple[str, str], list[Number]] = {}

    def numbers(self, measure: Measure | None) -> Lines:
        """Their numbers, as if they surely counted."""
        name = "" if measure is None else measure.name
        lines = self._lines.get(name)
        if lines is None:
            lines = self._lines[name] = Lines()
            for item in self.items:
                lines.add(measure, item, surely=True)
        return lines

    def condensed(self, kind: AggregateKind, measure: Measure | None) -> list[Number]:
        """The same in one number, or none."""
        key = kind, "" if measure is None else measure.name
        found = self._condensed.get(key)
        if found is None:
            numbers = self.numbers(measure).counted
            found = self._condensed[key] = [_CONDENSED[kind](numbers)] if numbers else []
        return found


class ReadLines:
    """The lines of one order, as the conditions of a program see them."""

    def __init__(self, items: Sequence[Any], groups: ItemGroups, now: int) -> None:
        self.figures: dict[int, Figure] = {}  # by what is asked, as it is numbered
        self._alike: dict[int, _Alike] = {}
        for item in items:
            bits = groups.bits_of(item, now)
            verdicts = groups.verdicts.get(bits)
            found = groups.verdicts_of(bits) if verdicts is None else verdicts
            alike = self._alike.get(found)
            if alike is None:
                alike = self._alike[found] = _Alike()
            alike.items.append(item)

    def figure(self, place: int, kind: AggregateKind, measure: Measure | None) -> Figure:
        """What the lines come to that count by what is asked of them, which has its bits from a place on."""
        lines = Lines()
        for found, alike in self._alike.items():
            if found >> place + FALSE & 1:
                continue
            surely = bool(found >> place + TRUE & 1)
            numbers = alike.numbers(measure)
            if surely:
                lines.counted += alike.condensed(kind, measure)
            else:
                lines.unsure += numbers.counted
            lines.any_number |= numbers.any_number
            lines.has_number |= surely and numbers.has_number
        return figure_of(kind, lines)


class _Asked(NamedTuple):
    """What is asked of the lines for one aggregate, and how its number is compared; those that ask the same share a number."""

    number: int
    place: int
    passes: Passes | None  # None: with a field of the order


class Figures:
    """All numbers over lines that the rules of a program compare. Sound to share between threads."""

    def __init__(self, aggregates: Sequence[Aggregate], zone: ZoneInfo) -> None:
        asked = [ItemGroup("any_item", one.node, one.path, one.line) for one in aggregates]
        self._groups = ItemGroups([(group, _NO_LEAF) for group in asked], zone)
        numbers: dict[Hashable, int] = {}
        self._asked: dict[int, _Asked] = {}
        for one in aggregates:
            place = self._groups.place_of(one.node)
            number = numbers.setdefault((one.kind, one.of and one.of.name, place), len(numbers))
            self._asked[id(one)] = _Asked(number, place, _passes(one, zone))

    def read(self, document: Document, now: int) -> ReadLines | None:
        """The lines of an order; None where they are no list."""
        items = items_of(document)
        return None if isinstance(items, Unreadable) else ReadLines(items, self._groups, now)

    def verdict(self, aggregate: Aggregate, read: ReadLines | None, document: Document, case: Case) -> int:
        """What the comparison of one of the numbers comes to."""
        if read is None:
            return ERROR
        number, place, passes = self._asked[id(aggregate)]
        operand = None
        if passes is None:
            than = aggregate.compared.than
            assert than is not None
            operand = typed(than, order_value(than, document, case.context, case.now))
            if isinstance(operand, Unreadable):
                return ERROR
            passes = comparison_of(aggregate, operand, case.now)
        figure = read.figures.get(number)
        if figure is None:
            figure = read.figures[number] = read.figure(place, aggregate.kind, aggregate.of)
        passed = figure.answer(passes, constants_of(aggregate.compared, operand))
        return ERROR if passed is None else TRUE if passed else FALSE


def _passes(aggregate: Aggregate, zone: ZoneInfo) -> Passes | None:
    compared = aggregate.compared
    if compared.than is not None:
        return None
    operator = find_operator(compared.field.type, compared.operator)
    operand = None if operator is None else operator.prepare(compared.members, compared.match_case, zone)
    return comparison_of(aggregate, operand, 0)  # no operator of numbers asks for the time
