"""A rule-set version made ready to decide: conditions as functions, rules as durable rulesets, and who depends on whom."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.decide.conditions import Evaluate, compile_node, structure_of
from engine.decide.durable_core import MAX_BRANCHES, MAX_FLAGS, FiringCore, Formula, branches, flags_of
from engine.decide.formulas import NEVER, formula_of, leaf_of, leaves_of, required_of
from engine.decide.slots import OrderSlots, SlotPlan
from engine.decide.verdicts import ERROR, FALSE, TRUE
from rules.document import Node, Rule, RuleSet, conditions_of

UNKNOWN = -1


class Chunk:
    """Some consecutive rules in one durable ruleset."""

    def __init__(self, rules: list[tuple[Rule, Formula]]) -> None:
        self.rules = [rule for rule, _ in rules]
        self.core = FiringCore([formula for _, formula in rules])
        bits = {flag: 1 << place for place, flag in enumerate(self.core.flags)}
        self._filters = [_Filter.of(formula, bits) for _, formula in rules]

    def ask(self, verdicts: Verdicts, start: int) -> tuple[tuple[int, ...], set[int]]:
        """The positions from `start` on of the rules that fire, and of those that do not and read something in error.

        durable-rules is told the flags of those rules alone that can still be true, so that what it is asked repeats
        from order to order and its answers can be remembered.
        """
        candidates: list[int] = []
        doubtful: set[int] = set()
        flags = 0
        for position in range(start, len(self._filters)):
            rule = self._filters[position]
            verdict = rule.verdict(verdicts)
            if verdict == TRUE:
                candidates.append(position)
                flags |= rule.flags(verdicts)
            elif verdict == ERROR:
                doubtful.add(position)
        fired = self.core.fire(flags)
        for position in candidates:
            if position not in fired and verdicts.any_error(self._filters[position].leaves):
                doubtful.add(position)
        return fired, doubtful

    def reads_after(self, position: int, changed: set[int]) -> bool:
        """Whether a rule after this one reads one of these leaves."""
        return any(not changed.isdisjoint(rule.leaves) for rule in self._filters[position + 1 :])


@dataclass(frozen=True, slots=True)
class _Filter:
    """What has to be looked at before a rule is put to durable-rules."""

    leaves: frozenset[int]
    required: tuple[tuple[int, int], ...]  # leaves and the verdicts without which the rule cannot be true
    required_flags: int
    others: tuple[tuple[int, int, int], ...]  # leaves of alternatives, with their flags when true and when false

    @classmethod
    def of(cls, formula: Formula, bits: dict[str, int]) -> _Filter:
        needed = [literal.flag for literal in required_of(formula)]
        leaves = leaves_of(formula)
        return cls(
            leaves,
            tuple((leaf_of(flag), TRUE if flag[0] == "t" else FALSE) for flag in needed),
            sum(bits[flag] for flag in needed),
            tuple(
                (leaf, bits.get(f"t{leaf}", 0), bits.get(f"f{leaf}", 0)) for leaf in sorted(leaves - set(map(leaf_of, needed)))
            ),
        )

    def verdict(self, verdicts: Verdicts) -> int:
        """FALSE or ERROR when the required leaves say so; TRUE when the rule can still be true."""
        answer = TRUE
        known = verdicts.known
        for leaf, wanted in self.required:
            verdict = known[leaf]
            if verdict == UNKNOWN:
                verdict = verdicts.find(leaf)
            if verdict != wanted:
                if verdict != ERROR:
                    return FALSE
                answer = ERROR
        return answer

    def flags(self, verdicts: Verdicts) -> int:
        """The rule's flags that are true, for one whose required leaves are as required."""
        flags = self.required_flags
        for leaf, when_true, when_false in self.others:
            verdict = verdicts.of(leaf)
            if verdict != ERROR:
                flags |= when_true if verdict == TRUE else when_false
        return flags


class Verdicts:
    """The leaves' verdicts about one order, each found when it is first asked for."""

    __slots__ = ("_program", "_slots", "known")

    def __init__(self, program: Program, slots: OrderSlots) -> None:
        self._program = program
        self._slots = slots
        self.known = [UNKNOWN] * len(program.leaves)

    def find(self, leaf: int) -> int:
        verdict = self.known[leaf] = self._program.leaves[leaf](self._slots)
        return verdict

    def of(self, leaf: int) -> int:
        verdict = self.known[leaf]
        return self.find(leaf) if verdict == UNKNOWN else verdict

    def any_error(self, leaves: Iterable[int]) -> bool:
        return any(self.of(leaf) == ERROR for leaf in leaves)

    def renew(self, slots: set[int]) -> set[int]:
        """Find again what was said on the ground of these slots. The leaves that answer otherwise now."""
        changed = set()
        for slot in slots:
            for leaf in self._program.leaves_by_slot.get(slot, ()):
                before = self.known[leaf]
                if before not in (UNKNOWN, self.find(leaf)):
                    changed.add(leaf)
        return changed


class Program:
    """The enabled rules that have one trigger."""

    def __init__(self, rules: list[Rule], zone: ZoneInfo) -> None:
        self.plan = SlotPlan()
        self.leaves: list[Evaluate] = []
        self.leaves_by_slot: dict[int, list[int]] = {}
        self._zone = zone
        self._numbers: dict[Hashable, int] = {}
        formulas = [(rule, formula_of(rule.when, self._leaf)) for rule in rules]
        # A rule whose formula is NEVER is false for every order, never in error: nothing has to be asked.
        self.chunks = [Chunk(part) for part in _parts([pair for pair in formulas if pair[1] != NEVER])]
        self._whole = {rule.id: compile_node(rule.when, self.plan, zone) for rule in rules}

    def is_in_error(self, rule: Rule, slots: OrderSlots) -> bool:
        """Whether a rule that did not fire is in error rather than false."""
        return self._whole[rule.id](slots) == ERROR

    def close(self) -> None:
        for chunk in self.chunks:
            chunk.core.close()

    def _leaf(self, node: Node) -> int:
        key = structure_of(node)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.leaves)
            self.leaves.append(compile_node(node, self.plan, self._zone))
            for condition in conditions_of(node):
                if not condition.of_item:
                    slot = self.plan.slot(condition.field, False, condition.match_case)
                    self.leaves_by_slot.setdefault(slot, []).append(number)
        return number


def _parts(formulas: list[tuple[Rule, Formula]]) -> Iterator[list[tuple[Rule, Formula]]]:
    """Consecutive rules, as many as one durable ruleset safely takes."""
    part: list[tuple[Rule, Formula]] = []
    size = 0
    flags: frozenset[str] = frozenset()
    for rule, formula in formulas:
        wider = flags | flags_of(formula)
        if part and (size + branches(formula) > MAX_BRANCHES or len(wider) > MAX_FLAGS):
            yield part
            part, size, wider = [], 0, flags_of(formula)
        part.append((rule, formula))
        size += branches(formula)
        flags = wider
    if part:
        yield part


class CompiledRuleSet:
    """A rule set compiled for one time zone. Safe to share between threads; `close()` gives its memory back."""

    def __init__(self, rule_set: RuleSet, zone: ZoneInfo) -> None:
        self.rule_set = rule_set
        self.zone = zone
        self.once_rules = frozenset(rule.id for rule in rule_set.rules if rule.once)
        self._programs: dict[str, Program] = {}
        self._lock = threading.Lock()

    def program(self, trigger: str) -> Program:
        """The compiled rules of a trigger, made when they are first needed."""
        with self._lock:
            program = self._programs.get(trigger)
            if program is None:
                rules = [rule for rule in self.rule_set.rules if rule.enabled and trigger in rule.triggers]
                program = self._programs[trigger] = Program(rules, self.zone)
            return program

    def close(self) -> None:
        with self._lock:
            for program in self._programs.values():
                program.close()
            self._programs.clear()
