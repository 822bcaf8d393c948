"""The leaves of rules: what is answered once for an order or an item, and what nodes over them come to.

What is known of an order is one number, a bit set. A leaf may have a bit that says that it is true, and shares one that
says that it is in error; neither means false. Other bits say which rules are ruled out by the verdicts of their leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

from engine.decide.verdicts import ERROR, FALSE, GROUP_RULES, TRUE
from rules.document import Aggregate, Always, Condition, Group, ItemGroup, Node

# The verdict of a node, given the bits of an order or an item.
Evaluate = Callable[[int], int]


class Leaf(NamedTuple):
    """What a leaf's verdict adds to the bits."""

    bit: int  # alone; 0 where nobody asks for it
    if_true: int  # the bit, and the rules that it rules out
    if_false: int
    if_error: int

    def by(self, verdict: int) -> int:
        return self.if_true if verdict == TRUE else self.if_false if verdict == FALSE else self.if_error


def structure_of(node: Node) -> Hashable:
    """What a node asks, without its place: equal for nodes that always have the same verdict."""
    match node:
        case Always():
            return "always"
        case Condition():
            than = None if node.than is None else node.than.name
            return (node.of_item, node.field.name, node.operator, node.members, node.match_case, than, node.list_name)
        case Group():
            return (node.kind, tuple(map(structure_of, node.nodes)))
        case ItemGroup():
            return (node.kind, structure_of(node.node))
        case Aggregate():
            of = None if node.of is None else node.of.name
            return (node.kind, of, structure_of(node.node), structure_of(node.compared))


def over_bits(node: Node, leaf_of: Callable[[Node], Leaf]) -> Evaluate:
    """The function that combines the verdicts of a node's leaves, as bits, into the node's own."""
    if isinstance(node, Always):
        return lambda _bits: TRUE
    if isinstance(node, Group):
        return _group_over_bits(node.kind, [over_bits(member, leaf_of) for member in node.nodes])
    leaf = leaf_of(node)
    true, error = leaf.bit, leaf.if_error
    return lambda bits: TRUE if bits & true else ERROR if bits & error else FALSE


def _group_over_bits(kind: str, members: list[Evaluate]) -> Evaluate:
    settles, settled, otherwise = GROUP_RULES[kind]

    def evaluate(bits: int) -> int:
        answer = otherwise
        for member in members:
            verdict = member(bits)
            if verdict == settles:
                return settled
            if verdict == ERROR:
                answer = ERROR
        return answer

    return evaluate
