"""Finds rules that never match or run, that repeat others, that do nothing, and that write against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from msgspec import Struct

from rules.actions import Nature
from rules.actions.draft import Change
from rules.actions.operations import SET
from rules.analysis import sentences
from rules.analysis.effects import is_repeatable, may_undo, nature_of
from rules.analysis.examples import NOW, Examples, NoExample
from rules.analysis.formulas import UNCHANGED, Formula, Formulas
from rules.analysis.leaves import Leaves
from rules.analysis.solver import GivenUp, Solver
from rules.analysis.subjects import ITEMS, Subject, changed_by
from rules.analysis.trial import Facts, last_writes
from rules.context import RuleContext
from rules.document import MANUAL, TRIGGERS, Group, Rule, RuleSet
from rules.messages import Message
from rules.order_document import Document
from rules.problems import Problem, Severity
from rules.schedule import SCHEDULE

OWN = ""  # the origin of the rules of the document at hand
MAX_NOTES = 3  # of one rule
MAX_TRIALS = 300  # example orders tried out, of one rule set
MAX_MODELS = 4  # tried for one pair of rules
MAX_NAMED = 20  # conditions among which those are sought that exclude each other
MAX_STEPS_FOR_WARNINGS = 40_000
MAX_STEPS_FOR_NOTES = 20_000


class Work(Struct):
    """How much there was to do: pairs of rules looked at, steps of the solver, example orders tried out."""

    pairs: int = 0
    steps: int = 0
    trials: int = 0


class Analysis:
    """One rule set's findings, which may run after others. Sound: what it claims holds for every order; what takes too long
    it leaves unsaid."""

    def __init__(self, rule_set: RuleSet, context: RuleContext, *, all_judged: bool = False) -> None:
        """Rules of other origin than OWN are taken into account, and not judged themselves, unless all are."""
        self._context = context
        self._formulas = Formulas(Leaves(context.zone))
        self._solver = Solver(MAX_STEPS_FOR_WARNINGS)
        self._subjects = [Subject.of(rule, self._formulas) for rule in rule_set.rules]
        self._judged = {rule.index for rule in rule_set.rules if all_judged or rule.origin == OWN}
        self._problems: list[Problem] = []
        self._warned: set[int] = set()
        self._idle: set[int] = set()  # rules that surely change nothing
        self._changed: dict[frozenset[str], frozenset[str]] = {}
        self._not_true: dict[tuple[int, frozenset[str]], Formula] = {}
        self._taking_all: set[int] | None = None  # rules that end the run for every order that can be read
        self._met: dict[int, list[Facts]] = {}
        self.work = Work()

    def findings(self) -> list[Problem]:
        """Warnings and notes, each at its rule."""
        for subject in self._subjects:
            if self._solver.excludes(subject.formula):
                self._idle.add(subject.rule.index)
                if subject.rule.index in self._judged:
                    self._warn(subject, self._never_matches(subject))
        for find in (self._shadowing, self._repeated, self._left_over):
            running = [one for one in self._subjects if one.rule.enabled and one.rule.index not in self._idle]
            for subject in running:
                if subject.rule.index not in self._judged:
                    continue
                message = None if subject.rule.index in self._warned else find(subject, running)
                if message is not None:
                    self._warn(subject, message)
        running = [one for one in self._subjects if one.rule.enabled and one.rule.index not in self._warned]
        self._solver.budget = self._solver.steps + MAX_STEPS_FOR_NOTES
        for subject, message in chain(self._without_effect(running), self._conflicts(running)):
            self._problems.append(_problem("note", subject, message))
        self.work.steps = self._solver.steps
        return sorted(self._problems, key=lambda problem: problem.line)

    def _warn(self, subject: Subject, message: Message) -> None:
        self._problems.append(_problem("warning", subject, message))
        self._warned.add(subject.rule.index)

    # A rule that can never match.

    def _never_matches(self, subject: Subject) -> Message:
        rule = subject.rule
        if not (isinstance(rule.when, Group) and rule.when.kind == "all" and len(rule.when.nodes) <= MAX_NAMED):
            return sentences.never_matches(rule, ())
        nodes = list(rule.when.nodes)
        for node in rule.when.nodes:
            fewer = [other for other in nodes if other is not node]
            if fewer and self._solver.excludes(*map(self._formulas.true, fewer)):
                nodes = fewer
        return sentences.never_matches(rule, nodes)

    # A rule that never gets its turn.

    def _shadowing(self, later: Subject, running: Sequence[Subject]) -> Message | None:
        for earlier, between in self._before(later, running):
            if not earlier.ends_run or earlier.rule.once or earlier.may_need is None:
                continue
            changed = self._changed_by(between)
            if self._implies(later, earlier, changed):
                unless = earlier.may_need - _surely_readable(later, changed)
                if not unless:
                    self._idle.add(later.rule.index)
                return sentences.shadowed(later.rule, earlier.rule, unless)
        return None

    # A rule that gets its turn only where an order has wrong values.

    def _left_over(self, later: Subject, running: Sequence[Subject]) -> Message | None:
        if self._taking_all is None:
            self._taking_all = {one.rule.index for one in running if self._ends_all_readable(one)}
        if not self._taking_all:
            return None
        for earlier, between in self._before(later, running):
            if earlier.rule.index in self._taking_all:
                may_need = earlier.may_need or frozenset()
                unless = (may_need | earlier.reads) - _surely_readable(later, self._changed_by(between))
                return sentences.shadowed(later.rule, earlier.rule, unless)
        return None

    def _ends_all_readable(self, subject: Subject) -> bool:
        """Whether it ends the run for every order whose fields are of their types; of what reads items that is not asked."""
        if not subject.ends_run or subject.rule.once or subject.may_need is None or subject.needs or ITEMS in subject.reads:
            return False
        return self._solver.excludes(self._not_true_of(subject, UNCHANGED), readable=True)

    # A rule that does what an earlier one has done.

    def _repeated(self, later: Subject, running: Sequence[Subject]) -> Message | None:
        rule = later.rule
        if rule.once or later.ends_run or not rule.then or not all(map(is_repeatable, rule.then)):
            return None
        for earlier, between in self._before(later, running):
            if earlier.rule.once or earlier.may_need is None or not set(later.identities) <= set(earlier.identities):
                continue
            changed = self._changed_by(between | earlier.writes)
            if not earlier.may_need <= _surely_readable(later, changed) or not self._implies(later, earlier, changed):
                continue
            if self._undone(later, earlier, running):
                continue
            if any(nature_of(call) is Nature.HOLDS for call in rule.then) and not self._holds_alike(later, earlier):
                continue
            self._idle.add(rule.index)
            return sentences.repeats(rule, earlier.rule)
        return None

    def _undone(self, later: Subject, earlier: Subject, running: Sequence[Subject]) -> bool:
        """Whether something that both do may be undone after the earlier did it and before the later does."""
        between = [
            call
            for subject in running[running.index(earlier) + 1 : running.index(later)]
            if subject.rule.triggers & later.rule.triggers and subject.writes & later.writes
            for call in zip(subject.rule.then, subject.identities, strict=True)
        ]
        own = list(zip(earlier.rule.then, earlier.identities, strict=True))
        for call, identity in zip(later.rule.then, later.identities, strict=True):
            place = max(number for number, other in enumerate(earlier.identities) if other == identity)
            after = (*own[place + 1 :], *between)
            if any(other_identity != identity and may_undo(other, call) for other, other_identity in after):
                return True
        return False

    def _holds_alike(self, later: Subject, earlier: Subject) -> bool:
        """Whether both hold the same orders: a rule holds an order once in its life."""
        same_triggers = later.rule.triggers == earlier.rule.triggers
        return same_triggers and self._solver.excludes(earlier.formula, self._not_true_of(later, UNCHANGED))

    # Pairs of rules.

    def _before(self, later: Subject, running: Sequence[Subject]) -> Iterator[tuple[Subject, frozenset[str]]]:
        """The earlier rules that run whenever this one does, nearest first, with what the rules between may write.

        What a person can run runs alone then, and of those that the clock starts only the ones that are due.
        """
        written: frozenset[str] = frozenset()
        rule = later.rule
        for earlier in reversed(running):
            if earlier.rule.index >= rule.index or earlier.rule.index in self._idle:
                continue
            if _runs_with(rule, earlier.rule):
                self.work.pairs += 1
                yield earlier, written
            if earlier.rule.triggers & rule.triggers and not earlier.writes <= written:
                written |= earlier.writes

    def _implies(self, later: Subject, earlier: Subject, changed: frozenset[str]) -> bool:
        """Whether it is certain that the earlier rule's condition was true whenever the later one's is."""
        if not earlier.needs <= later.reads or not earlier.needs.isdisjoint(changed) or later.cannot_meet(earlier):
            return False
        if self._solver.is_exhausted or not all(facts.meets(earlier.formula) for facts in self._orders_met_by(later)):
            return False
        return self._solver.excludes(later.formula, self._not_true_of(earlier, changed & earlier.reads))

    def _orders_met_by(self, subject: Subject) -> list[Facts]:
        """Some orders that match a rule. One that does not match another rule settles quickly that the two differ."""
        found = self._met.get(subject.rule.index)
        if found is None:
            found = self._met[subject.rule.index] = []
            for extreme in (False, True):
                examples = Examples(self._solver, self._context, extreme=extreme)
                try:
                    for model in islice(self._solver.models(subject.formula, readable=True), 1):
                        facts = Facts(examples.order(model), self._context, NOW)
                        if facts.meets(subject.formula):
                            found.append(facts)
                except (GivenUp, NoExample):
                    continue
        return found

    def _not_true_of(self, subject: Subject, changed: frozenset[str]) -> Formula:
        key = (subject.rule.index, changed)
        found = self._not_true.get(key)
        if found is None:
            found = self._not_true[key] = self._formulas.not_true(subject.rule.when, changed)
        return found

    def _changed_by(self, writes: frozenset[str]) -> frozenset[str]:
        found = self._changed.get(writes)
        if found is None:
            found = self._changed[writes] = changed_by(writes)
        return found

    # A rule without actions.

    def _without_effect(self, running: Sequence[Subject]) -> Iterator[tuple[Subject, Message]]:
        """Rules that not even end the run."""
        for subject in running:
            if subject.rule.index in self._judged and not subject.rule.then and not subject.ends_run:
                yield subject, sentences.does_nothing(subject.rule)

    # Rules that write different values.

    def _conflicts(self, running: Sequence[Subject]) -> Iterator[tuple[Subject, Message]]:
        writers: defaultdict[str, list[Subject]] = defaultdict(list)
        for later in running:
            judged = later.rule.index in self._judged
            earlier_ones = {one.rule.index: one for name in later.sets for one in writers[name]} if judged else {}
            found = (self._conflict(one, later) for _, one in sorted(earlier_ones.items(), reverse=True))
            if self._has_tried_enough:
                return
            for message in islice((message for message in found if message is not None), MAX_NOTES):
                yield later, message
            for name in later.sets:
                writers[name].append(later)

    def _conflict(self, earlier: Subject, later: Subject) -> Message | None:
        """What the two write differently, shown on an order that both match; None when no such order was found."""
        self.work.pairs += 1
        common = earlier.rule.triggers & later.rule.triggers - {MANUAL}
        triggers = [trigger for trigger in TRIGGERS if trigger in common]
        differ = any(earlier.sets[name] != later.sets[name] for name in earlier.sets.keys() & later.sets.keys())
        if not (differ and triggers) or earlier.ends_run or later.cannot_meet(earlier) or self._has_tried_enough:
            return None
        try:
            models = self._solver.models(earlier.formula, later.formula, readable=True)
            first = next(models, None)
            if first is None or self._is_contained(earlier, later):
                return None
            for model in chain((first,), islice(models, MAX_MODELS - 1)):
                order = Examples(self._solver, self._context).order(model)
                message = self._tried_out(earlier, later, order, triggers[0])
                if message is not None or self._has_tried_enough:
                    return message
        except (GivenUp, NoExample):
            return None
        return None

    @property
    def _has_tried_enough(self) -> bool:
        return self.work.trials >= MAX_TRIALS or self._solver.is_exhausted

    def _is_contained(self, one: Subject, other: Subject) -> bool:
        """Whether one of the conditions holds wherever the other does: a default and its exception."""
        return any(
            self._solver.excludes(inner.formula, self._not_true_of(outer, UNCHANGED), readable=True)
            for inner, outer in ((one, other), (other, one))
        )

    def _tried_out(self, earlier: Subject, later: Subject, order: Document, trigger: str) -> Message | None:
        self.work.trials += 1
        written = last_writes(self._subjects[: later.rule.index + 1], order, trigger, self._context, NOW)
        first, second = written.get(earlier.rule.index), written.get(later.rule.index)
        if first is None or second is None:
            return None
        differing = [
            (name, first[name].after, second[name].after)
            for name in first
            if name in second and _differ(first[name], second[name])
        ]
        return (
            sentences.conflict(earlier.rule, later.rule, differing, order, trigger, NOW, self._context.zone)
            if differing
            else None
        )


def _runs_with(rule: Rule, earlier: Rule) -> bool:
    """Whether an earlier rule takes part in every run of a rule."""
    if MANUAL in rule.triggers or not earlier.triggers >= rule.triggers:
        return False
    due_alike = rule.look_again is None and (rule.schedule, rule.over) == (earlier.schedule, earlier.over)
    return due_alike or SCHEDULE not in rule.triggers


def _surely_readable(later: Subject, changed: frozenset[str]) -> frozenset[str]:
    """The fields that were of their types before, in every order to which the later rule applies."""
    unhealed = changed - {"tags"}  # the actions that write tags fail on unreadable ones
    return (later.compares | later.surely_needs) - unhealed


def _problem(severity: Severity, subject: Subject, message: Message) -> Problem:
    return Problem(severity, subject.rule.line, subject.rule.path, message)


def _differ(one: Change, other: Change) -> bool:
    return one.operation == other.operation == SET and one.after != other.after
