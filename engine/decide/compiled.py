"""A rule-set version made ready to decide: conditions as functions, rules as durable rulesets, and who depends on whom."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Iterator
from zoneinfo import ZoneInfo

from engine.decide.conditions import Evaluate, compile_node, structure_of
from engine.decide.durable_core import MAX_BRANCHES, MAX_FLAGS, FiringCore, Formula, branches, flags_of
from engine.decide.formulas import NEVER, formula_of, leaves_of
from engine.decide.slots import OrderSlots, SlotPlan
from engine.decide.verdicts import ERROR, TRUE
from rules.document import Node, Rule, RuleSet, conditions_of

_UNKNOWN = -1


class Chunk:
    """Some consecutive rules in one durable ruleset."""

    def __init__(self, rules: list[tuple[Rule, Formula]]) -> None:
        self.rules = [rule for rule, _ in rules]
        self.leaves = sorted(frozenset().union(*(leaves_of(formula) for _, formula in rules)))
        self.flags = frozenset().union(*(flags_of(formula) for _, formula in rules))
        self.rule_leaves = [leaves_of(formula) for _, formula in rules]
        self.core = FiringCore([formula for _, formula in rules])

    def fire(self, verdicts: Verdicts) -> tuple[int, ...]:
        """The positions in `rules` of those whose condition is true, ascending."""
        flags = set()
        for leaf in self.leaves:
            verdict = verdicts.of(leaf)
            if verdict != ERROR:
                flag = f"t{leaf}" if verdict == TRUE else f"f{leaf}"
                if flag in self.flags:
                    flags.add(flag)
        return self.core.fire(frozenset(flags))

    def doubtful(self, verdicts: Verdicts) -> list[int]:
        """The positions of rules that read a leaf in error, and so may be in error themselves."""
        if not verdicts.any_error(self.leaves):
            return []
        return [position for position, leaves in enumerate(self.rule_leaves) if verdicts.any_error(leaves)]

    def reads_after(self, position: int, leaves: Iterable[int]) -> bool:
        """Whether a rule after this one reads one of these leaves."""
        changed = frozenset(leaves)
        return any(not changed.isdisjoint(read) for read in self.rule_leaves[position + 1 :])


class Verdicts:
    """The leaves' verdicts about one order, each found when it is first asked for."""

    def __init__(self, program: Program, slots: OrderSlots) -> None:
        self._program = program
        self._slots = slots
        self._known = [_UNKNOWN] * len(program.leaves)

    def of(self, leaf: int) -> int:
        verdict = self._known[leaf]
        if verdict == _UNKNOWN:
            verdict = self._known[leaf] = self._program.leaves[leaf](self._slots)
        return verdict

    def any_error(self, leaves: Iterable[int]) -> bool:
        return any(self.of(leaf) == ERROR for leaf in leaves)

    def forget(self, slots: set[int]) -> set[int]:
        """Forget what was said on the ground of these slots. The leaves that may answer otherwise now."""
        leaves = {leaf for slot in slots for leaf in self._program.leaves_by_slot.get(slot, ())}
        for leaf in leaves:
            self._known[leaf] = _UNKNOWN
        return leaves


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
