"""All conditions that look at one value, answered together and remembered for values that come again.

An answer is a bit set: what every leaf contributes by its verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.indexes import Index, Steps
from engine.decide.leaves import Leaf
from engine.decide.reading import Comparer
from rules.document import Condition
from rules.fields import Field
from rules.operators import BLANK, Operator, find_operator
from rules.operators.registry import Finds
from rules.values import FieldType, Unreadable

MAX_REMEMBERED = 1024  # answers for one field; orders repeat few countries, services and SKUs
PATIENCE = 64  # how many times as many new values are let pass before room is made for them
MAX_REMEMBERED_BITS = 4_000_000  # of all of them together
MAX_REMEMBERED_TEXT = 64  # longer ones hardly come again

# The types of values whose answers are remembered. True equals 1 and 1.0 equals 1: nothing of another type may be a key.
REMEMBERED_TYPES = frozenset((str, int))
_REMEMBERED_FIELDS = (FieldType.TEXT, FieldType.NUMBER, FieldType.SET)


class Questions:
    """The conditions on one field, compared in one way. `memory` may be read by whoever knows the value's exact type."""

    def __init__(self, field: Field, match_case: bool, asked: list[tuple[Condition, Leaf]], zone: ZoneInfo) -> None:
        self.field = field
        self.memory: dict[Any, int] = {}
        self._comparer = Comparer(field.type, match_case)
        self.blank = self.unreachable = self._wrong = 0
        self._present = 0  # what `blank` and `not_blank` contribute when there is a value
        self._passed_by = 0
        self._tests: list[tuple[Operator, Any, Leaf]] = []
        stepped: list[tuple[Operator, Any, Leaf]] = []
        finding: dict[Finds, list[tuple[Iterable[Any], bool, Leaf]]] = {}
        for condition, leaf in asked:
            operator = find_operator(field.type, condition.operator)
            if operator is None:
                self._add_presence(condition, leaf)
                continue
            prepared = self._add(operator, condition, leaf, zone)
            if operator.finds is not None:
                values = prepared if isinstance(prepared, tuple | frozenset) else (prepared,)
                finding.setdefault(operator.finds, []).append((values, operator.passes_when_found, leaf))
            else:
                (stepped if operator.steps else self._tests).append((operator, prepared, leaf))
        self._indexes = [Index(finds, some) for finds, some in finding.items()]
        self._steps = Steps(stepped) if stepped else None
        width = max(1, *(max(leaf).bit_length() for _, leaf in asked))
        self._room = min(MAX_REMEMBERED, MAX_REMEMBERED_BITS // width)
        uses_now = any(operator.uses_now for operator, _, _ in self._tests)
        self.is_remembered = field.type in _REMEMBERED_FIELDS and not uses_now

    def answer(self, value: Any, now: int) -> int:
        """The bits for a value of the document (None when it is missing), or Unreadable."""
        compared = self._comparer.compared(value)
        if compared is None:
            return self.blank
        if type(compared) is Unreadable:
            return self.unreachable if compared.message.code == "not_an_object" else self._wrong
        bits = self._present
        for index in self._indexes:
            bits |= index.answer(compared)
        if self._steps is not None:
            bits |= self._steps.answer(compared)
        for operator, prepared, leaf in self._tests:
            bits |= leaf.if_true if operator.test(compared, prepared, now) else leaf.if_false
        if self.is_remembered:
            self._remember(value, bits)
        return bits

    def answer_members(self, value: Any, now: int) -> int:
        """The same for a list, whose answer is remembered by its members."""
        if type(value) is list and self.is_remembered:
            try:
                known = self.memory.get(tuple(value))
            except TypeError:  # a member that cannot be a text
                known = None
            if known is not None:
                return known
        return self.answer(value, now)

    def _remember(self, value: Any, bits: int) -> None:
        if len(self.memory) >= self._room:
            # Values that hardly repeat would only push out each other: what is there stays for a good while.
            self._passed_by += 1
            if self._passed_by > PATIENCE * self._room:
                self.memory.clear()
                self._passed_by = 0
            return
        kind = type(value)
        if kind is list:
            value = tuple(value)
            if sum(map(len, value)) > MAX_REMEMBERED_TEXT:
                return
        elif (kind is str and len(value) > MAX_REMEMBERED_TEXT) or kind not in REMEMBERED_TYPES:
            return
        self.memory[value] = bits

    def _add_presence(self, condition: Condition, leaf: Leaf) -> None:
        """`blank` and `not_blank` only ask whether there is a value; one that cannot be reached counts as missing."""
        with_value, without = (leaf.if_false, leaf.if_true) if condition.operator == BLANK else (leaf.if_true, leaf.if_false)
        self._present |= with_value
        self._wrong |= with_value
        self.blank |= without
        self.unreachable |= without

    def _add(self, operator: Operator, condition: Condition, leaf: Leaf, zone: ZoneInfo) -> Any:
        assert condition.list_name is None  # what a list holds is known only with the order's context
        self.blank |= leaf.if_true if operator.on_blank else leaf.if_false
        self._wrong |= leaf.if_error
        self.unreachable |= leaf.if_error
        return operator.prepare(condition.members, condition.match_case, zone)
