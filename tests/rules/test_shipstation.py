"""Every criterion and action that merchants know from ShipStation has a counterpart that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.rule_sets import problems_of

from rules.actions import all_actions
from rules.operators import is_known_code

PAGE = (Path(__file__).parents[2] / "docs" / "shipstation.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| `(.+)` \|$", re.MULTILINE)


def rows(title: str) -> list[tuple[int, str, str]]:
    """Number, ShipStation's name, and what to write here."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if re.match(r"\| \d", line)]
    found = [(int(number), name, yaml) for number, name, yaml in ROW.findall(section)]
    assert len(found) == len(table), "a row has no counterpart"
    return found


CRITERIA = rows("Criteria")
ACTIONS = rows("Actions")


@pytest.mark.parametrize(("table", "count"), [(CRITERIA, 49), (ACTIONS, 56)], ids=["criteria", "actions"])
def test_none_is_missing_or_named_twice(table: list[tuple[int, str, str]], count: int) -> None:
    assert [number for number, _, _ in table] == list(range(1, count + 1))
    assert len({name for _, name, _ in table}) == count
    assert len({yaml for _, _, yaml in table}) == count


@pytest.mark.parametrize(("name", "yaml"), [(name, yaml) for _, name, yaml in CRITERIA], ids=[name for _, name, _ in CRITERIA])
def test_a_criterion_is_a_condition_that_can_be_pasted(name: str, yaml: str) -> None:
    problems = problems_of(f"rules:\n  - id: pasted\n    when: {yaml}\n    then: []\n")

    assert [str(problem.message) for problem in problems] == []


@pytest.mark.parametrize(("name", "yaml"), [(name, yaml) for _, name, yaml in ACTIONS], ids=[name for _, name, _ in ACTIONS])
def test_an_action_can_be_pasted(name: str, yaml: str) -> None:
    problems = problems_of(f"rules:\n  - id: pasted\n    when: always\n    then:\n      - {yaml}\n")

    assert [str(problem.message) for problem in problems] == []


def test_what_is_said_of_numbers_over_lines_can_be_pasted() -> None:
    told = re.findall(r"`(\{(?:count|sum)_items.+?\})`", PAGE.replace("\n  ", " "))

    assert len(told) == 2
    for yaml in told:
        assert problems_of(f"rules:\n  - id: pasted\n    when: {yaml}\n    then: []\n") == []


def test_the_operators_beside_shipstations_exist() -> None:
    section = PAGE.partition("\n## Operators\n")[2].partition("\n## ")[0]
    named = [code for line in section.splitlines() for code in re.findall(r"`(\w+)`", line)]

    assert len(named) > 20
    assert [code for code in named if not is_known_code(code)] == []


def test_the_actions_that_shipstation_lacks_are_the_only_ones_without_a_row() -> None:
    used = {re.findall(r"do: (\w+)", yaml)[0] for _, _, yaml in ACTIONS}

    assert {action.code for action in all_actions()} - used == {
        *("call_webhook", "release", "remove_tag", "unset_logistics_provider", "validate_service"),
    }
