"""Nodes that name lists, as functions of an order or an item: what their lists hold is known only with the order's context.

All other conditions are prepared when rules are compiled; a list may be another one from one decision to the next, and its
state is made ready once, by whoever needs it first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.indexes import finder_of_any
from engine.decide.reading import Comparer, Loader, no_object
from engine.decide.run import Case
from engine.decide.verdicts import ERROR, FALSE, GROUP_RULES, TRUE
from rules.document import Always, Condition, Group, ItemGroup, Node
from rules.facts import items_of
from rules.messages import Message
from rules.named_lists import NamedList, operand_of_list
from rules.operators import BLANK, Operator, find_operator
from rules.operators.registry import Finds
from rules.values import Unreadable, folded_text

# The verdict of a node about an order, or inside an item group about an item.
Answer = Callable[[Any, Case], int]
# The value of a condition's field as it stands in an order or an item, or Unreadable.
Load = Callable[[Any, Case], Any]
# Whether a value passes, at a moment; a Message where the list is of no use.
Passes = Callable[[Any, int], bool] | Message

_CUT = (Finds.PREFIX, Finds.SUFFIX)


def answering(node: Node, zone: ZoneInfo) -> Answer | None:
    """The function that answers a node; None where it holds something else, such as a comparison of two fields."""
    return _answer(node, zone) if _is_answered(node) else None


def _is_answered(node: Node) -> bool:
    match node:
        case Condition():
            return node.than is None
        case Group():
            return all(map(_is_answered, node.nodes))
        case ItemGroup():
            return _is_answered(node.node)
    return isinstance(node, Always)


def _answer(node: Node, zone: ZoneInfo) -> Answer:
    match node:
        case Condition():
            return _condition(node, zone)
        case Group():
            return _group(node.kind, [_answer(member, zone) for member in node.nodes])
        case ItemGroup():
            return _item_group(node.kind, _answer(node.node, zone))
    assert isinstance(node, Always)  # nothing else is answered here
    return lambda _holder, _case: TRUE


def _group(kind: str, members: list[Answer]) -> Answer:
    settles, settled, otherwise = GROUP_RULES[kind]

    def answer(holder: Any, case: Case) -> int:
        found = otherwise
        for member in members:
            verdict = member(holder, case)
            if verdict == settles:
                return settled
            if verdict == ERROR:
                found = ERROR
        return found

    return answer


def _item_group(kind: str, member: Answer) -> Answer:
    settles, settled, otherwise = GROUP_RULES[kind]

    def answer(holder: Any, case: Case) -> int:
        items = items_of(holder)
        if isinstance(items, Unreadable):
            return ERROR
        found = otherwise
        for item in items:
            verdict = member(item, case)
            if verdict == settles:
                return settled
            if verdict == ERROR:
                found = ERROR
        return found

    return answer


def _condition(node: Condition, zone: ZoneInfo) -> Answer:
    load, compare = _load(node), Comparer(node.field.type, node.match_case).compared
    operator = find_operator(node.field.type, node.operator)
    if operator is None:
        return _presence(node, load, compare)
    passes_of = _passing(node, operator, zone)
    on_blank = TRUE if operator.on_blank else FALSE

    def answer(holder: Any, case: Case) -> int:
        compared = compare(load(holder, case))
        if compared is None:
            return on_blank
        passes = passes_of(case)
        if isinstance(compared, Unreadable) or isinstance(passes, Message):
            return ERROR
        return TRUE if passes(compared, case.now) else FALSE

    return answer


def _load(node: Condition) -> Load:
    """The value of the condition's field as it stands in an order or an item."""
    name = node.field.name
    if node.of_item:
        return lambda item, _case: item.get(name) if isinstance(item, dict) else no_object(item)
    load = Loader(node.field).load
    return lambda document, case: load(document, case.context, case.now)


def _presence(node: Condition, load: Load, compare: Callable[[Any], Any]) -> Answer:
    of_blank = TRUE if node.operator == BLANK else FALSE

    def answer(holder: Any, case: Case) -> int:
        compared = compare(load(holder, case))
        is_unreachable = isinstance(compared, Unreadable) and compared.message.code == "not_an_object"
        return of_blank if compared is None or is_unreachable else TRUE - of_blank

    return answer


def _passing(node: Condition, operator: Operator, zone: ZoneInfo) -> Callable[[Case], Passes]:
    name, match_case = node.list_name, node.match_case
    if name is None:
        prepared = operator.prepare(node.members, match_case, zone)
        passes: Passes = lambda compared, now: operator.test(compared, prepared, now)  # noqa: E731
        return lambda _case: passes
    unknown: Message = operand_of_list(None, name, operator, match_case, zone)
    folded, key = folded_text(name), ("passes", operator.type, operator.code, match_case, zone.key)

    def passes_of(case: Case) -> Passes:
        named = None if case.context.lists is None else case.context.lists.get(folded)
        if named is None:
            return unknown
        found: Passes = named.made(key, lambda: _passes(named, name, operator, match_case, zone))
        return found

    return passes_of


def _passes(named: NamedList, name: str, operator: Operator, match_case: bool, zone: ZoneInfo) -> Passes:
    """How one state of a list is compared with; beginnings and endings are looked up, and not tried one by one."""
    operand = operand_of_list(named, name, operator, match_case, zone)
    if isinstance(operand, Message):
        return operand
    if operator.finds in _CUT:
        found, passes_when_found = finder_of_any(operator.finds, operand).found, operator.passes_when_found
        return lambda compared, _now: bool(found(compared)) is passes_when_found
    return lambda compared, now: operator.test(compared, operand, now)
