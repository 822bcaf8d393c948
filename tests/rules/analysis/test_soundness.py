"""What is claimed about random rule sets holds for random orders, and large sets are looked through in good time."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from benchmarks.random_contexts import CONTEXTS
from benchmarks.random_rules import Maker
from engine.decide import Case
from engine.decide.decision import Effect
from engine.decide.reference import decide_by_reference
from engine.model.order_history import OrderHistory
from rules.analysis import Analysis, analyse
from rules.analysis.examples import NOW
from rules.context import NO_CONTEXT, RuleContext
from rules.document import MANUAL, TRIGGERS, RuleSet
from rules.order_document import loads
from rules.parser import parse_rule_set
from rules.problems import Problem

UNREADABLE = "cannot be read"


def parsed(document: dict[str, Any]) -> RuleSet:
    rule_set, problems = parse_rule_set(json.dumps(document))
    assert rule_set is not None, problems
    return rule_set


def related_rules(dice: random.Random) -> dict[str, Any]:
    """Random rules of which many share conditions and actions, so that there is something to find."""
    document = Maker(dice).rule_set(12)
    for rule in document["rules"]:
        other = dice.choice(document["rules"])
        if dice.random() < 0.4:
            rule["when"] = other["when"] if dice.random() < 0.5 else {"all": [other["when"], rule["when"]]}
            rule["then"] = other["then"] if dice.random() < 0.5 else rule["then"]
        if dice.random() < 0.1:
            rule["stop"] = True
    return document


def what_leaves(effect: Effect) -> tuple[Any, ...]:
    """An effect without what it waits for: a rule in error makes requests wait, even one that does nothing else."""
    return effect.do, effect.rule, effect.position, effect.params


def hold_for(rule_set: RuleSet, found: list[Problem], case: Case) -> None:
    """Fails where a warning is wrong for this order."""
    ids = {problem.path: rule.id for rule in rule_set.rules for problem in found if problem.path == rule.path}
    decision = decide_by_reference(rule_set, case)[0]
    for problem in found:
        rule = ids[problem.path]
        if problem.message.code == "repeats":
            others = tuple(other for other in rule_set.rules if other.id != rule)
            without = decide_by_reference(replace(rule_set, rules=others), case)[0]
            assert without.document == decision.document, problem
            assert list(map(what_leaves, without.effects)) == list(map(what_leaves, decision.effects)), problem
        elif problem.severity == "warning" and not (UNREADABLE in str(problem.message) and decision.errors):
            assert rule not in decision.matched, problem


@pytest.mark.parametrize("block", range(5))
def test_no_random_order_contradicts_a_warning_about_random_rules(block: int) -> None:
    dice = random.Random(block)
    codes: Counter[str] = Counter()
    for _ in range(80):
        context: RuleContext = dice.choice(CONTEXTS)
        rule_set = parsed(related_rules(dice))
        found = analyse(rule_set, context)
        codes.update(problem.message.code for problem in found)
        maker = Maker(dice)
        for _ in range(15):
            case = maker.case(context, 12)
            history = OrderHistory(edited_fields=case.history.edited_fields, applied_rules=case.history.applied_rules)
            hold_for(rule_set, found, Case(case.document, case.trigger, case.now, context, history))
        for note in (problem for problem in found if problem.message.code == "conflict"):
            matches_both(rule_set, note, context)

    assert codes["never_matches"] > 5
    assert codes["shadowed"] > 1
    assert codes["conflict"] > 3


def matches_both(rule_set: RuleSet, note: Problem, context: RuleContext) -> None:
    params = note.message.params
    first, second = (next(rule for rule in rule_set.rules if rule.id == params[name]) for name in ("first", "second"))
    (trigger, *_) = [name for name in TRIGGERS if name in first.triggers & second.triggers - {MANUAL}]
    decision = decide_by_reference(rule_set, Case(loads(params["order"]), trigger, NOW, context))[0]
    assert {first.id, second.id} <= set(decision.matched)


def simple_rule(number: int, dice: random.Random) -> dict[str, Any]:
    when = {
        "all": [
            {"field": "ship_to.country", "is": "in", "value": dice.sample(["ES", "PT", "FR", "DE", "IT"], 2)},
            {"field": "order_total", "is": "between", "value": [number % 7, number % 7 + dice.randrange(9)]},
        ]
    }
    action = dice.choice(
        [
            {"do": "set_service", "carrier": "dhl", "service": f"s{number % 9}"},
            {"do": "add_tag", "tag": f"t{number % 5}"},
            {"do": "stop"},
        ]
    )
    return {"id": f"r{number}", "when": when, "then": [action]}


def test_a_thousand_rules_take_a_bounded_amount_of_work() -> None:
    dice = random.Random(1)
    rule_set = parsed({"rules": [simple_rule(number, dice) for number in range(1000)]})
    analysis = Analysis(rule_set, NO_CONTEXT)

    found = analysis.findings()

    assert found
    assert analysis.work.pairs <= 1000 * 1000 * 1.5
    assert analysis.work.steps <= 62_000
    assert analysis.work.trials <= 300


def test_rules_too_intricate_to_be_looked_through_are_passed_over_in_silence() -> None:
    def group(number: int) -> dict[str, Any]:
        return {"any": [{"field": "tags", "is": "includes_all", "value": [f"t{number}", f"u{one}"]} for one in range(8)]}

    forbidden = {"field": "tags", "is": "excludes", "value": [f"u{one}" for one in range(7)]}
    last = {"none": [{"field": "tags", "is": "includes_all", "value": ["u7", *(f"t{number}" for number in range(16))]}]}
    rule_set = parsed({"rules": [{"id": "r", "when": {"all": [*map(group, range(16)), forbidden, last]}, "then": []}]})
    analysis = Analysis(rule_set, NO_CONTEXT)

    analysis.findings()

    assert analysis.work.steps < 10_000


def test_a_document_of_thousands_of_groups_without_conditions_is_no_danger() -> None:
    open_choice = {"any": [{"any_item": {"all": []}}, {"all_items": {"any": []}}]}
    rule_set = parsed({"rules": [{"id": "r", "when": {"all": [open_choice] * 3000}, "then": [{"do": "hold"}]}]})

    assert analyse(rule_set, NO_CONTEXT) == []
