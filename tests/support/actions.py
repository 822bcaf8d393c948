"""What single actions do to an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from support.rule_sets import a_rule_set, decided, rule

from engine.decide import Decision


def taken(order: Mapping[str, Any], *actions: Mapping[str, Any], **case: Any) -> Decision:
    """The decision of one rule that takes these actions on every order."""
    return decided(a_rule_set(rule("always", *actions)), order, **case)


def left(order: Mapping[str, Any], *actions: Mapping[str, Any], **case: Any) -> dict[str, Any]:
    """The order after actions that all applied."""
    decision = taken(order, *actions, **case)
    assert not decision.errors, [str(error.message) for error in decision.errors]
    return decision.document


def failure(order: Mapping[str, Any], *actions: Mapping[str, Any], **case: Any) -> str:
    """The sentence of the action that failed; nothing of the rule stayed, and a person has to look."""
    decision = taken(order, *actions, **case)
    assert (decision.matched, decision.changes, decision.effects) == ((), (), ())
    assert decision.document == order
    assert "needs_attention" in decision.flags
    [error] = decision.errors
    return str(error.message)


def sent(order: Mapping[str, Any], *actions: Mapping[str, Any], **case: Any) -> list[dict[str, Any]]:
    """What is to leave the order."""
    return [effect.to_json() for effect in taken(order, *actions, **case).effects]


def codes(decision: Decision) -> list[tuple[str, str, str]]:
    return [(error.rule, error.path, error.message.code) for error in decision.errors]
