"""The reference for merchants names everything there is, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.decide.decision import FLAGS
from engine.decide.saved_tests import run_saved_tests
from rules.actions import Action, all_actions
from rules.document import TRIGGERS
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.operators import codes_of
from rules.parser import parse_rule_set
from rules.values import FieldType

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", PAGE))
ACTIONS = {line.split("`")[1]: line for line in PAGE.partition("## Actions")[2].splitlines() if line.startswith("| `")}


@pytest.mark.parametrize("name", [*ORDER_FIELDS.names(), *ITEM_FIELDS.names()])
def test_every_field_is_in_the_reference(name: str) -> None:
    assert name in NAMED


@pytest.mark.parametrize("code", sorted({code for type_ in FieldType for code in codes_of(type_)}))
def test_every_operator_is_in_the_reference(code: str) -> None:
    assert code in NAMED


@pytest.mark.parametrize("action", list(all_actions()), ids=lambda action: action.code)
def test_every_action_is_in_the_reference_with_its_parameters(action: Action) -> None:
    line = ACTIONS[action.code]
    for parameter in action.parameters:
        assert f"`{parameter.name}`" in line
        assert all(re.search(rf"\b{choice}\b", line) for choice in parameter.choices)


@pytest.mark.parametrize("name", [*TRIGGERS, *FLAGS, "all", "any", "none", "any_item", "all_items", "no_item", "match_case"])
def test_triggers_flags_and_groups_are_in_the_reference(name: str) -> None:
    assert name in NAMED


def test_its_example_is_sound_and_passes_its_own_test() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    rule_set, problems = parse_rule_set(example)

    assert problems == []
    assert rule_set is not None
    assert [result.passed for result in run_saved_tests(rule_set)] == [True]
