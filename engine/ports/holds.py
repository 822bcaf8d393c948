"""Repository of holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.model.hold import Hold
from engine.model.redaction import Redaction


class Holds(Protocol):
    def add(self, hold: Hold) -> None: ...

    def list_for_account(self, account_id: str) -> list[Hold]:
        """The oldest first."""

    def list_for_orders(self, account_id: str, order_ids: Sequence[str]) -> list[Hold]: ...

    def remove(self, account_id: str, hold_ids: Sequence[str]) -> None: ...

    def list_ended(self, now: datetime, limit: int) -> list[Hold]:
        """Those whose time has come."""

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        """Take a person out of the reasons why these orders were held. Of how many."""
