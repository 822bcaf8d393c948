"""Repository of what 3PLs have of their clients' products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.model.inventory import Movement, StockCount


class Inventory(Protocol):
    """Counts belong to the 3PL's account; the client's sees its own. None has what is reserved: that is the requests'."""

    def lock(self, provider_id: str, client_id: str, skus: Sequence[str]) -> dict[str, StockCount]:
        """Those that are known, by SKU; nobody else changes them until this transaction ends."""

    def record(self, movement: Movement) -> None:
        """Keep a movement and the count that it leaves."""

    def list_for_provider(self, provider_id: str) -> list[StockCount]: ...

    def list_for_client(self, client_id: str) -> list[StockCount]: ...

    def list_movements(self, provider_id: str, client_id: str, sku: str) -> list[Movement]:
        """The oldest first."""
