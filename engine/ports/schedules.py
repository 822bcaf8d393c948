"""The repository of rules that run by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.model.schedule import RuleSchedule, ScheduledRun, SecondLook, Settled


class Schedules(Protocol):
    """When the rules of accounts are due, the run that is under way, and the orders that are looked at again."""

    def list_unsettled(self) -> list[str]:
        """The accounts whose rules or time zone are not what their schedules were made of."""

    def list_accounts_due(self, now: datetime) -> list[str]:
        """The accounts that have anything to run, to look at or to enrol by now, and nobody is about it yet."""

    def list_accounts_later(self, now: datetime) -> list[str]:
        """The accounts that have a rule that is due later than now."""

    def find_settled(self, account_id: str) -> Settled | None: ...

    def put_settled(self, settled: Settled) -> None: ...

    def list_for(self, account_id: str, *, for_change: bool = False) -> list[RuleSchedule]:
        """By rule. With `for_change` nobody else changes them until this transaction has ended."""

    def put(self, schedules: Sequence[RuleSchedule]) -> None: ...

    def remove(self, account_id: str, rule_id: str) -> None:
        """Forget a rule, and the orders that it would look at again."""

    def find_run(self, account_id: str) -> ScheduledRun | None: ...

    def put_run(self, run: ScheduledRun) -> None: ...

    def end_run(self, account_id: str) -> None: ...

    def list_due_looks(self, account_id: str, now: datetime, limit: int) -> list[SecondLook]:
        """Those that are due by now, the longest due first."""

    def list_looks_ahead(self, now: datetime, limit: int) -> list[SecondLook]:
        """Those of all accounts that are not over, and whose last decision is to come, as a wrong clock leaves it."""

    def looks_at(self, account_id: str, order_ids: Sequence[str]) -> list[SecondLook]:
        """At these orders, whether they are due or over."""

    def put_looks(self, looks: Sequence[SecondLook]) -> None: ...

    def drop_looks(self, looks: Sequence[SecondLook]) -> None: ...

    def count_looks(self, account_id: str) -> dict[str, tuple[int, datetime]]:
        """By rule: how many orders it will look at again, and when it does next."""
