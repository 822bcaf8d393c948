"""The decisions of an account that are decided again: one an order, the newest orders first, a few in memory at a time.

Each batch is read in a transaction of its own, so that none is open while rules run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.application import Application
from engine.model.kept_decision import DecisionHead, KeptDecision
from engine.ports import UnitOfWork
from engine.services.deciding.rule_context import from_data
from rules.context import ContextRefused, RuleContext

BATCH = 500  # orders
REBUILDING: frozenset[str] = frozenset({"imported", "reprocess"})


@dataclass(frozen=True, slots=True)
class Period:
    """When decisions were taken: from `since` on, and before `until`."""

    since: datetime | None = None
    until: datetime | None = None

    def has(self, moment: datetime) -> bool:
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


ALL_TIME = Period()


@dataclass(frozen=True, slots=True)
class PastBatch:
    """Decisions with the numbers of their orders, and what rules knew then: contexts as data, by their ids."""

    decisions: Sequence[tuple[str, KeptDecision]]
    contexts: dict[str, Any]


class KnownContexts:
    """Contexts that were read once; many decisions share one."""

    def __init__(self) -> None:
        self._data: dict[str, Any] = {}

    def read(self, uow: UnitOfWork, account_id: str, decisions: Iterable[KeptDecision]) -> dict[str, Any]:
        """Of these decisions, by the contexts' ids."""
        found = {}
        for one in decisions:
            if one.context_id not in self._data:
                self._data[one.context_id] = uow.decisions.context_of(account_id, one.id)
            found[one.context_id] = self._data[one.context_id]
        return found


def parsed_context(data: Any) -> RuleContext | None:
    """A context as the rules use it; None when it is not complete any more."""
    try:
        return from_data(data).context
    except ContextRefused:
        return None


def newest_decisions(
    app: Application,
    account_id: str,
    *,
    last: int | None = None,
    period: Period = ALL_TIME,
    triggers: Collection[str] = (),
) -> Iterator[PastBatch]:
    """One decision an order, of the `last` orders or of all, as long as they have one.

    It is the last one in the period that built the rules' part of the order anew; where there is none, the last one of
    all. With `triggers` it is the last one by one of these.
    """
    contexts = KnownContexts()
    before: str | None = None
    left = last
    while left is None or left > 0:
        wanted = BATCH if left is None else min(BATCH, left)
        with app.reading() as uow:
            orders = uow.orders.list_newest(account_id, before, wanted)
            numbers = dict(orders)
            heads = uow.decisions.list_heads(account_id, list(numbers))
            chosen = _choose(heads, period, triggers)
            kept = {one.order_id: one for one in uow.decisions.list_kept(account_id, [head.id for head in chosen])}
            decisions = [(number, kept[order_id]) for order_id, number in orders if order_id in kept]
            known = contexts.read(uow, account_id, kept.values())
        yield PastBatch(decisions, known)
        if len(orders) < wanted:
            return
        before = orders[-1][0]
        left = None if left is None else left - len(orders)


def _choose(heads: Iterable[DecisionHead], period: Period, triggers: Collection[str]) -> list[DecisionHead]:
    """Of each order's decisions, oldest first, the one that counts."""
    chosen: dict[str, DecisionHead] = {}
    for head in heads:
        if not period.has(head.decided_at) or (triggers and head.trigger not in triggers):
            continue
        earlier = chosen.get(head.order_id)
        if earlier is None or triggers or head.trigger in REBUILDING or earlier.trigger not in REBUILDING:
            chosen[head.order_id] = head
    return list(chosen.values())
