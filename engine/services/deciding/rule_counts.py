"""Counts what rules match and fail on, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.model.order import StoredDecision
from engine.model.rule_health import RuleCount
from engine.ports import UnitOfWork


def count_decisions(uow: UnitOfWork, decisions: Sequence[StoredDecision]) -> None:
    """Count decisions of one account and moment that are kept: each run of the rules over an order counts, also the next one over
    the same order. What is only tried out, explained or decided again for comparison keeps no decision, and is not counted.
    """
    if not decisions:
        return
    matches = Counter(rule for decision in decisions for rule in decision.matched)
    errors = Counter(rule for decision in decisions for rule in {error["rule"] for error in decision.errors})
    now = decisions[0].decided_at
    counts = [
        RuleCount(rule, matches[rule], errors[rule], now if matches[rule] else None)
        for rule in dict.fromkeys((*matches, *errors))
    ]
    uow.rule_health.count(decisions[0].account_id, now.date(), counts)
