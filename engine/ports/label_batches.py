"""What is kept of labels that were asked for together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from engine.model.label import Label, LabelState
from engine.model.label_batch import BatchedOrder, BatchResult, LabelBatch, Outcome


class LabelBatches(Protocol):
    """Batches with their orders, in the order in which they were chosen."""

    def add(self, batch: LabelBatch, order_ids: Sequence[str]) -> None: ...

    def update(self, batch: LabelBatch) -> None:
        """Keep its state, its problem and since when it runs."""

    def get(self, account_id: str, batch_id: str, *, for_change: bool = False) -> LabelBatch:
        """Raises NotFound."""

    def list_for(self, account_id: str, limit: int) -> list[LabelBatch]:
        """The newest first."""

    def next_orders(self, account_id: str, batch_id: str, limit: int) -> list[str]:
        """The ids of the first orders that had no turn yet."""

    def keep_results(self, account_id: str, batch_id: str, results: Mapping[str, BatchResult]) -> None:
        """What came of the turns of these orders."""

    def forget_refusals(self, account_id: str, batch_id: str) -> int:
        """Give the orders without a label another turn. How many there are."""

    def labels_of(self, account_id: str, batch_id: str, states: Collection[LabelState]) -> list[Label]:
        """Its labels that are in one of these states, in the order of the batch."""

    def list_orders(self, account_id: str, batch_id: str) -> list[BatchedOrder]:
        """All of it, in its order."""

    def count(self, account_id: str, batch_ids: Sequence[str]) -> dict[str, dict[Outcome, int]]:
        """How many orders stand how, by batch."""
