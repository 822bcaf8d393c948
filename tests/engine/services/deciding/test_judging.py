"""Backtests take what the rules that run now have decided themselves as it is kept, and come to what deciding again comes to."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from support.process_groups import all_ended, started

from benchmarks.random_contexts import CONTEXTS
from benchmarks.random_rules import Maker
from engine.decide import CompiledRuleSet, decide
from engine.decide.backtest import Tally
from engine.decide.decision import Decision
from engine.decide.kept import case_of, result_of
from engine.decide.known_costs import KnownRate
from engine.decide.run import Case
from engine.model.kept_decision import KeptDecision
from engine.services.deciding import judging
from engine.services.deciding.judging import Facts, Judge, Plan
from engine.services.deciding.running_sets import RunningSet
from engine.services.refusals import Refused
from rules.context import RuleContext
from rules.order_document import UnreadableDocument, dumps, loads
from rules.parser import parse_rule_set

ORDERS = 40
NOW_RUNS, RAN_BEFORE = ("rsv_now",), ("rsv_before",)
WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _facts_of(case: Case) -> dict[str, Any]:
    past = {
        "edited_fields": sorted(case.history.edited_fields),
        "applied_rules": sorted(case.history.applied_rules),
        "held_by": sorted(case.history.held_by),
        "once_writes": list(map(list, case.history.once_writes)),
    }
    return {"order": case.document, "history": past} | ({} if case.only is None else {"only": list(case.only)})


def _kept(maker: Maker, rules: CompiledRuleSet, context: RuleContext, number: int, versions: tuple[str, ...]) -> KeptDecision:
    while True:
        drawn = maker.case(context, 12)
        try:
            facts = dumps(_facts_of(drawn)).decode()
        except UnreadableDocument:  # a number that no stored order can have
            continue
        break
    case = case_of(loads(facts), drawn.trigger, WHEN, context)
    assert case is not None
    result = result_of(decide(rules, case))
    parts = [dumps(part).decode() for part in (result.matched, result.changes, result.effects, result.flags, result.errors)]
    return KeptDecision(f"dec_{number}", f"ord_{number}", drawn.trigger, WHEN, versions, "ctx", facts, *parts)


def _documents(maker: Maker) -> Iterator[str]:
    while True:
        yield json.dumps(maker.rule_set(12))


@pytest.mark.parametrize("seed", range(12))
def test_what_the_rules_that_run_now_decided_is_not_decided_again_and_comes_to_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker, context = Maker(random.Random(seed)), CONTEXTS[seed % len(CONTEXTS)]
    before, draft, older = (document for document, _ in zip(_documents(maker), range(3), strict=False))
    kept = []
    for document, versions in ((before, NOW_RUNS), (older, RAN_BEFORE)):
        rule_set, _ = parse_rule_set(document)
        assert rule_set is not None
        compiled = CompiledRuleSet(rule_set, context.zone)
        kept += [_kept(maker, compiled, context, len(kept) + number, versions) for number in range(ORDERS)]
        compiled.close()
    facts = Facts([(f"#{one.id}", one) for one in kept], {"ctx": context}, {})
    decided: list[Case] = []

    def counted(rules: CompiledRuleSet, case: Case) -> Decision:
        decided.append(case)
        return decide(rules, case)

    monkeypatch.setattr(judging, "decide", counted)
    found, again = Tally(), Tally()
    for versions, tally, times in ((NOW_RUNS, found, 3 * ORDERS), (None, again, 4 * ORDERS)):
        decided.clear()
        judge = Judge(Plan((RunningSet("r", draft),), (RunningSet("r", before),), versions))
        tally.add(judge.judge(facts))
        judge.close()
        assert len(decided) == times

    assert dumps(found.to_data()) == dumps(again.to_data())
    assert found.changed > 0


def test_a_plan_that_is_kept_says_which_versions_run_and_one_of_old_need_not() -> None:
    plan = Plan((RunningSet("r", "a"),), (RunningSet("r", "b"),), NOW_RUNS)

    assert Plan.from_data(json.loads(json.dumps(plan.to_data()))) == plan
    old = {name: value for name, value in plan.to_data().items() if name != "versions"}
    assert Plan.from_data(old) == Plan(plan.after, plan.before)


def test_facts_are_the_same_once_another_process_has_them() -> None:
    texts = ('{"order":{"order_total":1.50},"history":{}}', '["r"]', "[]", "[]", '["unhandled"]', "[]")
    kept = KeptDecision("dec_1", "ord_1", "imported", WHEN, NOW_RUNS, "ctx", *texts)
    facts = Facts(
        [("#1", kept)], {"ctx": CONTEXTS[0], "gone": None}, {"ord_1": [KnownRate("dhl", "p", "", 2, Decimal("4.10"), "EUR")]}
    )

    there = Facts.unpack(pickle.loads(pickle.dumps(facts.packed())))  # noqa: S301 - what was just written

    assert there == facts
    assert type(there.decisions[0][1]) is KeptDecision


def _batches() -> Iterator[Facts]:
    while True:
        yield Facts([], {}, {})


def _judge_until_killed() -> None:
    rules = (RunningSet("r", '{"rules": []}'),)
    with judging.judging(Plan(rules, rules), 1) as judge:
        judged = judge(_batches())
        next(judged)
        for process in multiprocessing.active_children():
            process.kill()
        for _ in judged:
            pass


def test_a_process_that_is_gone_is_said_in_a_sentence() -> None:
    with pytest.raises(Refused, match="A process that was at work for this one has ended"):
        _judge_until_killed()


def test_no_process_outlives_one_that_was_killed() -> None:
    program = (
        "from engine.services.deciding.judging import Facts, Plan, judging\n"
        "from engine.services.deciding.running_sets import RunningSet\n"
        "rules = (RunningSet('r', '{\"rules\": []}'),)\n"
        "if __name__ == '__main__':\n"
        "    with judging(Plan(rules, rules), 2) as judge:\n"
        "        for _ in judge(Facts([], {}, {}) for _ in iter(int, 1)):\n"
        "            print(flush=True)\n"
    )
    with started(program) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.kill()
        assert all_ended(process)
