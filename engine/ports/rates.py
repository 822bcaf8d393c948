"""What is kept of carriers' rates: what each asked for an order, and what was compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.model.rate_comparison import AskedRates, ComparedRate, RateComparison


class Rates(Protocol):
    """The account is the one that ships, whoever owns the carrier account."""

    def keep_asked(self, asked: Sequence[AskedRates]) -> None:
        """Instead of what the same carrier accounts asked for the same orders before."""

    def list_asked(self, account_id: str, order_ids: Sequence[str]) -> list[AskedRates]:
        """About any of these orders."""

    def forget_asked(self, before: datetime) -> int:
        """Delete what was asked before an instant, of all accounts; how many."""

    def keep_comparison(self, comparison: RateComparison) -> None:
        """Instead of the one that the same decision had before."""

    def find_comparison(self, account_id: str, order_id: str, decision_id: str | None = None) -> RateComparison | None:
        """The last one about an order, or that of one of its decisions."""

    def list_compared(self, account_id: str, order_ids: Sequence[str]) -> dict[str, tuple[ComparedRate, ...]]:
        """The rates of the last comparison about each of these orders; orders without one are left out."""

    def orders_without_choice(self, account_id: str, limit: int) -> list[str]:
        """Open orders of the account of whose rates nothing could be chosen the last time, the newest first."""
