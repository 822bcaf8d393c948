"""Repository of which orders were made of which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.model.order_link import LinkKind, OrderLink


class OrderLinks(Protocol):
    def add(self, link: OrderLink) -> None: ...

    def list_for(self, account_id: str, order_ids: Sequence[str]) -> list[OrderLink]:
        """The links of these orders, and of those that were made of them; the oldest first."""

    def remove(self, account_id: str, order_id: str, kind: LinkKind) -> None:
        """Keep no longer that an order is this of another one."""

    def change_kind(self, account_id: str, order_id: str, before: LinkKind, after: LinkKind) -> None:
        """Keep that an order is something else by now of the one that it was made of."""
