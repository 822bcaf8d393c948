"""No rule of a shipped file is in vain, and what is noted about them is true of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.rule_sets import a_rule_set, rule

from rules.analysis import analyse
from rules.checks import check_rule_set
from rules.context import NO_CONTEXT, RuleContext
from rules.parser import parse_rule_set

ROOT = Path(__file__).parents[3]
FILES = [*sorted((ROOT / "rules" / "library").glob("*.yaml")), ROOT / "benchmarks" / "rules_53.yaml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_has_no_warnings(path: Path) -> None:
    rule_set, _ = parse_rule_set(path.read_bytes())
    assert rule_set is not None

    assert [found for found in analyse(rule_set, NO_CONTEXT) if found.severity == "warning"] == []


def test_the_demo_holds_an_order_in_two_ways() -> None:
    rule_set, _ = parse_rule_set((ROOT / "rules" / "library" / "demo.yaml").read_bytes())
    assert rule_set is not None

    found = [(note.message.params["first"], note.message.params["second"]) for note in analyse(rule_set, NO_CONTEXT)]

    assert found == [("hold-incomplete-address", "hold-high-value"), ("hold-high-value", "canary-islands")]


def test_warnings_are_told_only_once_there_are_no_errors() -> None:
    rules = a_rule_set(rule({"any": []}, {"do": "set_logistics_provider", "provider": "acme"}))

    def codes(*providers: str) -> list[str]:
        return [found.message.code for found in check_rule_set(rules, RuleContext.parse({"providers": list(providers)}))]

    assert codes() == ["unknown_provider"]
    assert codes("acme") == ["never_matches"]
