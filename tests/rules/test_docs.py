"""What merchants and developers read names everything there is, leads somewhere, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.decide.decision import FLAGS
from engine.decide.saved_tests import run_saved_tests
from rules.actions import Action, all_actions
from rules.checks import check_rule_set
from rules.context import NO_CONTEXT
from rules.document import TRIGGERS
from rules.fields.measures import MEASURES
from rules.parser import parse_rule_set
from rules.vocabulary import AGGREGATES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", PAGE))
OVERVIEW = PAGE.partition("## Actions")[2].partition("\n## ")[0]


@pytest.mark.parametrize("action", list(all_actions()), ids=lambda action: action.code)
def test_every_action_has_its_place_in_the_overview(action: Action) -> None:
    assert f"`{action.code}`" in OVERVIEW, f"name it in docs/rules.md, in the table under Actions: {action.code}"


GROUPS = (*("all", "any", "none", "any_item", "all_items", "no_item"), *AGGREGATES, *MEASURES)


@pytest.mark.parametrize("name", [*TRIGGERS, *FLAGS, *GROUPS, "match_case"])
def test_triggers_flags_and_groups_are_explained(name: str) -> None:
    assert name in NAMED


def test_its_example_is_sound_and_passes_its_own_test() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    rule_set, problems = parse_rule_set(example)

    assert problems == []
    assert rule_set is not None
    assert [result.passed for result in run_saved_tests(rule_set)] == [True]


def test_what_it_says_of_numbers_over_lines_can_be_pasted() -> None:
    section = PAGE.partition("\n## Numbers over lines\n")[2].partition("\n## ")[0]
    told = re.findall(r"`(\{\w+_items: .+?\})`", section)

    assert len(told) == 5
    for yaml in told:
        when = yaml.replace("C,", "{field: sku, is: equals, value: A},").replace("C}", "{field: sku, is: equals, value: A}}")
        rule_set, problems = parse_rule_set(f"rules:\n  - id: pasted\n    when: {when}\n    then: []\n")
        assert (rule_set is not None, problems) == (True, [])


def test_the_examples_of_rules_that_run_by_themselves_are_sound() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "schedules.md").read_text("utf-8"), re.DOTALL)

    assert len(examples) == 3
    for example in examples:
        rule_set, problems = parse_rule_set(example)
        assert problems == []
        assert rule_set is not None
        assert check_rule_set(rule_set, NO_CONTEXT) == []


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made where pages are usually read."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        there = page.parent / target if target else page
        assert there.exists(), target
        assert not anchor or anchor in anchors_of(there), target + anchor
