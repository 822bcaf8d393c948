"""What is kept of the things that people do with many orders at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from engine.model.bulk_action import BulkAction, BulkOrder, BulkOutcome, BulkResult
from engine.model.redaction import Redaction


class BulkActions(Protocol):
    """Bulk actions with their orders, in the order in which they were chosen."""

    def add(self, action: BulkAction, order_ids: Sequence[str]) -> bool:
        """False, and nothing is kept, where the account has one of this key already."""

    def known_orders(self, account_id: str, order_ids: Sequence[str]) -> set[str]:
        """Those of these that are orders of the account."""

    def update(self, action: BulkAction) -> None:
        """Keep how it stands."""

    def get(self, account_id: str, action_id: str, *, for_change: bool = False) -> BulkAction:
        """Raises NotFound."""

    def find(self, account_id: str, key: str) -> BulkAction | None:
        """By what was asked for."""

    def list_for(self, account_id: str, limit: int) -> list[BulkAction]:
        """The newest first."""

    def next_orders(self, account_id: str, action_id: str, limit: int) -> list[str]:
        """The ids of the first orders that had no turn yet."""

    def keep_results(self, account_id: str, action_id: str, results: Mapping[str, BulkResult]) -> None:
        """What came of the turns of these orders."""

    def list_orders(
        self, account_id: str, action_id: str, *, outcome: BulkOutcome | None = None, after: int = -1, limit: int
    ) -> list[BulkOrder]:
        """The first ones past a position, all of them or those that stand so."""

    def list_done(self, account_id: str, action_id: str) -> list[str]:
        """The ids of the orders that it has done something about."""

    def list_before(self, account_id: str, action_id: str, order_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """What undoing it needs to know of these orders, by id, where that is kept."""

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        """Forget what these orders had before and take a person out of what was said about them. How many entries changed."""

    def forget(self, before: datetime) -> None:
        """Delete those that were asked for before an instant and have ended, of all accounts."""
