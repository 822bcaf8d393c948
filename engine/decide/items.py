"""Item groups: the conditions on items are answered item by item, and the groups from what the items came to."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.leaves import Evaluate, Leaf, over_bits, structure_of
from engine.decide.questions import Questions
from engine.decide.reading import no_object
from engine.decide.verdicts import ERROR, GROUP_RULES
from rules.document import Condition, ItemGroup, Node, conditions_of
from rules.facts import items_of
from rules.order_document import Document
from rules.values import Unreadable

MAX_REMEMBERED = 1024  # combinations of verdicts


class ItemGroups:
    """All item groups of a program. Sound to share between threads."""

    def __init__(self, groups: list[tuple[ItemGroup, Leaf]], zone: ZoneInfo) -> None:
        self._leaves: dict[Any, Leaf] = {}
        asked: dict[tuple[str, bool], list[tuple[Condition, Leaf]]] = {}
        conditions = {structure_of(one): one for group, _ in groups for one in conditions_of(group)}
        for number, (key, condition) in enumerate(conditions.items()):
            bit = 1 << number
            self._leaves[key] = Leaf(bit, bit, 0, bit << len(conditions))
            asked.setdefault((condition.field.name, condition.match_case), []).append((condition, self._leaves[key]))
        self.questions = [Questions(some[0][0].field, case, some, zone) for (_, case), some in asked.items()]
        # Each distinct node inside a group has three bits, one for each verdict that an item may give it.
        self._nodes: list[Evaluate] = []
        self._places: dict[Any, int] = {}
        places = self._places
        self._groups: list[tuple[str, int, Leaf]] = []
        for group, leaf in groups:
            key = structure_of(group.node)
            if key not in places:
                places[key] = len(self._nodes)
                self._nodes.append(over_bits(group.node, self._leaf))
            self._groups.append((group.kind, 3 * places[key], leaf))
        self.on_bad_list = reduce(or_, (leaf.if_error for _, leaf in groups), 0)
        self.verdicts: dict[int, int] = {}
        self.answers: dict[int, int] = {}

    def read(self, document: Document, now: int) -> int:
        """The bits of the item groups for an order."""
        items = items_of(document)
        if isinstance(items, Unreadable):
            return self.on_bad_list
        seen = 0
        for item in items:
            bits = self.bits_of(item, now)
            verdicts = self.verdicts.get(bits)
            seen |= self.verdicts_of(bits) if verdicts is None else verdicts
        answer = self.answers.get(seen)
        return self.answer_of(seen) if answer is None else answer

    def bits_of(self, item: Any, now: int) -> int:
        """The bits of one item's conditions."""
        bits = 0
        for one in self.questions:
            value = item.get(one.field.name) if isinstance(item, dict) else no_object(item)
            bits |= one.answer_members(value, now)
        return bits

    def verdicts_of(self, bits: int) -> int:
        """What an item with these bits gives the nodes inside the groups: one of three bits for each."""
        found = sum(1 << 3 * place + evaluate(bits) for place, evaluate in enumerate(self._nodes))
        if len(self.verdicts) >= MAX_REMEMBERED:
            self.verdicts.clear()
        self.verdicts[bits] = found
        return found

    def answer_of(self, seen: int) -> int:
        """The bits of the groups, given which verdicts any item gave their nodes."""
        answer = 0
        for kind, place, leaf in self._groups:
            settles, settled, otherwise = GROUP_RULES[kind]
            verdict = settled if seen >> place + settles & 1 else ERROR if seen >> place + ERROR & 1 else otherwise
            answer |= leaf.by(verdict)
        if len(self.answers) >= MAX_REMEMBERED:
            self.answers.clear()
        self.answers[seen] = answer
        return answer

    def place_of(self, node: Node) -> int:
        """The first of the three bits that a node inside the groups has in what `verdicts_of` gives."""
        return 3 * self._places[structure_of(node)]

    def _leaf(self, node: Node) -> Leaf:
        return self._leaves[structure_of(node)]
