"""A store's place in the request budget that it shares with whoever uses the same Brightpearl account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.log import get_logger
from engine.model.request_budget import Purpose
from engine.ports import RequestBudgets, StoreUnavailable

_log = get_logger("brightpearl")


@dataclass(frozen=True, slots=True)
class StoreBudget:
    """One budget as one store sees it."""

    budgets: RequestBudgets
    key: str
    store_id: str

    def take(self, purpose: Purpose) -> float:
        """See `RequestBudgets.take`."""
        return self.budgets.take(self.key, self.store_id, purpose)

    def report(self, remaining: int, resets_in_s: float | None, sent_at: datetime, *, refused: bool = False) -> None:
        """See `RequestBudgets.report`. Never fails: the reply that tells this is good, whatever becomes of the budget."""
        try:
            self.budgets.report(self.key, remaining, resets_in_s, sent_at, refused=refused)
        except StoreUnavailable as error:
            _log.warning("brightpearl.budget_not_told", problem=str(error))
