"""Decisions that engines of the past took are taken again: they come out as they were, word for word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import golden_decisions as golden
from support.golden_decisions import GoldenDecision, golden_decisions

from rules.actions import all_actions
from rules.document import TRIGGERS

DECISIONS = golden_decisions()


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.name)
def test_it_comes_out_as_it_was(decision: GoldenDecision) -> None:
    assert decision.replay() == {}


def test_another_outcome_would_be_noticed() -> None:
    one = DECISIONS[0]
    told = {**one.data, "decision": {**one.data["decision"], "matched": ["another"]}}
    assert set(replace(one, data=told).replay()) == {"matched"}


def test_every_trigger_and_every_action_is_among_them() -> None:
    taken = set()
    for decision in DECISIONS:
        matched = decision.kept.matched
        taken |= {call.action.code for rule in decision.rules.rules if rule.id in matched for call in rule.then}
    assert {decision.data["decision"]["trigger"] for decision in DECISIONS} == set(TRIGGERS)
    assert taken == {action.code for action in all_actions()}


def test_everything_that_a_decision_may_know_and_do_is_among_them() -> None:
    def holds(name: str, of: Any) -> bool:
        return any(of(decision.data["decision"]) for decision in DECISIONS) or bool(pytest.fail(name))

    assert holds("what providers answered", lambda one: "delegation" in one["facts"]["order"])
    assert holds("what providers have", lambda one: "in_stock_at" in one["facts"]["order"])
    assert holds("how parcels fare", lambda one: "tracking" in one["facts"]["order"])
    assert holds("writes of once rules", lambda one: one["facts"]["history"].get("once_writes"))
    assert holds("holds of before", lambda one: one["facts"]["history"].get("held_by"))
    assert holds("edits of people", lambda one: one["facts"]["history"].get("edited_fields"))
    assert holds("one rule alone", lambda one: one["facts"].get("only"))
    assert holds("errors", lambda one: one["errors"])
    assert holds("what follows from it", lambda one: one["effects"])
    assert any(len(decision.data["sets"]) > 1 for decision in DECISIONS)


def test_a_kept_file_is_never_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    assert golden.write(DECISIONS[0].data, "one").exists()
    assert golden_decisions()[0].replay() == {}
    with pytest.raises(AssertionError, match="kept as it is"):
        golden.write({}, "one")
