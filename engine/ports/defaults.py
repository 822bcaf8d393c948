"""What is kept of what an account says of its products and of its stores' shipping methods."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from engine.model.product_default import DefaultKey, MethodService, ProductDefault, SeenMethod


class ProductDefaults(Protocol):
    """Those of an account; no two have one key."""

    def any_for(self, account_id: str) -> bool:
        """Whether there is one at all."""

    def find_many(self, account_id: str, keys: Collection[DefaultKey]) -> list[ProductDefault]: ...

    def page(self, account_id: str, *, search: str = "", after: DefaultKey | None = None, limit: int) -> list[ProductDefault]:
        """SKUs before tags, by name."""

    def count(self, account_id: str) -> int: ...

    def put_many(self, account_id: str, defaults: Sequence[ProductDefault]) -> None:
        """Each in the place of one with the same key. Those of another account are left out."""

    def remove_many(self, account_id: str, keys: Collection[DefaultKey]) -> int:
        """How many there were."""


class ShippingMethods(Protocol):
    """With which services the methods of an account's stores are sent."""

    def list_for(self, account_id: str) -> list[MethodService]:
        """By method; those of stores before those of all."""

    def add(self, mapped: MethodService) -> None: ...

    def remove(self, account_id: str, method_id: str) -> None: ...

    def seen(self, account_id: str, store_id: str, limit: int) -> list[SeenMethod]:
        """What the latest orders of a store ask for, those asked for most first; `limit` orders are looked at."""
