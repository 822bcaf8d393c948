"""Labels of many orders that were asked for at once: which orders, how far the work is, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from engine.model.label import Label
from engine.model.sentence import Sentence


class BatchState(StrEnum):
    """Whether further labels of a batch are bought."""

    RUNNING = "running"
    STOPPED = "stopped"  # by a person, or since the carrier does not answer; it can go on
    DONE = "done"  # each order had its turn


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """One wish for the labels of some orders, each as rules and people have set it.

    `begun_at` is when it began, or went on the last time; `problem` says why it stopped by itself.
    """

    id: str
    account_id: str
    actor: str
    created_at: datetime
    begun_at: datetime
    state: BatchState = BatchState.RUNNING
    problem: Sentence | None = None

    @property
    def is_running(self) -> bool:
        return self.state is BatchState.RUNNING

    def stop(self, problem: Sentence | None = None) -> Self:
        """No further label is bought until it goes on."""
        return replace(self, state=BatchState.STOPPED, problem=problem)

    def go_on(self, now: datetime) -> Self:
        """Orders that had no turn yet have theirs."""
        return replace(self, state=BatchState.RUNNING, problem=None, begun_at=now)

    def end(self) -> Self:
        """Each order had its turn."""
        return replace(self, state=BatchState.DONE, problem=None)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What came of an order's turn: the label that was bought or is being bought, or why there is none, with its code."""

    label_id: str | None = None
    code: str = ""
    refusal: Sentence | None = None


class Outcome(StrEnum):
    """How an order of a batch stands now."""

    WAITING = "waiting"  # it had no turn yet
    BUYING = "buying"
    UNKNOWN = "unknown"  # the carrier has not answered: it is looked up
    BOUGHT = "bought"
    VOIDED = "voided"  # bought, and given back since
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BatchedOrder:
    """One order of a batch, counted from 0, with its result and the label as it is now."""

    position: int
    order_id: str
    order_number: str
    outcome: Outcome
    code: str = ""  # of a refusal
    reason: Sentence | None = None  # why it was refused, or is not known
    label: Label | None = None
    tracking_numbers: tuple[str, ...] = ()


def buys_batch_key(batch_id: str) -> str:
    """The key of the job that works on a batch."""
    return f"label_batch:{batch_id}"
