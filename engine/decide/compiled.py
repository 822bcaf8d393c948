"""A rule-set version made ready to decide: conditions as functions, rules as durable rulesets, and who depends on whom."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.decide.conditions import Evaluate, compile_node, structure_of
from engine.decide.durable_core import MAX_BRANCHES, MAX_FLAGS, FiringCore, Formula, branches, flags_of
from engine.decide.formulas import NEVER, formula_of, leaf_of, leaves_of, required_of
from engine.decide.questions import Questions
from engine.decide.slots import OrderSlots, SlotPlan
from engine.decide.verdicts import ERROR, TRUE
from rules.document import Condition, Node, Rule, RuleSet, conditions_of


class Chunk:
    """Some consecutive rules in one durable ruleset."""

    def __init__(self, rules: list[tuple[Rule, Formula]], composites: int) -> None:
        self.rules = [rule for rule, _ in rules]
        self.core = FiringCore([formula for _, formula in rules])
        bits = {flag: 1 << place for place, flag in enumerate(self.core.flags)}
        self._filters = [_Filter.of(place, formula, bits, composites) for place, (_, formula) in enumerate(rules)]
        self._read_after = [0] * len(rules)
        for position in range(len(rules) - 1, 0, -1):
            self._read_after[position - 1] = self._read_after[position] | self._filters[position].leaves

    def ask(self, verdicts: Verdicts, start: int) -> tuple[tuple[int, ...], set[int]]:
        """The positions from `start` on of the rules that fire, and of those that do not and read something in error.

        durable-rules is told the flags of those rules alone that can still be true, so that what it is asked repeats
        from order to order and its answers can be remembered.
        """
        true, not_true, definite = verdicts.true, ~verdicts.true, ~verdicts.error
        possible = [
            one
            for one in (self._filters[start:] if start else self._filters)
            if not (one.first_true & not_true | one.first_false & true) & definite
        ]
        candidates: list[_Filter] = []
        doubtful: set[int] = set()
        flags = 0
        for one in possible:
            if one.composites and one.is_ruled_out(verdicts):
                continue
            if one.needs & verdicts.error:
                doubtful.add(one.position)
            else:
                candidates.append(one)
                flags |= one.flags(verdicts)
        fired = self.core.fire(flags)
        if verdicts.error:
            doubtful.update(one.position for one in candidates if one.position not in fired and one.leaves & verdicts.error)
        return fired, doubtful

    def reads_after(self, position: int, changed: int) -> bool:
        """Whether a rule after this one reads one of these leaves."""
        return self._read_after[position] & changed != 0


@dataclass(frozen=True, slots=True)
class _Filter:
    """What has to be looked at before a rule is put to durable-rules. Sets of leaves are bit sets."""

    position: int
    leaves: int
    needs: int  # leaves without whose verdict the rule cannot be true
    needs_true: int
    needs_false: int
    composites: int  # those of its leaves that are answered only when they are wanted
    first_true: int  # what it needs of the leaves that are answered at once
    first_false: int
    required_flags: int
    others: tuple[tuple[int, int, int], ...]  # leaves of alternatives, with their flags when true and when false

    @classmethod
    def of(cls, position: int, formula: Formula, bits: dict[str, int], composites: int) -> _Filter:
        needed = [literal.flag for literal in required_of(formula)]
        needs_true = sum({1 << leaf_of(flag) for flag in needed if flag[0] == "t"})
        needs_false = sum({1 << leaf_of(flag) for flag in needed if flag[0] == "f"})
        needs = needs_true | needs_false
        leaves = sum(1 << leaf for leaf in leaves_of(formula))
        return cls(
            position,
            leaves,
            needs,
            needs_true,
            needs_false,
            leaves & composites,
            needs_true & ~composites,
            needs_false & ~composites,
            sum(bits[flag] for flag in needed),
            tuple(
                (1 << leaf, bits.get(f"t{leaf}", 0), bits.get(f"f{leaf}", 0))
                for leaf in sorted(leaves_of(formula))
                if not needs >> leaf & 1
            ),
        )

    def is_ruled_out(self, verdicts: Verdicts) -> bool:
        """Whether a leaf that it needs says otherwise: then the rule is false, whatever is in error besides."""
        verdicts.find(self.composites)
        return (self.needs_true & ~verdicts.true | self.needs_false & verdicts.true) & ~verdicts.error != 0

    def flags(self, verdicts: Verdicts) -> int:
        """The rule's flags that are true, for one whose needed leaves are as needed."""
        flags = self.required_flags
        for leaf, when_true, when_false in self.others:
            if verdicts.true & leaf:
                flags |= when_true
            elif not verdicts.error & leaf:
                flags |= when_false
        return flags


class Verdicts:
    """The leaves' verdicts about one order as it is now. Bit n of `true` and `error` is leaf n; neither means false."""

    __slots__ = ("_found", "_program", "_slots", "error", "true")

    def __init__(self, program: Program, slots: OrderSlots) -> None:
        self._program = program
        self._slots = slots
        self._found = 0  # composites that were answered
        document, context, now = slots.document, slots.context, slots.now
        all_true = all_error = 0
        for questions in program.questions.values():
            true, error = questions.answer(document, context, now)
            all_true |= true
            all_error |= error
        self.true = all_true
        self.error = all_error

    def find(self, composites: int) -> None:
        """Answer these composites, unless they are answered already."""
        missing = composites & ~self._found
        while missing:
            bit = missing & -missing
            missing ^= bit
            verdict = self._program.composites[bit](self._slots)
            if verdict == TRUE:
                self.true |= bit
            elif verdict == ERROR:
                self.error |= bit
            self._found |= bit

    def renew(self, slots: Iterable[int]) -> int:
        """Answer again what these slots are read for. The leaves that answer otherwise now."""
        before = self.true, self.error
        again = 0
        for slot in slots:
            questions = self._program.questions.get(slot)
            if questions is not None:
                true, error = questions.answer(self._slots.document, self._slots.context, self._slots.now)
                self.true = self.true & ~questions.leaves | true
                self.error = self.error & ~questions.leaves | error
            again |= self._program.composites_by_slot.get(slot, 0)
        again &= self._found
        if again:
            self.true &= ~again
            self.error &= ~again
            self._found &= ~again
            self.find(again)
        return (before[0] ^ self.true) | (before[1] ^ self.error)


class Program:
    """The enabled rules that have one trigger.

    Its leaves are what durable-rules composes: single conditions, answered together for each value they look at, and
    composites (item groups, and groups too large to compose), each a function that is called when a rule wants it.
    """

    def __init__(self, rules: list[Rule], zone: ZoneInfo) -> None:
        self.plan = SlotPlan()
        self.questions: dict[int, Questions] = {}
        self.composites: dict[int, Evaluate] = {}
        self.composites_by_slot: dict[int, int] = {}
        self._zone = zone
        self._numbers: dict[Hashable, int] = {}
        formulas = [(rule, formula_of(rule.when, self._leaf)) for rule in rules]
        for questions in self.questions.values():
            questions.index()
        # A rule whose formula is NEVER is false for every order, never in error: nothing has to be asked.
        parts = _parts([pair for pair in formulas if pair[1] != NEVER])
        composites = sum(self.composites)
        self.chunks = [Chunk(part, composites) for part in parts]
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
        if number is not None:
            return number
        number = self._numbers[key] = len(self._numbers)
        if isinstance(node, Condition):
            slot = self.plan.slot(node.field, False, node.match_case)
            if slot not in self.questions:
                self.questions[slot] = Questions(self.plan.order[slot])
            self.questions[slot].add(node, number, self._zone)
            return number
        self.composites[1 << number] = compile_node(node, self.plan, self._zone)
        for condition in conditions_of(node):
            if not condition.of_item:
                slot = self.plan.slot(condition.field, False, condition.match_case)
                self.composites_by_slot[slot] = self.composites_by_slot.get(slot, 0) | 1 << number
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
