"""Why each rule did or did not fire: every node with the value found, the value wanted, verdict, reason and sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine.decide.decision import Decision
from engine.decide.explained_nodes import STATUS_TEXTS, NodeWriter
from engine.decide.near_misses import is_partly_met
from engine.decide.reference import Evaluator, NodeResult, RuleResult, follow
from engine.decide.run import Case
from rules.document import RuleSet
from rules.messages import Language

CONSIDERED = frozenset({"matched", "not_matched", "error", "failed"})
LINES_UNFOLDED = 30  # of an order, on a page
RULES_WRITTEN_OUT = 50  # on one page
MOST_NODES_OF_RULE = 400  # among others
MOST_NODES_OF_ONE = 20_000  # by itself
MOST_NODES_KEPT = 60_000  # in memory, while an explanation is made
MOST_ANSWERS = 1_000_000  # of conditions, counted for each line of the order


class Explanation(NamedTuple):
    """A decision and why it came out so."""

    decision: Decision
    rules: list[dict[str, Any]]  # one entry for each rule of the set, in order
    near_misses: list[str]  # ids of the rules that one single condition kept from firing, those partly met first


def explain(rule_set: RuleSet, case: Case, language: Language = "en") -> Explanation:
    """The decision for a case, with every rule and every node of the set explained.

    An entry holds `rule`, `name`, `path`, `status` (a key of STATUS_TEXTS) and `message`; of a rule that was considered also
    the tree of its nodes, `when`; of one that fired its `changes`; of one that did not match `failed`, the fewest conditions
    that kept it from firing, and `missed_by`, their number (null where no other answers could make it fire).
    """
    explaining = _Explaining(language, case.context.zone)

    def observe(result: RuleResult) -> None:
        entry = explaining.observe(result)
        if result.when is not None:
            entry["when"] = explaining.writer.node_entry(result.when)

    decision = follow(rule_set, case, Evaluator(case), observe)
    return explaining.explanation(decision)


class Part(Struct, frozen=True):
    """Which rules to write out: so many from a place on in the order of importance, or one by its id with some lines."""

    first: int = 0
    count: int = RULES_WRITTEN_OUT
    only: str | None = None
    window: range | None = None


FIRST_PART = Part()


class PartialExplanation(NamedTuple):
    """An explanation of which one part is written out. All rules have entries; outside the part they have no `when`.

    An entry within it has `left_out` instead where it is too much to show among others.
    """

    decision: Decision
    rules: list[dict[str, Any]]
    near_misses: list[str]
    shown: list[int]  # indices of the rules of the part, the most important first
    nodes: int  # written out


def explain_part(
    rule_set: RuleSet, case: Case, known: Callable[[], Decision], language: Language, part: Part
) -> PartialExplanation:
    """What a page shows of an explanation, in bounded time and memory; `known` gives the decision, where it is needed.

    Lines of orders that have many are folded into those that stand for others. Of rules past MOST_ANSWERS answers of
    conditions there is only what the decision tells; so it is of all others, where only one is asked for.
    """
    explaining = _Explaining(language, case.context.zone)
    kept: dict[int, tuple[NodeResult, int]] = {}
    room = MOST_NODES_KEPT

    def observe(result: RuleResult) -> None:
        nonlocal room
        entry = explaining.observe(result)
        if part.only not in (None, result.rule.id):
            return
        if result.when is None:
            if result.status in CONSIDERED:
                entry["left_out"] = True
            return
        nodes = _count(result.when, room)
        if nodes <= (MOST_NODES_OF_ONE if part.only else MOST_NODES_OF_RULE) and nodes <= room:
            room -= nodes
            kept[len(explaining.entries) - 1] = result.when, nodes
        else:
            entry["left_out"] = True

    evaluator = Evaluator(case, fold_over=LINES_UNFOLDED, window=part.window, most_answers=MOST_ANSWERS)
    decision, entries, near_misses = explaining.explanation(follow(rule_set, case, evaluator, observe, known, part.only))
    if part.only is None:
        shown = by_importance(entries, near_misses)[part.first : part.first + part.count]
    else:
        shown = [place for place, entry in enumerate(entries) if entry["rule"] == part.only]
    written = 0
    for place in shown:
        if place in kept:
            when, nodes = kept[place]
            entries[place]["when"] = explaining.writer.node_entry(when)
            written += nodes
    return PartialExplanation(decision, entries, near_misses, shown, written)


def by_importance(entries: Sequence[Mapping[str, Any]], near_misses: Sequence[str]) -> list[int]:
    """The rules that could not be applied, those that applied, near misses, and the rest: their places, in this order."""
    near = {rule: rank for rank, rule in enumerate(near_misses)}

    def rank(place: int) -> tuple[int, int]:
        entry = entries[place]
        if entry["rule"] in near:
            return (2, near[entry["rule"]])
        return ({"error": 0, "failed": 0, "matched": 1}.get(entry["status"], 3), place)

    return sorted(range(len(entries)), key=rank)


def _count(result: NodeResult, most: int) -> int:
    """The nodes of a tree; past `most` it is not counted further."""
    count, waiting = 0, [result]
    while waiting and count <= most:
        one = waiting.pop()
        count += 1
        waiting += one.members
        waiting += one.window or ()
    return count


class _Explaining:
    """Writes down what each rule comes to, and when the decision is known what became of it."""

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self._language = language
        self.writer = NodeWriter(language, zone)
        self.entries: list[dict[str, Any]] = []
        self._missed: list[tuple[bool, str]] = []

    def observe(self, result: RuleResult) -> dict[str, Any]:
        entry = self.writer.rule_entry(result)
        self.entries.append(entry)
        if entry.get("missed_by") == 1 and result.when is not None:
            self._missed.append((not is_partly_met(result.when), result.rule.id))
        return entry

    def explanation(self, decision: Decision) -> Explanation:
        reasons = {error.rule: error.message for error in decision.errors}
        changes: dict[str, list[dict[str, Any]]] = {}
        for change in decision.changes:
            changes.setdefault(change.rule, []).append(change.to_json())
        for entry in self.entries:
            if entry["status"] in ("error", "failed"):
                entry["message"] = STATUS_TEXTS[entry["status"]].format(self._language, reason=reasons[entry["rule"]])
            if written := changes.get(entry["rule"]):
                entry["changes"] = written
        self._missed.sort(key=lambda missed: missed[0])
        return Explanation(decision, self.entries, [rule for _, rule in self._missed])
