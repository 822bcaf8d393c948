"""All conditions of a rule set that look at one value, answered together. Answers are bit sets: bit n is leaf n."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.slots import LoadOrder
from rules.context import RuleContext
from rules.document import Condition
from rules.operators import BLANK, NOT_BLANK, find_operator
from rules.operators.registry import Test
from rules.order_document import Document
from rules.values import Unreadable


class Questions:
    """The conditions on one slot. What compares for equality or membership is one look-up, however many rules ask it."""

    def __init__(self, load: LoadOrder) -> None:
        self._load = load
        self.leaves = 0
        self._comparing = 0  # leaves that are in error when the value is of another kind
        self._if_blank = 0  # leaves that are true without a value
        self._is_blank = 0
        self._is_present = 0
        self._by_value: dict[Any, int] = {}
        self._of_other_values = 0
        self._tests: list[tuple[Test, Any, int]] = []
        self._exact: list[tuple[frozenset[Any], bool, int]] = []

    def add(self, condition: Condition, leaf: int, zone: ZoneInfo) -> None:
        """Ask one more thing, answered by this bit."""
        bit = 1 << leaf
        self.leaves |= bit
        if condition.operator in (BLANK, NOT_BLANK):
            if condition.operator == BLANK:
                self._is_blank |= bit
                self._if_blank |= bit
            else:
                self._is_present |= bit
            return
        operator = find_operator(condition.field.type, condition.operator)
        assert operator is not None
        self._comparing |= bit
        if operator.on_blank:
            self._if_blank |= bit
        prepared = operator.prepare(condition.members, condition.match_case, zone)
        if operator.membership is None:
            self._tests.append((operator.test, prepared, bit))
        else:
            values = prepared if isinstance(prepared, frozenset) else frozenset((prepared,))
            self._exact.append((values, operator.membership, bit))

    def answer(self, document: Document, context: RuleContext, now: int) -> tuple[int, int]:
        """The leaves that are true and those that are in error for an order."""
        value = self._load(document, context)
        if value is None:
            return self._if_blank, 0
        if type(value) is Unreadable:
            unreachable = value.message.code == "not_an_object"
            return self._is_blank if unreachable else self._is_present, self._comparing
        true = self._is_present
        if self._exact:
            true |= self._by_value.get(value, self._of_other_values)
        for test, prepared, bit in self._tests:
            if test(value, prepared, now):
                true |= bit
        return true, 0

    def index(self) -> None:
        """Make ready to answer, once everything was added."""
        self._of_other_values = sum(bit for _, membership, bit in self._exact if not membership)
        mentioned = frozenset().union(*(values for values, _, _ in self._exact))
        self._by_value = {
            value: sum(bit for values, membership, bit in self._exact if (value in values) is membership) for value in mentioned
        }
