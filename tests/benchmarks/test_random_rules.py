"""The random documents are sound and leave no action out."""

from __future__ import annotations

import json
import random

from benchmarks.random_rules import Maker
from rules.actions import all_actions
from rules.document import conditions_of
from rules.operators import operators_of
from rules.parser import parse_rule_set
from rules.values import FieldType


def test_random_rule_sets_are_sound_and_use_every_action() -> None:
    used: set[str] = set()
    for number in range(150):
        rule_set, problems = parse_rule_set(json.dumps(Maker(random.Random(number)).rule_set(20)))
        assert rule_set is not None, (number, problems)
        used.update(call.action.code for rule in rule_set.rules for call in rule.then)

    assert used == {action.code for action in all_actions()}


def test_random_rules_name_lists_with_every_operator_that_takes_one() -> None:
    named: set[str] = set()
    for number in range(150):
        rule_set, _ = parse_rule_set(json.dumps(Maker(random.Random(number)).rule_set(20)))
        assert rule_set is not None
        conditions = [condition for rule in rule_set.rules for condition in conditions_of(rule.when)]
        named.update(condition.operator for condition in conditions if condition.list_name is not None)

    assert named == {operator.code for type_ in FieldType for operator in operators_of(type_) if operator.of_list is not None}
