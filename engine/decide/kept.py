"""What was decided, read again from what was kept: the case as it was then, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from engine.decide.decision import Decision, Trigger
from engine.decide.run import NO_HISTORY, Case
from engine.model.kept_decision import KeptDecision
from engine.model.order_history import OnceWrite, OrderHistory
from rules.context import RuleContext
from rules.order_document import dumps, loads
from rules.values import moment_of


class Result(NamedTuple):
    """What a decision came to. The lists are as `Change`, `Effect` and `RuleError` are kept."""

    matched: tuple[str, ...]
    changes: list[dict[str, Any]]
    effects: list[dict[str, Any]]
    flags: tuple[str, ...]
    errors: list[dict[str, Any]]


def case_of(facts: Mapping[str, Any], trigger: str, decided_at: datetime, context: RuleContext) -> Case | None:
    """The case that a decision was about, from the facts it kept; None when they are not complete any more."""
    order, history = facts.get("order"), facts.get("history")
    if not isinstance(order, dict) or not isinstance(history, dict):
        return None
    only = facts.get("only")
    chosen = (only,) if isinstance(only, str) else only  # a decision of old names one rule
    rules = None if chosen is None else tuple(chosen)
    return Case(dict(order), cast(Trigger, trigger), moment_of(decided_at), context, _history_of(history), rules)


def _history_of(history: dict[str, Any]) -> OrderHistory:
    if not any(history.values()):  # as for nearly every order that just came in
        return NO_HISTORY
    edited, applied, held = [frozenset(history.get(key) or ()) for key in ("edited_fields", "applied_rules", "held_by")]
    return OrderHistory(edited, applied, held, tuple([OnceWrite(*write) for write in history.get("once_writes") or ()]))


def result_of(decision: Decision) -> Result:
    """What a decision that was just taken came to, as it would be kept."""
    return Result(
        decision.matched,
        [change.to_json() for change in decision.changes],
        [effect.to_kept() for effect in decision.effects],
        decision.flags,
        [error.to_kept() for error in decision.errors],
    )


def kept_result(kept: KeptDecision) -> Result:
    """What a decision came to when it was taken."""
    parts = loads(
        f'{{"matched":{kept.matched},"changes":{kept.changes},"effects":{kept.effects},'
        f'"flags":{kept.flags},"errors":{kept.errors}}}'
    )
    return Result(tuple(parts["matched"]), parts["changes"], parts["effects"], tuple(parts["flags"]), parts["errors"])


def is_as_kept(decision: Decision, kept: KeptDecision) -> bool:
    """Whether it would be kept letter by letter as the other was: the quick way to see that nothing is different."""
    return (
        _written(decision.matched) == kept.matched
        and _written(decision.flags) == kept.flags
        and _written([change.to_json() for change in decision.changes]) == kept.changes
        and _written([effect.to_kept() for effect in decision.effects]) == kept.effects
        and _written([error.to_kept() for error in decision.errors]) == kept.errors
    )


def _written(value: Sequence[Any]) -> str:
    return dumps(value).decode() if value else "[]"
