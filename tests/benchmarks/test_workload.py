"""The orders and rules that the benchmarks of the rules work on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.workload import RULE_SETS, make_orders, make_rule_set, write_orders, write_rule_set
from engine.decide.reference import decide_by_reference
from engine.decide.run import Case
from rules.document import RuleSet, conditions_of
from rules.order_document import loads
from rules.parser import parse_rule_set


def parsed(document: dict[str, Any]) -> RuleSet:
    rule_set, problems = parse_rule_set(json.dumps(document))
    assert rule_set is not None
    assert [problem for problem in problems if problem.severity == "error"] == []
    return rule_set


def test_the_same_number_of_orders_is_always_the_same_orders(tmp_path: Path) -> None:
    orders = make_orders(30)

    assert make_orders(30) == orders
    assert make_orders(30, seed=2) != orders
    assert [json.loads(line) for line in write_orders(tmp_path, 30).read_text("utf-8").splitlines()] == orders


@pytest.mark.parametrize("name", RULE_SETS)
def test_each_rule_set_is_sound_and_as_large_as_its_name_says(name: str, tmp_path: Path) -> None:
    rule_set, problems = parse_rule_set(write_rule_set(tmp_path, name).read_bytes())

    assert rule_set is not None, problems
    assert len(rule_set.rules) == int(name.split(maxsplit=1)[0])


@pytest.mark.parametrize("count", [19, 1_001])
def test_a_number_of_rules_that_cannot_be_made_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"20 to 1000 rules, not {count}"):
        make_rule_set(count)


def test_no_answer_of_a_generated_rule_depends_on_what_another_one_writes() -> None:
    document = make_rule_set(530)
    rule_set = parsed(document)
    read = {condition.field.name for rule in rule_set.rules for condition in conditions_of(rule.when)}
    written = {field for rule in rule_set.rules for field in rule.writes()}

    assert read & written == {"tags"}
    tags_read = {
        member
        for rule in rule_set.rules
        for condition in conditions_of(rule.when)
        if condition.field.name == "tags"
        for member in condition.members
    }
    assert tags_read & {action["tag"] for rule in document["rules"] for action in rule["then"] if "tag" in action} == set()


def test_every_kind_of_rule_matches_some_orders() -> None:
    rule_set = parsed(make_rule_set(1_000))
    matched: set[str] = set()
    for order in make_orders(60):
        decision, _ = decide_by_reference(rule_set, Case(loads(json.dumps(order))))
        assert decision.errors == ()
        matched.update(decision.matched)

    general = {f"rule-{number:03}" for number in range(10)}
    kinds = {int(rule.removeprefix("rule-")) % 10 for rule in matched - general}
    assert matched >= general
    assert len(kinds) >= 8  # of ten, each with ninety-nine rules for one order in two thousand
