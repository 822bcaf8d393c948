"""Counts of products, and their movements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from engine.model.inventory import Movement, MovementKind, StockCount
from storage.statements import in_parts, upsert, values_of
from storage.tables import StockCountRow, StockMovementRow


class SqlInventory:
    """Implements `engine.ports.Inventory`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, provider_id: str, client_id: str, skus: Sequence[str]) -> dict[str, StockCount]:
        row = StockCountRow
        known: dict[str, StockCount] = {}
        for part in in_parts(sorted(skus)):
            query = select(row).where(row.account_id == provider_id, row.client_id == client_id, row.sku.in_(part))
            known |= {count.sku: count for count in self._list(query.with_for_update())}
        return known

    def record(self, movement: Movement) -> None:
        self._connection.execute(insert(StockMovementRow), values_of(movement))
        row = StockCountRow
        counted = {
            "account_id": movement.account_id,
            "client_id": movement.client_id,
            "sku": movement.sku,
            "on_hand": movement.on_hand,
        }
        statement = upsert(self._connection, row)
        keys = [row.account_id, row.client_id, row.sku]
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_={"on_hand": statement.excluded.on_hand}), counted
        )

    def list_for_provider(self, provider_id: str) -> list[StockCount]:
        return self._list(select(StockCountRow).where(StockCountRow.account_id == provider_id))

    def list_for_client(self, client_id: str) -> list[StockCount]:
        return self._list(select(StockCountRow).where(StockCountRow.client_id == client_id))

    def list_movements(self, provider_id: str, client_id: str, sku: str) -> list[Movement]:
        row = StockMovementRow
        query = select(row).where(row.account_id == provider_id, row.client_id == client_id, row.sku == sku)
        found = self._connection.execute(query.order_by(row.at, row.id)).mappings()
        return [Movement(**{**one, "kind": MovementKind(one["kind"])}) for one in found]

    def _list(self, query: Select[Any]) -> list[StockCount]:
        row = StockCountRow
        rows = self._connection.execute(query.order_by(row.client_id, row.account_id, row.sku))
        return [StockCount(one.account_id, one.client_id, one.sku, one.on_hand) for one in rows]
