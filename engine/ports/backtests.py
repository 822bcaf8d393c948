"""What is kept of backtests that people have asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from engine.model.backtest_run import BacktestRun


class Backtests(Protocol):
    """A backtest, the rules on both its sides, its result, and all its differences as lines of CSV."""

    def add(self, run: BacktestRun, plan: Mapping[str, Any]) -> None: ...

    def update(self, run: BacktestRun) -> None:
        """Keep how it stands."""

    def get(self, account_id: str, run_id: str, *, for_change: bool = False) -> BacktestRun:
        """Raises NotFound."""

    def list_for(self, account_id: str, limit: int) -> list[BacktestRun]:
        """The newest first."""

    def plan_of(self, account_id: str, run_id: str) -> Mapping[str, Any]:
        """Raises NotFound."""

    def keep_result(self, account_id: str, run_id: str, result: Mapping[str, Any]) -> None: ...

    def result_of(self, account_id: str, run_id: str) -> Mapping[str, Any] | None:
        """None as long as there is none. Raises NotFound."""

    def add_lines(self, account_id: str, run_id: str, position: int, lines: str) -> None:
        """Some more differences as CSV; positions give their order."""

    def drop_lines(self, account_id: str, run_id: str) -> None:
        """Those of an attempt that came to no end."""

    def next_lines(self, account_id: str, run_id: str, after: int) -> tuple[int, str] | None:
        """The first lines past a position, with theirs; None when there are no more."""

    def forget_all(self, account_id: str) -> None:
        """Those of an account, which say of orders what somebody may want erased."""

    def forget(self, before: datetime) -> None:
        """Delete those that were asked for before an instant, of all accounts."""
