"""The shipped rule sets hold what they promise: no problems, and every saved test passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.decide.saved_tests import run_saved_tests
from rules.context import RuleContext
from rules.parser import parse_rule_set
from rules.references import check_references

LIBRARY = Path(__file__).parents[2] / "rules" / "library"
FILES = sorted(LIBRARY.glob("*.yaml"))
CASA_VERDE = RuleContext.parse(
    {
        "account": {"slug": "casa-verde", "country": "ES", "time_zone": "Europe/Madrid"},
        "providers": ["acme-3pl"],
        "carrier_accounts": [
            {"owner": "casa-verde", "carrier": "correos", "services": ["paq-premium", "paq-estandar"]},
            {"owner": "casa-verde", "carrier": "dhl", "services": ["parcel-connect"]},
        ],
        "users": ["owner@casa-verde.example"],
        "locations": [{"code": "valencia", "country": "ES"}],
    }
)


def test_the_two_rule_sets_merchants_ask_for_and_the_demo_are_shipped() -> None:
    assert [path.name for path in FILES] == ["demo.yaml", "set-logistics-provider.yaml", "validate-carrier-service.yaml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_rule_set_is_sound_and_its_saved_tests_pass(path: Path) -> None:
    rule_set, problems = parse_rule_set(path.read_bytes())

    assert problems == []
    assert rule_set is not None
    assert len(rule_set.tests) >= 6
    failed = {result.test.name: list(map(str, result.differences)) for result in run_saved_tests(rule_set) if not result.passed}
    assert failed == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rule_of_a_shipped_rule_set_is_met_by_a_saved_test(path: Path) -> None:
    rule_set, _ = parse_rule_set(path.read_bytes())
    assert rule_set is not None

    met = {rule for test in rule_set.tests for rule in test.expect.get("matched", ())}

    assert {rule.id for rule in rule_set.rules} - met == set()


def test_the_demo_names_only_what_casa_verde_has() -> None:
    rule_set, _ = parse_rule_set((LIBRARY / "demo.yaml").read_bytes())
    assert rule_set is not None

    assert check_references(rule_set, CASA_VERDE) == []
    assert all(result.passed for result in run_saved_tests(rule_set, CASA_VERDE))


def test_the_demo_uses_the_actions_of_the_main_job() -> None:
    rule_set, _ = parse_rule_set((LIBRARY / "demo.yaml").read_bytes())
    assert rule_set is not None

    used = {call.action.code for rule in rule_set.rules for call in rule.then}

    assert used == {"set_logistics_provider", "validate_service", "set_service", "add_tag", "hold", "stop"}
