"""All conditions that look at one value, answered together and remembered for values that come again.

An answer is a bit set: what every leaf contributes by its verdict.
"""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.leaves import Leaf
from engine.decide.reading import comparing
from rules.document import Condition
from rules.fields import Field
from rules.operators import BLANK, NOT_BLANK, Operator, find_operator
from rules.values import FieldType, Unreadable

MAX_REMEMBERED = 512  # answers for one field; orders repeat few countries, services and SKUs
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
        self._compare = comparing(field.type, match_case)
        self.blank = self.unreachable = self._wrong = 0
        self._present = 0  # what `blank` and `not_blank` contribute when there is a value
        self._tests: list[tuple[Operator, Any, Leaf]] = []
        self._by_value: dict[Any, int] = {}
        self._of_other_values = 0
        self._steps: list[Any] = []  # the numbers at which answers change
        self._by_step: list[int | None] = []
        self._stepped: list[tuple[Operator, Any, Leaf]] = []
        self._exact: list[tuple[frozenset[Any], bool, Leaf]] = []
        for condition, leaf in asked:
            self._add(condition, leaf, zone)
        self._mentioned = frozenset[Any]().union(*(values for values, _, _ in self._exact))
        numbers = {
            number for _, prepared, _ in self._stepped for number in (prepared if isinstance(prepared, tuple) else (prepared,))
        }
        self._steps = sorted(map(Decimal, numbers))
        self._by_step = [None] * (2 * len(self._steps) + 1)
        width = max(1, *(max(leaf).bit_length() for _, leaf in asked))
        self._room = min(MAX_REMEMBERED, MAX_REMEMBERED_BITS // width)
        uses_now = any(operator.uses_now for operator, _, _ in self._tests)
        self.is_remembered = field.type in _REMEMBERED_FIELDS and not uses_now

    def answer(self, value: Any, now: int) -> int:
        """The bits for a value as it stands in the document (None when there is none), or Unreadable."""
        compared = self._compare(value)
        if compared is None:
            return self.blank
        if type(compared) is Unreadable:
            return self.unreachable if compared.message.code == "not_an_object" else self._wrong
        bits = self._present
        if self._exact:
            bits |= self._of_value(compared) if compared in self._mentioned else self._of_other_values
        if self._stepped:
            bits |= self._on_steps(compared)
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
        if type(value) is list:
            value = tuple(value)
            if sum(map(len, value)) > MAX_REMEMBERED_TEXT:
                return
        elif type(value) is str:
            if len(value) > MAX_REMEMBERED_TEXT:
                return
        elif type(value) is not int:
            return
        if len(self.memory) >= self._room:
            self.memory.clear()
        self.memory[value] = bits

    def _add(self, condition: Condition, leaf: Leaf, zone: ZoneInfo) -> None:
        if condition.operator in (BLANK, NOT_BLANK):
            with_value, without = (leaf.if_false, leaf.if_true) if condition.operator == BLANK else (leaf.if_true, leaf.if_false)
            self._present |= with_value
            self._wrong |= with_value
            self.blank |= without
            self.unreachable |= without
            return
        operator = find_operator(condition.field.type, condition.operator)
        assert operator is not None
        self.blank |= leaf.if_true if operator.on_blank else leaf.if_false
        self._wrong |= leaf.if_error
        self.unreachable |= leaf.if_error
        prepared = operator.prepare(condition.members, condition.match_case, zone)
        if operator.membership is not None:
            values = prepared if isinstance(prepared, frozenset) else frozenset((prepared,))
            self._exact.append((values, operator.membership, leaf))
            self._of_other_values |= leaf.if_false if operator.membership else leaf.if_true
        elif operator.steps:
            self._stepped.append((operator, prepared, leaf))
        else:
            self._tests.append((operator, prepared, leaf))

    def _of_value(self, value: Any) -> int:
        """The bits of the conditions on exact values, for one that some of them mention."""
        bits = self._by_value.get(value)
        if bits is None:
            bits = 0
            for values, membership, leaf in self._exact:
                bits |= leaf.if_true if (value in values) is membership else leaf.if_false
            self._by_value[value] = bits
        return bits

    def _on_steps(self, value: Any) -> int:
        """The bits of the conditions whose answer depends only on where a number stands among theirs."""
        place = bisect_left(self._steps, value)
        step = 2 * place + (place < len(self._steps) and self._steps[place] == value)
        bits = self._by_step[step]
        if bits is None:
            bits = 0
            for operator, prepared, leaf in self._stepped:
                bits |= leaf.if_true if operator.test(value, prepared, 0) else leaf.if_false
            self._by_step[step] = bits
        return bits
