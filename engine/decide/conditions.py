"""Compiles conditions and item groups into Python functions over slots."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.slots import UNREAD, ItemSlots, OrderSlots, SlotPlan
from engine.decide.verdicts import ERROR, FALSE, GROUP_RULES, TRUE
from rules.document import Always, Condition, Group, ItemGroup, Node
from rules.operators import BLANK, NOT_BLANK, find_operator
from rules.values import Unreadable

# The verdict of a node about an order or an item whose values lie in slots.
Evaluate = Callable[[Any], int]


def structure_of(node: Node) -> Hashable:
    """What a node asks, without its place: equal for nodes that always have the same verdict."""
    match node:
        case Always():
            return "always"
        case Condition():
            return (node.of_item, node.field.name, node.operator, node.members, node.match_case)
        case Group():
            return (node.kind, tuple(map(structure_of, node.nodes)))
        case ItemGroup():
            return (node.kind, structure_of(node.node))


def compile_node(node: Node, plan: SlotPlan, zone: ZoneInfo) -> Evaluate:
    """The function for a node. Its argument is OrderSlots, or ItemSlots for a node inside an item group."""
    match node:
        case Always():
            return lambda _slots: TRUE
        case Condition():
            return _compile_condition(node, plan, zone)
        case Group():
            return _compile_group(node.kind, [compile_node(member, plan, zone) for member in node.nodes])
        case ItemGroup():
            return _compile_item_group(node.kind, compile_node(node.node, plan, zone))


def _compile_condition(condition: Condition, plan: SlotPlan, zone: ZoneInfo) -> Evaluate:
    slot = plan.slot(condition.field, condition.of_item, condition.match_case)
    if condition.operator in (BLANK, NOT_BLANK):
        return _compile_presence(slot, condition.operator == BLANK)
    operator = find_operator(condition.field.type, condition.operator)
    assert operator is not None
    test, on_blank = operator.test, TRUE if operator.on_blank else FALSE
    prepared = operator.prepare(condition.members, condition.match_case, zone)

    def evaluate(slots: Any) -> int:
        value = slots.values[slot]
        if value is UNREAD:
            value = slots.load(slot)
        if value is None:
            return on_blank
        if type(value) is Unreadable:
            return ERROR
        return TRUE if test(value, prepared, slots.now) else FALSE

    return evaluate


def _compile_presence(slot: int, wants_blank: bool) -> Evaluate:
    on_blank, on_value = (TRUE, FALSE) if wants_blank else (FALSE, TRUE)

    def evaluate(slots: OrderSlots | ItemSlots) -> int:
        value = slots.values[slot]
        if value is UNREAD:
            value = slots.load(slot)
        return on_blank if _has_no_value(value) else on_value

    return evaluate


def _has_no_value(value: Any) -> bool:
    # What cannot be reached, because its parent is no object, has no value; a wrong value is one all the same.
    return value is None or (type(value) is Unreadable and value.message.code == "not_an_object")


def _compile_group(kind: str, members: list[Evaluate]) -> Evaluate:
    settles, settled, otherwise = GROUP_RULES[kind]

    def evaluate(slots: Any) -> int:
        answer = otherwise
        for member in members:
            verdict = member(slots)
            if verdict == settles:
                return settled
            if verdict == ERROR:
                answer = ERROR
        return answer

    return evaluate


def _compile_item_group(kind: str, member: Evaluate) -> Evaluate:
    settles, settled, otherwise = GROUP_RULES[kind]

    def evaluate(slots: OrderSlots) -> int:
        items = slots.items()
        if isinstance(items, Unreadable):
            return ERROR
        answer = otherwise
        for item in items:
            verdict = member(item)
            if verdict == settles:
                return settled
            if verdict == ERROR:
                answer = ERROR
        return answer

    return evaluate
