"""Runs the saved tests of a rule set and says what came out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from msgspec import Struct

from engine.decide.answer import answer_of, history_of
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.decision import SKIPPED, UNHANDLED, Trigger
from engine.decide.expectations import differences
from engine.decide.run import Case
from rules.context import NO_CONTEXT, RuleContext
from rules.document import RuleSet, SavedTest, run_together
from rules.messages import Message, Text
from rules.values import moment_of

UNTESTED = Text(
    '`{action}` of the rule "{rule}" is not tested: {reason}', '`{action}` de la regla "{rule}" queda sin probar: {reason}'
)
DEFAULT_NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)  # a Thursday; so that tests without `now` never change


class TestResult(Struct, frozen=True):
    """One saved test and every difference; none means that it passed. `untested` is what it passes without having tried."""

    test: SavedTest
    differences: tuple[Message, ...]
    untested: tuple[Message, ...] = ()

    __test__ = False  # not a test class of pytest

    @property
    def passed(self) -> bool:
        return not self.differences


def run_saved_tests(
    rule_set: RuleSet,
    context: RuleContext = NO_CONTEXT,
    now: datetime | None = None,
    before: Sequence[tuple[str, RuleSet]] = (),
) -> list[TestResult]:
    """The results in the order of the document. A test's own context and time stand before those given.

    `before` are sets that run first, by their slugs: the tests see the order as those leave it. What those sets themselves
    match, report and send is not a difference unless a test names their rule.
    """
    compiled: dict[str, CompiledRuleSet] = {}
    tested = run_together([*before, ("", rule_set)]) if before else rule_set
    own = frozenset(rule.id for rule in rule_set.rules)
    results = []
    try:
        for test in rule_set.tests:
            known = RuleContext.parse(test.context) if test.context is not None else context
            rules = compiled.setdefault(known.zone.key, CompiledRuleSet(tested, known.zone))
            case = Case(
                test.order,
                cast(Trigger, test.trigger),
                _moment(test.now or now or DEFAULT_NOW, known),
                known,
                history_of(test.order),
            )
            answer = answer_of(decide(rules, case), case)
            untested = tuple(_untested(rule_set, answer, known))
            if before:
                answer = _about(own | _named(test.expect), answer)
            results.append(TestResult(test, tuple(differences(test.expect, answer, known.zone)), untested))
    finally:
        for rules in compiled.values():
            rules.close()
    return results


def answer_about(
    rule_set: RuleSet, case: Case, before: Sequence[tuple[str, RuleSet]] = ()
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a saved test of these rules over this case may expect, and the fields that they write, in their order."""
    rules = CompiledRuleSet(run_together([*before, ("", rule_set)]) if before else rule_set, case.context.zone)
    own = frozenset(rule.id for rule in rule_set.rules)
    try:
        decision = decide(rules, case)
    finally:
        rules.close()
    answer = answer_of(decision, case)
    written = dict.fromkeys(change.field for change in decision.changes if change.rule in own)
    return (_about(own, answer) if before else answer), tuple(written)


def _untested(rule_set: RuleSet, answer: Mapping[str, Any], context: RuleContext) -> Iterator[Message]:
    matched = frozenset(answer["matched"])
    for rule in rule_set.rules:
        for call in rule.then if rule.id in matched else ():
            reason = None if call.action.untested is None else call.action.untested(context, answer["order"])
            if reason is not None:
                yield Message("untested", UNTESTED, {"action": call.action.code, "rule": rule.id, "reason": reason})


def _named(expect: Mapping[str, Any]) -> frozenset[str]:
    """The rules that a test names, whichever set they are of."""
    entries = [*expect.get("effects", ()), *expect.get("errors", ())]
    return frozenset(expect.get("matched", ())) | {str(entry.get("rule")) for entry in entries}


def _about(rules: frozenset[str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as far as it is about these rules: an order that only others matched is unhandled for them."""
    matched = [rule for rule in answer["matched"] if rule in rules]
    flags = list(answer["flags"])
    if not matched and not {UNHANDLED, SKIPPED} & set(flags):
        flags = [UNHANDLED, *flags]
    parts = {key: [entry for entry in answer[key] if entry["rule"] in rules] for key in ("effects", "errors")}
    return {**answer, "matched": matched, "flags": flags, **parts}


def _moment(now: datetime, context: RuleContext) -> int:
    return moment_of(now if now.tzinfo else now.replace(tzinfo=context.zone))
