"""A condition as the analysis sees it: what it comes to in every state that its field can be in."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from rules.comparable import comparable
from rules.context import RuleContext
from rules.document import Condition
from rules.facts import NOW, item_value, order_value, typed
from rules.fields import Field
from rules.operators import BLANK, NOT_BLANK, Operator, find_operator
from rules.values import Unreadable, exact_text, folded_text

# Verdicts as bits, so that a set of accepted ones is a number.
TRUE, FALSE, ERROR = 1, 2, 4


class State(Enum):
    """What a field can be. Only a VALUE is compared."""

    BLANK = "blank"
    VALUE = "value"
    WRONG = "wrong"  # of another type
    UNREACHABLE = "unreachable"  # what should hold it is not an object


# What a field is called here: whether it is an item's, its name, and which of two readings in one run is meant.
Variable = tuple[bool, str, int]

BLANK_CODES = frozenset({BLANK, NOT_BLANK})
_COUNTED = frozenset({"line_count", "total_quantity", "count_items", "sum_items"})  # 0 without lines, never blank
_OUT_OF_PARTS = frozenset({"total_quantity", "skus", "international"})  # derived from what may be no object


def figure_name(kind: str, number: int) -> str:
    """What one of the numbers over lines is called, as if it were a field."""
    return f"{kind}:{number}"


def kind_of(name: str) -> str:
    """The kind of a number over lines; the name itself, of a field."""
    return name.partition(":")[0]


def states_of(field: Field, of_item: bool) -> tuple[State, ...]:
    """Every state the field can be in, blank first."""
    if not of_item and field.name == NOW:
        return (State.VALUE,)
    states = [] if not of_item and kind_of(field.name) in _COUNTED else [State.BLANK]
    states += [State.VALUE, State.WRONG]
    if of_item or "." in field.name or field.name in _OUT_OF_PARTS:
        states.append(State.UNREACHABLE)
    return tuple(states)


def state_of(field: Field, of_item: bool, holder: Any, context: RuleContext, now: int) -> tuple[State, Any]:
    """The field's state in an order, or in an item, with its value by type."""
    raw = item_value(field, holder) if of_item else order_value(field, holder, context, now)
    if isinstance(raw, Unreadable):
        return (State.UNREACHABLE if raw.message.code == "not_an_object" else State.WRONG), None
    value = typed(field, raw)
    if isinstance(value, Unreadable):
        return State.WRONG, None
    return (State.BLANK, None) if value is None else (State.VALUE, value)


class Leaf(Struct, frozen=True, eq=False):
    """One condition, made ready to compare. Conditions that ask the same share one leaf."""

    condition: Condition
    operator: Operator | None  # None: blank and not_blank
    prepared: Any

    @property
    def code(self) -> str:
        return self.condition.operator

    def verdict(self, state: State, value: Any = None, now: int = 0) -> int:
        """TRUE, FALSE or ERROR. `value` is by type: a text or the members of a set as they are written."""
        if self.operator is None:
            empty = state in (State.BLANK, State.UNREACHABLE)
            return TRUE if empty == (self.code == BLANK) else FALSE
        if state is State.BLANK:
            return TRUE if self.operator.on_blank else FALSE
        if state is not State.VALUE:
            return ERROR
        return TRUE if self.test(value, now) else FALSE

    def test(self, value: Any, now: int = 0) -> bool:
        """Whether a value passes."""
        if self.operator is None:
            return self.code == NOT_BLANK
        return self.operator.test(comparable(self.condition, value), self.prepared, now)

    def normalise(self, text: str) -> str:
        """A text as this condition compares it."""
        return exact_text(text) if self.condition.match_case else folded_text(text)


class Literal(Struct, frozen=True, eq=False):
    """A leaf that must come to one of some verdicts. One object for each meaning, so that equal ones are identical."""

    leaf: Leaf
    accepted: int
    version: int

    @property
    def variable(self) -> Variable:
        condition = self.leaf.condition
        return condition.of_item, condition.field.name, self.version

    def allows(self, state: State) -> bool:
        """Whether the field may be in a state, as far as this literal goes; a VALUE, if there is a fitting one."""
        if state is State.VALUE and self.leaf.operator is not None:
            return bool(self.accepted & (TRUE | FALSE))
        return bool(self.leaf.verdict(state) & self.accepted)

    @property
    def wanted(self) -> bool | None:
        """What the test of a value must come to; None when it does not matter."""
        verdicts = self.accepted & (TRUE | FALSE)
        return None if self.leaf.operator is None or verdicts == TRUE | FALSE else verdicts == TRUE


class Leaves:
    """Makes leaves and literals for one account's zone, each once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._leaves: dict[Hashable, Leaf] = {}
        self._literals: dict[tuple[Leaf, int, int], Literal] = {}

    def literal(self, condition: Condition, accepted: int, changed: frozenset[str]) -> Literal:
        """The literal for a condition. Fields in `changed` are not those of other formulas, though they share a name."""
        leaf = self.leaf(condition)
        version = int(not condition.of_item and condition.field.name in changed)
        key = (leaf, accepted, version)
        found = self._literals.get(key)
        if found is None:
            found = self._literals[key] = Literal(leaf, accepted, version)
        return found

    def leaf(self, condition: Condition) -> Leaf:
        assert condition.list_name is None  # what a list holds may change
        key = (condition.of_item, condition.field.name, condition.operator, condition.members, condition.match_case)
        found = self._leaves.get(key)
        if found is None:
            operator = find_operator(condition.field.type, condition.operator)
            prepared = None if operator is None else operator.prepare(condition.members, condition.match_case, self._zone)
            found = self._leaves[key] = Leaf(condition, operator, prepared)
        return found
