"""A backtest that a person has asked for on a page: what is compared, how far it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from engine.model.sentence import Sentence

BACKTESTS_ARE_KEPT = timedelta(days=30)


class BacktestState(StrEnum):
    """How a backtest stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"  # by a person; what was known by then is kept
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """`name` and `set_slug` are the document's; `since` and `until` bound the decisions, `sample` how many orders are drawn.

    `seen` of `total` orders were looked at so far, and `changed` of them would be otherwise.
    """

    id: str
    account_id: str
    actor: str
    created_at: datetime
    name: str
    set_slug: str
    against: str
    since: datetime | None = None
    until: datetime | None = None
    sample: int | None = None
    state: BacktestState = BacktestState.WAITING
    seen: int = 0
    total: int = 0
    changed: int = 0
    ended_at: datetime | None = None
    problem: Sentence | None = None

    @property
    def goes_on(self) -> bool:
        return self.state in (BacktestState.WAITING, BacktestState.RUNNING)

    def so_far(self, seen: int, total: int, changed: int) -> Self:
        """It runs, and has come so far."""
        return replace(self, state=BacktestState.RUNNING, seen=seen, total=total, changed=changed)

    def end(self, state: BacktestState, now: datetime, problem: Sentence | None = None) -> Self:
        return replace(self, state=state, ended_at=now, problem=problem)


def backtest_key(run_id: str) -> str:
    """The key of the job that works on a backtest."""
    return f"backtest:{run_id}"
