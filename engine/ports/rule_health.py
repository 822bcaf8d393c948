"""What is kept about how rules do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from engine.model.rule_health import RuleCount, RuleStanding


class RuleHealth(Protocol):
    """Counts of an account's decisions by day and rule, and the standing of each published rule."""

    def count(self, account_id: str, day: date, counts: Sequence[RuleCount]) -> None:
        """Count more decisions of a day (UTC). What is counted in one transaction is written together when it is committed."""

    def list_counts(self, account_id: str, since: date) -> dict[str, RuleCount]:
        """By rule, from a day on; `last_match` is of all days that are kept."""

    def forget_counts(self, before: date) -> None:
        """Of all accounts, the days before one."""

    def count_unhandled(self, account_id: str) -> int:
        """Open orders of the account that no rule has handled."""

    def list_unhandled(self, account_id: str, limit: int) -> list[str]:
        """The ids of the newest of them."""

    def list_standings(self, account_id: str) -> dict[str, RuleStanding]:
        """By rule."""

    def put_standings(self, account_id: str, standings: Sequence[RuleStanding]) -> None:
        """Keep these, in place of those that are there of the same rules."""

    def drop_standings(self, account_id: str, rule_ids: Sequence[str]) -> None:
        """Of rules that run no longer."""
