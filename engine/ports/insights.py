"""Repository of what is counted over many requests."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from engine.model.comparison import Comparison
from engine.model.transitions import Side


class Insights(Protocol):
    """What the database adds up."""

    def compare(self, account_id: str, side: Side, since: datetime, until: datetime, now: datetime) -> list[Comparison]:
        """Requests of a period by provider, where the account is the merchant, else by client; those with most first."""
