"""Rule sets written as Python data, and what they make of an order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.decide import Case, CompiledRuleSet, Decision, decide
from engine.decide.reference import decide_by_reference
from engine.model.order_history import OrderHistory
from rules.context import RuleContext
from rules.document import RuleSet
from rules.parser import parse_rule_set
from rules.problems import Problem
from rules.values import moment_of

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def rule(when: Any = "always", *then: Mapping[str, Any], id: str = "r", **more: Any) -> dict[str, Any]:
    """A rule as it stands in a document."""
    return {"id": id, "when": when, "then": list(then), **more}


def condition(field: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"field": field, "is": operator, **({} if value is None else {"value": value}), **more}


def tag(name: str) -> dict[str, Any]:
    return {"do": "add_tag", "tag": name}


def a_rule_set(*rules: Mapping[str, Any], **more: Any) -> RuleSet:
    """A sound rule set of these rules; a rule without an id of its own is called r0, r1, … by its place."""
    numbered = [{**one, "id": f"r{place}" if one["id"] == "r" else one["id"]} for place, one in enumerate(rules)]
    rule_set, problems = parse_rule_set(json.dumps({"rules": numbered, **more}))
    assert rule_set is not None, [problem.to_line("rules") for problem in problems]
    return rule_set


def a_case(order: Mapping[str, Any], **more: Any) -> Case:
    """A case at NOW; `context` may be plain data, and history's parts stand beside it."""
    context = more.pop("context", {})
    history = OrderHistory(
        **{key: frozenset(more.pop(key)) for key in ("edited_fields", "applied_rules", "held_by") if key in more}
    )
    known = context if isinstance(context, RuleContext) else RuleContext.parse(context)
    now = more.pop("now", NOW)
    return Case(dict(order), now=moment_of(now), context=known, history=history, **more)


def decided(rules: RuleSet, order: Mapping[str, Any], **more: Any) -> Decision:
    """The decision, after the reference evaluator came to the same."""
    case = a_case(order, **more)
    compiled = CompiledRuleSet(rules, case.context.zone)
    try:
        decision = decide(compiled, case)
    finally:
        compiled.close()
    assert decision == decide_by_reference(rules, case)[0]
    return decision


def verdict(when: Any, order: Mapping[str, Any], **more: Any) -> str:
    """What one condition comes to: `true`, `false` or `error`."""
    decision = decided(a_rule_set(rule(when)), order, **more)
    assert not (decision.matched and decision.errors)
    return "true" if decision.matched else "error" if decision.errors else "false"


def problems_of(document: str | bytes) -> list[Problem]:
    """What parsing reports; errors and a rule set never come together."""
    rule_set, problems = parse_rule_set(document)
    assert (rule_set is None) == any(problem.severity == "error" for problem in problems)
    return problems


def codes_of(document: str | bytes) -> list[str]:
    return [problem.message.code for problem in problems_of(document)]
