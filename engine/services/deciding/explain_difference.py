"""Why a backtest comes to something else about one order: each rule that has a part in it, as it was and as it would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.application import Application
from engine.decide.backtest import Difference, difference
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.explain import Part, explain_part
from engine.decide.kept import Result, case_of, kept_result, result_of
from engine.decide.run import Case
from engine.model.backtest_run import BacktestRun
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.backtest_rules import lists_now
from engine.services.deciding.explain_order import BUSY, PATIENCE
from engine.services.deciding.judging import Plan, rules_of
from engine.services.deciding.past_decisions import context_then
from engine.services.deciding.run_backtest import NO_BACKTEST
from engine.services.deciding.running_sets import RunningSet
from engine.services.refusals import Refused
from rules.document import RuleSet, run_together
from rules.messages import Language, Text
from rules.order_document import Document, loads

MOST_RULES = 20  # that are explained

NO_DECISION = Text(
    'There is nothing to explain about the decision "{decision}": it is not there, or what was known then was erased.',
    'No hay nada que explicar sobre la decisión "{decision}": no existe, o lo que se sabía entonces se borró.',
)


@dataclass(frozen=True, slots=True)
class RuleOnBothSides:
    """What a rule came to, as `engine.decide.explain` says it; None where there is no such rule on a side."""

    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ExplainedDifference:
    """A difference of a backtest about one order, and the rules that have a part in it."""

    run: BacktestRun
    order_id: str
    decision_id: str
    document: Document
    difference: Difference
    rules: tuple[RuleOnBothSides, ...]


def explain_difference(
    app: Application, account_id: str, backtest_id: str, decision_id: str, language: Language = "en"
) -> ExplainedDifference:
    """Both sides of a backtest over one decision, decided again. Raises Refused for what is not there, or was erased."""
    with app.reading() as uow:
        try:
            run = uow.backtests.get(account_id, backtest_id)
            plan = Plan.from_data(uow.backtests.plan_of(account_id, backtest_id))
        except NotFound:
            raise Refused("no_backtest", NO_BACKTEST, backtest=backtest_id) from None
        found = uow.decisions.list_kept(account_id, [decision_id])
        facts = loads(found[0].facts) if found else {"erased": True}
        context = context_then(app, uow, account_id, decision_id, lists_now(app, uow, account_id, plan)) if found else None
        if context is None or "erased" in facts:
            raise Refused("no_decision", NO_DECISION, decision=decision_id)
        kept = found[0]
        before = _rules_then(uow, account_id, kept.rule_set_version_ids) if plan.before is None else rules_of(plan.before)
    case = case_of(facts, kept.trigger, kept.decided_at, context)
    if case is None:
        raise Refused("no_decision", NO_DECISION, decision=decision_id)
    with app.explanations.place(PATIENCE) as is_free:
        if not is_free:
            raise Refused("busy", BUSY)
        sides = _Side(before, case, language), _Side(rules_of(plan.after), case, language)
        results = kept_result(kept) if plan.before is None else sides[0].result, sides[1].result
        different = difference(case.document, *results)
        if different is None:
            raise Refused("no_decision", NO_DECISION, decision=decision_id)
        rules = tuple(
            RuleOnBothSides(rule_id, sides[0].explain(rule_id), sides[1].explain(rule_id))
            for rule_id in _with_a_part(*results)[:MOST_RULES]
        )
        for side in sides:
            side.close()
    return ExplainedDifference(run, kept.order_id, decision_id, case.document, different, rules)


class _Side:
    """The rules of one side, and what they make of the case."""

    def __init__(self, rules: RuleSet, case: Case, language: Language) -> None:
        self._rules, self._case, self._language = rules, case, language
        self._compiled = CompiledRuleSet(rules, case.context.zone)
        self._known = cache(lambda: decide(self._compiled, case))
        self.result = result_of(self._known())

    def explain(self, rule_id: str) -> Mapping[str, Any] | None:
        if all(rule.id != rule_id for rule in self._rules.rules):
            return None
        made = explain_part(self._rules, self._case, self._known, self._language, Part(only=rule_id))
        return next((entry for entry in made.rules if entry["rule"] == rule_id), None)

    def close(self) -> None:
        self._compiled.close()


def _rules_then(uow: UnitOfWork, account_id: str, version_ids: Any) -> RuleSet:
    """The rules that decided; without those of versions that can no longer be read."""
    versions = uow.rule_sets.get_versions(account_id, version_ids)
    return run_together((one.set_slug, rules) for one in versions if (rules := RunningSet.of(one).read()) is not None)


def _with_a_part(before: Result, after: Result) -> list[str]:
    """The rules that match on one side only, or write something else."""
    apart = [rule for rule in (*before.matched, *after.matched) if (rule in before.matched) != (rule in after.matched)]
    changes = [{(one["rule"], one["field"], str(one["after"])) for one in side.changes} for side in (before, after)]
    return list(dict.fromkeys((*apart, *sorted({rule for rule, _, _ in changes[0] ^ changes[1]}))))
