"""Which orders were made of which."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, union, update

from engine.model.order_link import LinkKind, OrderLink
from storage.statements import in_parts, values_of
from storage.tables import OrderLinkRow

_ROW = OrderLinkRow
_COLUMNS = tuple(_ROW.__table__.columns)


class SqlOrderLinks:
    """Implements `engine.ports.OrderLinks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: OrderLink) -> None:
        self._connection.execute(insert(_ROW), values_of(link))

    def list_for(self, account_id: str, order_ids: Sequence[str]) -> list[OrderLink]:
        found: list[OrderLink] = []
        for part in in_parts(order_ids):
            # Each end has its index; for the two joined by OR, SQLite would use neither.
            ends = (
                select(*_COLUMNS).where(end.in_(part), _ROW.account_id == account_id) for end in (_ROW.order_id, _ROW.origin_id)
            )
            rows = self._connection.execute(union(*ends)).mappings()
            found += [OrderLink(**{**row, "kind": LinkKind(row["kind"])}) for row in rows]
        return sorted(set(found), key=lambda link: (link.made_at, link.order_id))

    def remove(self, account_id: str, order_id: str, kind: LinkKind) -> None:
        wanted = (_ROW.account_id == account_id, _ROW.order_id == order_id, _ROW.kind == kind.value)
        self._connection.execute(delete(_ROW).where(*wanted))

    def change_kind(self, account_id: str, order_id: str, before: LinkKind, after: LinkKind) -> None:
        wanted = (_ROW.account_id == account_id, _ROW.order_id == order_id, _ROW.kind == before.value)
        self._connection.execute(update(_ROW).where(*wanted).values(kind=after.value))
