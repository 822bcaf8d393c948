"""The compiled rules of one trigger: what is known of an order, and which rules fire by it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.decide.chunks import Chunk, chunked
from engine.decide.figures import Figures, ReadLines, is_figure
from engine.decide.generated import Reread, generate_reader
from engine.decide.items import ItemGroups
from engine.decide.layout import Layout, SlotKey, slot_key
from engine.decide.leaves import Evaluate, Leaf, over_bits
from engine.decide.listed import Answer, answering
from engine.decide.questions import Questions
from engine.decide.reading import sources_of
from engine.decide.reference import evaluate
from engine.decide.run import Case
from rules.document import Aggregate, Condition, Group, ItemGroup, Node, Rule, fields_in
from rules.order_document import Document


class Stale(NamedTuple):
    """What has to be looked at again when some fields were written."""

    questions: tuple[int, ...]
    rules: int  # that read one of them
    parts: tuple[int, ...]  # places of what is known of all values that those rules read


class _Composite(NamedTuple):
    node: Node
    leaf: Leaf
    rules: int
    over_bits: Evaluate | None  # None: its conditions have no bits
    figure: Aggregate | None  # a number over lines
    answer: Answer | None  # where they have none; without it and a figure the node is evaluated as a whole


class Program:
    """The enabled rules that have one trigger, ready to be asked. A rule is named by its bit, the first one lowest.

    What a rule needs and an order does not have rules it out while the order is read; durable-rules composes and fires
    those that are left. Sound to share between threads.
    """

    def __init__(self, rules: list[Rule], zone: ZoneInfo) -> None:
        layout = Layout(rules)
        self.rules = layout.rules
        self.all = (1 << len(self.rules)) - 1
        self._bits = {placed.rule.id: placed.bit for placed in self.rules}
        self.once = {placed.rule.id: placed.bit for placed in self.rules if placed.rule.once}
        self.questions = _questions(layout, zone)
        groups = [(node, layout.leaves[number]) for number, node in layout.item_groups.items()]
        self.items = ItemGroups(groups, zone) if groups else None
        # What is known of an order: its bits, and what each value's questions contributed to them.
        self.read = generate_reader(self.questions, self.items)
        self._reread = [Reread(one) for one in self.questions]
        self._composites = [
            _Composite(
                node,
                layout.leaves[number],
                layout.users[number],
                None if number in layout.plain else over_bits(node, layout.leaf),
                node if isinstance(node, Aggregate) and is_figure(node) else None,
                answering(node, zone) if number in layout.plain else None,
            )
            for number, node in layout.composites.items()
        ]
        figures = [one.figure for one in self._composites if one.figure is not None]
        self._figures = Figures(figures, zone) if figures else None
        self._plain = _joined(one.rules for one in self._composites if one.over_bits is None)
        self._errors = _joined(leaf.if_error for leaf in layout.leaves.values())
        self.chunks = [Chunk(part) for part in chunked(layout.asked)]
        self._chunk_of = [chunk for chunk in self.chunks for _ in range(chunk.rules.bit_count())]
        read_by, self._noticed_by = _readers(layout)
        names = [*(one.field.name for one in self.questions), *([None] if groups else [])]
        self._read_by = [read_by.get(name, 0) for name in names]
        self._stale: dict[tuple[str, ...], Stale] = {}

    def bits_of(self, rule_ids: tuple[str, ...]) -> int:
        """The bits of some rules; none of one that can never be true, or has another trigger."""
        return _joined(self._bits.get(rule_id, 0) for rule_id in rule_ids)

    def renew(self, found: list[int], stale: Stale, document: Document, case: Case) -> tuple[int, list[int]] | None:
        """What is known of an order once it was changed; None when that is what was known before.

        The bits are those that matter to the rules that read what was changed.
        """
        renewed = found.copy()
        for number in stale.questions:
            renewed[number] = self._reread[number].read(document, case.context, case.now)
        if renewed == found and not self._plain & stale.rules:
            return None
        bits = 0
        for place in stale.parts:
            bits |= renewed[place]
        return bits, renewed

    def stale(self, changed: tuple[str, ...]) -> Stale:
        """What reads fields that were written."""
        stale = self._stale.get(changed)
        if stale is None:
            questions = tuple(
                number for number, one in enumerate(self.questions) if not sources_of(one.field).isdisjoint(changed)
            )
            rules = _joined(bit for name, bit in self._noticed_by.items() if name in changed)
            parts = tuple(place for place, readers in enumerate(self._read_by) if readers & rules)
            stale = self._stale[changed] = Stale(questions, rules, parts)
        return stale

    def ask(self, rules: int, bits: int, document: Document, case: Case) -> tuple[int, int]:
        """Of these rules those that fire, and those that do not and may be in error."""
        candidates = rules & ~bits
        if self._composites and candidates:
            bits = self._with_composites(candidates, bits, document, case)
            candidates &= ~bits
        if bits & self._errors:
            return self._ask_with_errors(candidates, bits)
        return self._fired(candidates, bits), 0

    def close(self) -> None:
        for chunk in self.chunks:
            chunk.core.close()

    def _fired(self, candidates: int, bits: int) -> int:
        if not candidates and self.chunks:
            return self.chunks[0].ask(0, bits)  # that nothing fires is for durable-rules to say, too
        fired = 0
        while candidates:
            chunk = self._chunk_of[(candidates & -candidates).bit_length() - 1]
            mine = candidates & chunk.rules
            candidates ^= mine
            fired |= chunk.ask(mine, bits)
        return fired

    def _ask_with_errors(self, candidates: int, bits: int) -> tuple[int, int]:
        hurt = [rule for rule in self.rules if rule.bit & candidates and rule.errors & bits]
        cannot_fire = _joined(rule.bit for rule in hurt if rule.required_errors & bits)
        fired = self._fired(candidates & ~cannot_fire, bits)
        return fired, _joined(rule.bit for rule in hurt) & ~fired

    def _with_composites(self, candidates: int, bits: int, document: Document, case: Case) -> int:
        lines: ReadLines | None = None
        for one in self._composites:
            if not one.rules & candidates:
                continue
            if one.over_bits is not None:
                verdict = one.over_bits(bits)
            elif one.figure is not None and self._figures is not None:
                lines = lines or self._figures.read(document, case.now)
                verdict = self._figures.verdict(one.figure, lines, document, case)
            elif one.answer is not None:
                verdict = one.answer(document, case)
            else:
                verdict = evaluate(one.node, document, case).verdict
            bits |= one.leaf.by(verdict)
        return bits


def _questions(layout: Layout, zone: ZoneInfo) -> list[Questions]:
    asked: dict[SlotKey, list[tuple[Condition, Leaf]]] = {}
    for number, condition in layout.conditions.items():
        asked.setdefault(slot_key(condition), []).append((condition, layout.leaves[number]))
    return [Questions(some[0][0].field, match_case, some, zone) for (_, match_case), some in asked.items()]


def _readers(layout: Layout) -> tuple[dict[str | None, int], dict[str, int]]:
    """The rules that read a field, None being the items; and those that would notice a change of a written field."""
    read_by: dict[str | None, int] = {}
    noticed_by: dict[str, int] = {}
    for placed in layout.rules:
        if _has_item_group(placed.rule.when):
            read_by[None] = read_by.get(None, 0) | placed.bit
        for field, of_item in fields_in(placed.rule.when):
            if of_item:  # rules do not write items
                continue
            read_by[field.name] = read_by.get(field.name, 0) | placed.bit
            for name in sources_of(field):
                noticed_by[name] = noticed_by.get(name, 0) | placed.bit
    return read_by, noticed_by


def _has_item_group(node: Node) -> bool:
    if isinstance(node, Group):
        return any(_has_item_group(member) for member in node.nodes)
    return isinstance(node, ItemGroup)


def _joined(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)
