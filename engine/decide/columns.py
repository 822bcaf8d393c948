"""The lines of an order by column: which of them answer all conditions of a node alike.

An order may have a thousand lines and an account hundreds of rules about lines. What is the same for many lines is read,
normalised and compared once, and what a person is shown is one line that stands for all that are like it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import structs

from engine.decide.verdicts import ERROR, FALSE, TRUE
from rules.comparable import comparable
from rules.context import RuleContext
from rules.document import Condition, Node, conditions_of
from rules.facts import item_value, typed
from rules.fields import Field
from rules.messages import Message
from rules.named_lists import operand_of_list
from rules.operators import BLANK, NOT_BLANK, Operator
from rules.values import Unreadable

_UNREADABLE = object()  # stands for every value that cannot be read
_NO_OBJECT = object()  # for a line that is not an object

Prepared = tuple[Operator, Any]


def operand_of(operator: Operator, condition: Condition, context: RuleContext) -> Any:
    """What a condition compares with, made ready; where that is another field, what makes its values ready.

    A Message where that is a list that is not there, or whose members do not fit.
    """
    zone, name = context.zone, condition.list_name
    if name is not None:
        return operand_of_list(context.list_named(name), name, operator, condition.match_case, zone)
    if condition.than is None:
        return operator.prepare(condition.members, condition.match_case, zone)
    against, match_case = operator.against, condition.match_case
    assert against is not None
    return lambda value: against(value, match_case, zone)


class Columns:
    """The lines of one order."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items
        self._columns: dict[tuple[str, bool], tuple[list[int], list[Any]]] = {}

    def alike(self, node: Node, prepared: Callable[[Condition], Prepared], now: int) -> list[list[int]]:
        """The lines in groups that answer every condition alike, each group and all groups by their first line."""
        answers = [self._answers(condition, prepared, now) for condition in conditions_of(node)]
        if not answers:
            return [list(range(len(self.items)))] if self.items else []
        groups: dict[tuple[int, ...], list[int]] = {}
        for line, signature in enumerate(zip(*answers, strict=True)):
            groups.setdefault(signature, []).append(line)
        return list(groups.values())

    def _answers(self, condition: Condition, prepared: Callable[[Condition], Prepared], now: int) -> list[int]:
        if condition.than is not None:
            return self._comparisons(condition, condition.than, prepared(condition), now)
        places, values = self._column(condition)
        if condition.operator in (BLANK, NOT_BLANK):
            verdicts = [_blank_verdict(condition, value) for value in values]
        else:
            operator, operand = prepared(condition)
            verdicts = [_verdict(operator, operand, value, now) for value in values]
        return [verdicts[place] for place in places]

    def _comparisons(self, condition: Condition, than: Field, prepared: Prepared, now: int) -> list[int]:
        """The same of a condition that compares two fields: each pair of values once."""
        operator, against = prepared
        places, values = self._column(condition)
        other_places, others = self._column(structs.replace(condition, field=than))
        answers: dict[tuple[int, int], int] = {}
        for place, other_place in set(zip(places, other_places, strict=True)):
            value, other = values[place], others[other_place]
            if value is not None and other is None:
                answers[place, other_place] = _verdict(operator, None, None if _is_readable(value) else value, now)
            elif not _is_readable(other):
                answers[place, other_place] = ERROR
            else:
                answers[place, other_place] = _verdict(operator, None if other is None else against(other), value, now)
        return [answers[pair] for pair in zip(places, other_places, strict=True)]

    def _column(self, condition: Condition) -> tuple[list[int], list[Any]]:
        """For each line the place of its value among the different values of a field."""
        key = (condition.field.name, condition.match_case)
        found = self._columns.get(key)
        if found is None:
            places: dict[Any, int] = {}
            column = [places.setdefault(self._value(condition, item), len(places)) for item in self.items]
            found = self._columns[key] = column, list(places)
        return found

    @staticmethod
    def _value(condition: Condition, item: Any) -> Any:
        raw = item_value(condition.field, item)
        if isinstance(raw, Unreadable):
            return _NO_OBJECT
        value = typed(condition.field, raw)
        if isinstance(value, Unreadable):
            return _UNREADABLE
        return None if value is None else comparable(condition, value)


def _is_readable(value: Any) -> bool:
    return value is not _UNREADABLE and value is not _NO_OBJECT


def _blank_verdict(condition: Condition, value: Any) -> int:
    return TRUE if (value is None or value is _NO_OBJECT) == (condition.operator == BLANK) else FALSE


def _verdict(operator: Operator, operand: Any, value: Any, now: int) -> int:
    if value is _UNREADABLE or value is _NO_OBJECT:
        return ERROR
    if value is not None and isinstance(operand, Message):
        return ERROR
    passed = operator.on_blank if value is None else operator.test(value, operand, now)
    return TRUE if passed else FALSE
