"""Numbers over the lines of an order: the lines are read once for all of them, and lines that answer alike are taken together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.columns import operand_of
from engine.decide.items import ItemGroups
from engine.decide.leaves import Leaf
from engine.decide.run import Case
from engine.decide.verdicts import ERROR, FALSE, TRUE
from rules.document import Aggregate, AggregateKind, ItemGroup, conditions_of
from rules.facts import exact_sum, items_of, order_value, typed
from rules.fields.measures import Measure
from rules.line_numbers import Lines, comparison_of, constants_of, figure_of
from rules.number_line import Number
from rules.operators import find_operator
from rules.order_document import Document
from rules.values import Unreadable

_NO_LEAF = Leaf(0, 0, 0, 0)

# Many numbers as one that comes to the same: of lines that surely count.
_CONDENSED: dict[AggregateKind, Callable[[Sequence[Number]], Number]] = {
    "count_items": sum,
    "sum_items": lambda numbers: reduce(exact_sum, numbers),
    "max_items": max,
    "min_items": min,
}


def is_figure(aggregate: Aggregate) -> bool:
    """Whether it can be answered here: what is asked of each line compares no two fields."""
    return all(condition.than is None for condition in conditions_of(aggregate.node))


class _Alike:
    """Lines that answer every condition alike."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._lines: dict[Measure | None, Lines] = {}
        self._condensed: dict[tuple[AggregateKind, Measure | None], list[Number]] = {}

    def numbers(self, measure: Measure | None) -> Lines:
        """Their numbers, as if they surely counted."""
        lines = self._lines.get(measure)
        if lines is None:
            lines = self._lines[measure] = Lines()
            for item in self.items:
                lines.add(measure, item, surely=True)
        return lines

    def condensed(self, kind: AggregateKind, measure: Measure | None) -> list[Number]:
        """The same in one number, or none."""
        found = self._condensed.get((kind, measure))
        if found is None:
            numbers = self.numbers(measure).counted
            found = self._condensed[kind, measure] = [_CONDENSED[kind](numbers)] if numbers else []
        return found


class ReadLines:
    """The lines of one order, as the conditions of a program see them."""

    def __init__(self, items: Sequence[Any], groups: ItemGroups, now: int) -> None:
        self.alike: dict[int, _Alike] = {}
        for item in items:
            bits = groups.bits_of(item, now)
            verdicts = groups.verdicts.get(bits)
            found = groups.verdicts_of(bits) if verdicts is None else verdicts
            self.alike.setdefault(found, _Alike()).items.append(item)

    def at(self, place: int, aggregate: Aggregate) -> Lines:
        """The lines that count for a number, or may count, by the place of what is asked of them."""
        lines = Lines()
        for found, alike in self.alike.items():
            if found >> place + FALSE & 1:
                continue
            surely = bool(found >> place + TRUE & 1)
            numbers = alike.numbers(aggregate.of)
            if surely:
                lines.counted += alike.condensed(aggregate.kind, aggregate.of)
            else:
                lines.unsure += numbers.counted
            lines.any_number |= numbers.any_number
            lines.has_number |= surely and numbers.has_number
        return lines


class Figures:
    """All numbers over lines that the rules of a program compare. Sound to share between threads."""

    def __init__(self, aggregates: Sequence[Aggregate], zone: ZoneInfo) -> None:
        asked = [ItemGroup("any_item", one.node, one.path, one.line) for one in aggregates]
        self._groups = ItemGroups([(group, _NO_LEAF) for group in asked], zone)
        self._places = {id(one): self._groups.place_of(one.node) for one in aggregates}
        self._operands: dict[int, Any] = {}
        for one in aggregates:
            operator = find_operator(one.compared.field.type, one.compared.operator)
            if operator is not None and one.compared.than is None:
                self._operands[id(one)] = operand_of(operator, one.compared, zone)

    def read(self, document: Document, now: int) -> ReadLines | None:
        """The lines of an order; None where they are no list."""
        items = items_of(document)
        return None if isinstance(items, Unreadable) else ReadLines(items, self._groups, now)

    def verdict(self, aggregate: Aggregate, read: ReadLines | None, document: Document, case: Case) -> int:
        """What the comparison of one of the numbers comes to."""
        if read is None:
            return ERROR
        operand = self._operands.get(id(aggregate))
        than = aggregate.compared.than
        if than is not None:
            operand = typed(than, order_value(than, document, case.context, case.now))
            if isinstance(operand, Unreadable):
                return ERROR
        lines = read.at(self._places[id(aggregate)], aggregate)
        passes = comparison_of(aggregate, operand, case.now)
        passed = figure_of(aggregate.kind, lines).answer(passes, constants_of(aggregate.compared, operand))
        return ERROR if passed is None else TRUE if passed else FALSE
