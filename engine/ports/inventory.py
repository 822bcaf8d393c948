"""Repository of what 3PLs have of their clients' products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.model.inventory import Movement, Product, StockCount


class Inventory(Protocol):
    """Counts belong to the 3PL's account; the client's sees its own. SKUs are the 3PL's."""

    def lock(self, provider_id: str, client_id: str, skus: Sequence[str], *, opening: bool = False) -> dict[str, StockCount]:
        """Those that are known, by SKU, without what is reserved; nobody else changes them until this transaction ends.

        With `opening` nobody else begins to count the unknown ones either; each of these has to be recorded then.
        """

    def record(self, movements: Sequence[Movement]) -> None:
        """Keep movements and the counts that they leave; of one product the last one counts."""

    def list_for_provider(
        self, provider_id: str, client_ids: Sequence[str], skus: Sequence[str] | None = None
    ) -> list[StockCount]:
        """What is counted of these clients' products, and what is reserved though nobody has counted it."""

    def list_for_client(self, client_id: str, provider_ids: Sequence[str], skus: Sequence[str] | None = None) -> list[StockCount]:
        """The same of a client's own products at some providers."""

    def list_counting(self, client_id: str, provider_ids: Sequence[str]) -> list[str]:
        """Which of these providers have counted anything of the client's."""

    def list_movements(
        self,
        provider_id: str,
        client_ids: Sequence[str],
        *,
        sku: str = "",
        after: str | None = None,
        limit: int = 1000,
    ) -> list[Movement]:
        """The newest first, after the one with an id."""

    def list_movements_of_client(
        self,
        client_id: str,
        provider_ids: Sequence[str],
        *,
        sku: str = "",
        after: str | None = None,
        limit: int = 1000,
    ) -> list[Movement]:
        """The same of a client's own products at some providers."""

    def note_products(self, account_id: str, owner_id: str, names: Mapping[str, str]) -> None:
        """Keep SKUs with their names; an empty name changes none that is known."""

    def list_products(
        self,
        account_id: str,
        owner_ids: Sequence[str],
        *,
        sku: str | None = None,
        search: str = "",
        after: tuple[str, str] | None = None,
        limit: int | None = None,
    ) -> list[Product]:
        """By owner and SKU, after a place; `sku` is the whole of it, `search` a part of SKU or name."""

    def list_products_at(self, client_id: str, provider_ids: Sequence[str]) -> list[Product]:
        """What these providers know of a client's products."""

    def provider_skus(self, client_id: str, connection_ids: Sequence[str], skus: Sequence[str]) -> dict[tuple[str, str], str]:
        """What providers call these products of the client, by connection and the client's SKU, where that differs."""
