"""The random documents are sound and leave no action out."""

from __future__ import annotations

import json
import random

from benchmarks.random_rules import Maker
from rules.actions import all_actions
from rules.parser import parse_rule_set


def test_random_rule_sets_are_sound_and_use_every_action() -> None:
    used: set[str] = set()
    for number in range(150):
        rule_set, problems = parse_rule_set(json.dumps(Maker(random.Random(number)).rule_set(20)))
        assert rule_set is not None, (number, problems)
        used.update(call.action.code for rule in rule_set.rules for call in rule.then)

    assert used == {action.code for action in all_actions()}
