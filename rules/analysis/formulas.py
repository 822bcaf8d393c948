"""Conditions without negation: what has to hold for a node to come to one of some verdicts."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from msgspec import structs

from rules.analysis.leaves import BLANK_CODES, ERROR, FALSE, TRUE, Leaves, Literal, figure_name
from rules.document import Aggregate, Always, Condition, Group, ItemGroup, Node, fields_of
from rules.fields import ORDER_FIELDS, Field
from rules.operators import NOT_BLANK
from rules.values import folded_text


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class SomeItem:
    """One of the order's items is as wanted."""

    wanted: Formula


@dataclass(frozen=True, slots=True)
class EveryItem:
    """All of the order's items are as wanted. `no_items` is what follows when no item can be."""

    wanted: Formula
    no_items: Literal


@dataclass(frozen=True, slots=True)
class Unknown:
    """A condition that compares two fields or names a list, or a number over lines with a field, comes to one of some verdicts.
    Which values do that is not looked into: a list may be another one when an order comes.

    One that the same orders meet has an equal `key`.
    """

    key: Hashable
    condition: Condition = field(compare=False)
    accepted: int


class FigureCondition(Condition, frozen=True, kw_only=True):
    """How a number over lines is compared, as if it were a field of the order. Those of equal lines have an equal name."""

    aggregate: Aggregate
    counts: Formula  # of an item: that it counts
    does_not_count: Formula


Formula = Literal | AllOf | AnyOf | SomeItem | EveryItem | Unknown
HOLDS = AllOf(())
NEVER = AnyOf(())
UNCHANGED: frozenset[str] = frozenset()
# Numbers over all lines that are fields as well; what compares them comes to the same, but for `blank` and `not_blank`.
_FIELDS = {("count_items", None): "line_count", ("sum_items", "quantity"): "total_quantity"}
# The operators that say the opposite of another one, of blank fields too.
_POSITIVE = {
    "not_in": "in",
    "not_contains": "contains",
    "not_matches": "matches",
    "excludes": "includes",
}


class Formulas:
    """Turns nodes into formulas. Fields in `changed` are read at another moment than those of other formulas."""

    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves
        self._figures: dict[Hashable, str] = {}
        self._no_items = self._line_count("equals", 0, TRUE)
        self._readable_items = self._line_count("at_least", 0, TRUE)
        self._wrong_items = self._line_count("at_least", 0, ERROR)
        self._one_item = self._line_count("at_least", 1, TRUE)

    def true(self, node: Node, changed: frozenset[str] = UNCHANGED) -> Formula:
        return self._of(node, TRUE, changed)

    def not_true(self, node: Node, changed: frozenset[str] = UNCHANGED) -> Formula:
        """False or in error."""
        return self._of(node, FALSE | ERROR, changed)

    def _of(self, node: Node, accepted: int, changed: frozenset[str]) -> Formula:
        match node:
            case Always():
                return HOLDS if accepted & TRUE else NEVER
            case Condition(than=Field()):
                return _unknown(node, accepted, changed)
            case Condition(list_name=str() as name):
                return self._of_list(node, name, accepted, changed)
            case Condition():
                return self._leaves.literal(node, accepted, changed)
            case Group():
                opposite = node.kind == "none"
                parts = tuple(self._of(member, _swapped(accepted) if opposite else accepted, changed) for member in node.nodes)
                return _conjunction(parts) if bool(accepted & TRUE) == (node.kind != "any") else _disjunction(parts)
            case ItemGroup():
                return self._of_items(node, accepted, changed)
            case Aggregate():
                return self._of(self._figure(node), accepted, changed)

    def _of_list(self, node: Condition, name: str, accepted: int, changed: frozenset[str]) -> Formula:
        """A condition and its negation look at one membership; what is a member is not blank."""
        positive = _POSITIVE.get(node.operator)
        if positive is not None:
            node, accepted = structs.replace(node, operator=positive), _swapped(accepted)
        key = node.of_item, node.field.name, node.operator, folded_text(name), node.match_case, _version(node, changed)
        unknown = Unknown(key, node, accepted)
        if accepted != TRUE:
            return unknown
        is_there = structs.replace(node, operator=NOT_BLANK, list_name=None, match_case=False, written=None)
        return AllOf((self._leaves.literal(is_there, TRUE, changed), unknown))

    def _of_items(self, node: ItemGroup, accepted: int, changed: frozenset[str]) -> Formula:
        wanted = self._of(node.node, _swapped(accepted) if node.kind == "no_item" else accepted, changed)
        formula: Formula
        if bool(accepted & TRUE) == (node.kind != "any_item"):
            formula = AllOf((self._readable_items, EveryItem(wanted, self._no_items)))
        else:
            formula = AllOf((self._one_item, SomeItem(wanted)))
        return AnyOf((self._wrong_items, formula)) if accepted & ERROR else formula

    def _figure(self, node: Aggregate) -> Condition:
        of = None if node.of is None else node.of.name
        field_name = _FIELDS.get((node.kind, of)) if isinstance(node.node, Always) else None
        if field_name is not None and node.compared.operator not in BLANK_CODES:
            return structs.replace(node.compared, field=ORDER_FIELDS[field_name])
        counts, does_not_count = self._of(node.node, TRUE, UNCHANGED), self._of(node.node, FALSE, UNCHANGED)
        key = (node.kind, node.of, counts, does_not_count)
        name = self._figures.setdefault(key, figure_name(node.kind, len(self._figures)))
        one = node.compared
        return FigureCondition(
            replace(one.field, name=name),
            False,
            one.operator,
            one.members,
            one.match_case,
            one.written,
            node.path,
            node.line,
            than=one.than,
            aggregate=node,
            counts=counts,
            does_not_count=does_not_count,
        )

    def _line_count(self, operator: str, value: int, accepted: int) -> Literal:
        condition = Condition(ORDER_FIELDS["line_count"], False, operator, (value,), False, value, "", 0)
        return self._leaves.literal(condition, accepted, UNCHANGED)


def _unknown(node: Condition, accepted: int, changed: frozenset[str]) -> Unknown:
    names = tuple(one.name for one in fields_of(node))
    return Unknown((node.of_item, names, node.operator, node.match_case, _version(node, changed)), node, accepted)


def _version(node: Condition, changed: frozenset[str]) -> bool:
    """Whether the condition reads what may have been changed."""
    return not node.of_item and not changed.isdisjoint(one.name for one in fields_of(node))


def _swapped(accepted: int) -> int:
    """True for false and false for true; an error stays one."""
    return accepted & ERROR | (FALSE if accepted & TRUE else 0) | (TRUE if accepted & FALSE else 0)


def _conjunction(parts: tuple[Formula, ...]) -> Formula:
    flat: dict[Formula, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,))
    if NEVER in flat:
        return NEVER
    return next(iter(flat)) if len(flat) == 1 else AllOf(tuple(flat))


def _disjunction(parts: tuple[Formula, ...]) -> Formula:
    flat: dict[Formula, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, AnyOf) else (part,))
    if HOLDS in flat:
        return HOLDS
    return next(iter(flat)) if len(flat) == 1 else AnyOf(tuple(flat))
