"""decide(), with compiled conditions and durable-rules, always comes to what the plain reference comes to."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.properties import examples

from benchmarks.random_contexts import CONTEXTS
from benchmarks.random_rules import Maker
from engine.decide import CompiledRuleSet, decide
from engine.decide.reference import decide_by_reference
from rules.parser import parse_rule_set

T = TypeVar("T")


class DrawnDice:
    """Dice whose every throw hypothesis chooses, so that a disagreement shrinks to a small one."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def randrange(self, start: int, stop: int) -> int:
        return self._data.draw(st.integers(start, stop - 1))

    def choice(self, members: Sequence[T]) -> T:
        return members[self.randrange(0, len(members))]


def agree(maker: Maker, context_number: int, most_rules: int, orders: int) -> tuple[int, int]:
    """How many rules matched and how many errors there were, over some orders on which both agree."""
    document = json.dumps(maker.rule_set(most_rules))
    rule_set, problems = parse_rule_set(document)
    assert rule_set is not None, [problem.to_line("random") for problem in problems]
    context = CONTEXTS[context_number]
    compiled = CompiledRuleSet(rule_set, context.zone)
    matched = errors = 0
    try:
        for _ in range(orders):
            case = maker.case(context, most_rules)
            decision = decide(compiled, case)
            assert decision == decide_by_reference(rule_set, case)[0], document
            matched += len(decision.matched)
            errors += len(decision.errors)
    finally:
        compiled.close()
    return matched, errors


@settings(max_examples=examples(120), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_decide_agrees_with_the_reference_on_drawn_rules_and_orders(data: st.DataObject) -> None:
    agree(Maker(DrawnDice(data)), data.draw(st.integers(0, len(CONTEXTS) - 1)), 5, 2)


@pytest.mark.parametrize("number", range(8))
def test_decide_agrees_with_the_reference_on_many_seeded_orders(number: int) -> None:
    dice = random.Random(number)
    totals = [agree(Maker(dice), dice.randrange(len(CONTEXTS)), 12, 40) for _ in range(10)]

    assert sum(matched for matched, _ in totals) > 100
    assert sum(errors for _, errors in totals) > 10


def test_decide_agrees_with_the_reference_on_sets_of_many_rules() -> None:
    dice = random.Random(99)

    assert agree(Maker(dice), 1, 300, 60)[0] > 100
