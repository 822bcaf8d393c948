"""One thing done with many orders because a person asked for it: which, how far it is, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from engine.model.sentence import Sentence

BULK_ACTIONS_ARE_KEPT = timedelta(days=90)


class BulkState(StrEnum):
    """Whether further orders have their turns."""

    RUNNING = "running"
    CANCELLED = "cancelled"  # by a person; what was done by then stays
    FAILED = "failed"  # its job was given up
    DONE = "done"  # each order had its turn


class BulkOutcome(StrEnum):
    """How an order of a bulk action stands."""

    WAITING = "waiting"  # it had no turn yet
    DONE = "done"
    NOTHING = "nothing"  # there was nothing to do about it
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of an order's turn. `said`: why it was refused, or what else a person should know."""

    outcome: BulkOutcome
    said: Sentence | None = None
    before: Mapping[str, Any] | None = None  # what undoing it needs to know


@dataclass(frozen=True, slots=True)
class BulkAction:
    """`kind` is the code of what is done, `parameters` what it was given; `undoes` names the bulk action that this one undoes.

    `key`: what says that two wishes are the same one. `wanted`: the filter that found the orders, as the grid's address has
    it; empty where each was ticked.
    """

    id: str
    account_id: str
    actor: str
    created_at: datetime
    kind: str
    key: str
    total: int
    parameters: Mapping[str, str] = field(default_factory=dict)
    wanted: str = ""
    undoes: str | None = None
    state: BulkState = BulkState.RUNNING
    done: int = 0
    unchanged: int = 0
    refused: int = 0
    ended_at: datetime | None = None
    problem: Sentence | None = None

    @property
    def is_running(self) -> bool:
        return self.state is BulkState.RUNNING

    @property
    def may_go_on(self) -> bool:
        return self.state in (BulkState.CANCELLED, BulkState.FAILED) and self.seen < self.total

    @property
    def seen(self) -> int:
        """How many orders had their turns."""
        return self.done + self.unchanged + self.refused

    def with_results(self, results: Mapping[str, BulkResult]) -> Self:
        """It has come further by these."""
        outcomes = [one.outcome for one in results.values()]
        return replace(
            self,
            done=self.done + outcomes.count(BulkOutcome.DONE),
            unchanged=self.unchanged + outcomes.count(BulkOutcome.NOTHING),
            refused=self.refused + outcomes.count(BulkOutcome.REFUSED),
        )

    def end(self, state: BulkState, now: datetime, problem: Sentence | None = None) -> Self:
        return replace(self, state=state, ended_at=now, problem=problem)

    def go_on(self) -> Self:
        """Orders that had no turn yet have theirs."""
        return replace(self, state=BulkState.RUNNING, ended_at=None, problem=None)


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """One order of a bulk action, counted from 0."""

    position: int
    order_id: str
    order_number: str
    outcome: BulkOutcome
    said: Sentence | None = None


def bulk_job_key(action_id: str) -> str:
    """The key of the job that works on a bulk action."""
    return f"bulk:{action_id}"


def undo_key(action_id: str) -> str:
    """The key of the bulk action that undoes another: there is one at most."""
    return f"undo:{action_id}"
