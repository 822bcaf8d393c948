"""Turns a rule's condition into a formula over flags, as durable-rules composes them.

Each leaf has two flags, `t<n>` when it is true and `f<n>` when it is false; a leaf in error has neither. So a formula
needs no negation, and an error can never make one true. What would grow too large becomes one leaf, composed in Python.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.decide.durable_core import ALWAYS, And, Formula, Literal, Or, branches, flags_of
from rules.document import Always, Group, Node

MAX_RULE_BRANCHES = 8
MAX_RULE_FLAGS = 40

NEVER = Or(())
LeafNumber = Callable[[Node], int]


def formula_of(node: Node, leaf: LeafNumber) -> Formula:
    """The formula that is true when the node is. `leaf` numbers the nodes that stand for themselves."""
    formula = _formula(node, True, leaf)
    if branches(formula) > MAX_RULE_BRANCHES or len(flags_of(formula)) > MAX_RULE_FLAGS:
        return Literal(f"t{leaf(node)}")
    return formula


def leaves_of(formula: Formula) -> frozenset[int]:
    return frozenset(map(leaf_of, flags_of(formula)))


def required_of(formula: Formula) -> tuple[Literal, ...]:
    """The flags without which a formula cannot be true."""
    parts = formula.parts if isinstance(formula, And) else (formula,)
    return tuple(part for part in parts if isinstance(part, Literal))


def leaf_of(flag: str) -> int:
    return int(flag[1:])


def _formula(node: Node, wanted: bool, leaf: LeafNumber) -> Formula:
    """The formula for a node being true, or being false."""
    if isinstance(node, Always):
        return ALWAYS if wanted else NEVER
    if not isinstance(node, Group):
        return Literal(f"{'t' if wanted else 'f'}{leaf(node)}")
    # all = every member true; any = one member true; none = every member false. Their opposites by De Morgan.
    members_wanted = wanted if node.kind != "none" else not wanted
    conjunction = (node.kind == "any") is not wanted
    parts = [_bounded(member, members_wanted, leaf) for member in node.nodes]
    return _conjunction(parts) if conjunction else _disjunction(parts)


def _bounded(node: Node, wanted: bool, leaf: LeafNumber) -> Formula:
    formula = _formula(node, wanted, leaf)
    if branches(formula) > MAX_RULE_BRANCHES or len(flags_of(formula)) > MAX_RULE_FLAGS:
        return Literal(f"{'t' if wanted else 'f'}{leaf(node)}")
    return formula


def _conjunction(parts: list[Formula]) -> Formula:
    if NEVER in parts:
        return NEVER
    flat: list[Formula] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else (part,))
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else And(unique)


def _disjunction(parts: list[Formula]) -> Formula:
    if ALWAYS in parts:
        return ALWAYS
    flat: list[Formula] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Or(unique)
