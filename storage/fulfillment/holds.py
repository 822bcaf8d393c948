"""Holds of orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from engine.model.hold import Hold, HoldOwner
from engine.model.redaction import Redaction
from storage.statements import in_parts, values_of
from storage.tables import HoldRow


class SqlHolds:
    """Implements `engine.ports.Holds`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, hold: Hold) -> None:
        self._connection.execute(insert(HoldRow), values_of(hold))

    def list_for_account(self, account_id: str) -> list[Hold]:
        return self._list(select(HoldRow).where(HoldRow.account_id == account_id))

    def list_for_orders(self, account_id: str, order_ids: Sequence[str]) -> list[Hold]:
        found: list[Hold] = []
        for part in in_parts(order_ids):
            found += self._list(select(HoldRow).where(HoldRow.account_id == account_id, HoldRow.order_id.in_(part)))
        return found

    def remove(self, account_id: str, hold_ids: Sequence[str]) -> None:
        for part in in_parts(hold_ids):
            self._connection.execute(delete(HoldRow).where(HoldRow.account_id == account_id, HoldRow.id.in_(part)))

    def list_ended(self, now: datetime, limit: int) -> list[Hold]:
        return self._list(select(HoldRow).where(HoldRow.until <= now).limit(limit))

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        redacted = 0
        for hold in self.list_for_orders(account_id, order_ids):
            key = hold.key if redaction.text(hold.key) == hold.key else ""
            texts = {"reason": redaction.text(hold.reason), "note": redaction.text(hold.note), "key": key}
            if texts != {"reason": hold.reason, "note": hold.note, "key": hold.key}:
                own = (HoldRow.id == hold.id, HoldRow.account_id == account_id)
                self._connection.execute(update(HoldRow).where(*own).values(texts))
                redacted += 1
        return redacted

    def _list(self, query: Select[Any]) -> list[Hold]:
        rows = self._connection.execute(query.order_by(HoldRow.since, HoldRow.id)).mappings()
        return [Hold(**{**row, "owner": HoldOwner(row["owner"])}) for row in rows]
