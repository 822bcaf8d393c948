"""Repository of comparisons with stores and providers, and of the differences that they found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.model.reconciliation import (
    Difference,
    DifferenceKind,
    OpenHere,
    Reconciliation,
    UntoldShipment,
    WithProvider,
)


class Reconciliations(Protocol):
    """A difference counts as long as what is kept here says nothing else: one whose cure has worked is in no answer any more."""

    def find(self, account_id: str, store_id: str) -> Reconciliation | None:
        """How far a store's comparison is; None where it was never compared."""

    def list_for(self, account_id: str) -> dict[str, Reconciliation]:
        """Of all stores of an account that were compared, by store."""

    def put(self, one: Reconciliation) -> None:
        """In the place of what was kept of the store before."""

    def keep(self, account_id: str, store_id: str, found: Sequence[Difference]) -> None:
        """Keep differences; one that is kept already keeps its `first_seen`. What does not hold (any more) here is dropped."""

    def drop_settled(self, account_id: str, store_id: str) -> None:
        """Forget the differences that what is kept here says are over."""

    def list_unseen(
        self, account_id: str, store_id: str, kinds: Sequence[DifferenceKind], before: datetime, limit: int
    ) -> list[Difference]:
        """Those that were last seen before an instant."""

    def end_unseen(self, account_id: str, store_id: str, kinds: Sequence[DifferenceKind], before: datetime) -> int:
        """Forget those that were last seen before an instant; how many."""

    def find_difference(self, account_id: str, store_id: str, kind: DifferenceKind, subject: str) -> Difference | None:
        """One that counts."""

    def page(
        self,
        account_id: str,
        store_id: str,
        kind: DifferenceKind | None,
        *,
        after: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[Difference]:
        """Those that count, the oldest first, from the one on that comes after another by its first sight and subject."""

    def count(self, account_id: str, store_id: str | None = None) -> dict[tuple[str, DifferenceKind], int]:
        """How many count, by store and kind: of one store or of all."""

    def open_orders(self, account_id: str, store_id: str, after: str, limit: int) -> list[OpenHere]:
        """Orders of a store of which something is still to leave, by external id past `after`."""

    def with_providers(self, account_id: str, store_id: str, after: str, limit: int) -> list[WithProvider]:
        """Open requests about a store's orders, by id past `after`."""

    def not_asked(self, account_id: str, store_id: str, limit: int) -> list[OpenHere]:
        """Orders of a store that are on their way to a provider, and no provider is asked, or about to be."""

    def untold(self, account_id: str, store_id: str, before: datetime, limit: int) -> list[UntoldShipment]:
        """Shipments that the store should have heard of: given up, or not told since before an instant. The oldest first."""

    def forget(self, before: datetime) -> None:
        """Forget the differences of all stores that were last seen before an instant."""
