"""Which orders were made of which."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from engine.model.order_link import LinkKind, OrderLink
from storage.statements import in_parts, values_of
from storage.tables import OrderLinkRow

_ROW = OrderLinkRow


class SqlOrderLinks:
    """Implements `engine.ports.OrderLinks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: OrderLink) -> None:
        self._connection.execute(insert(_ROW), values_of(link))

    def list_for(self, account_id: str, order_ids: Sequence[str]) -> list[OrderLink]:
        found: dict[tuple[str, str], OrderLink] = {}
        for part in in_parts(order_ids):
            for end in (_ROW.order_id, _ROW.origin_id):  # each has its index; joined by OR, SQLite would use neither
                query = select(*_ROW.__table__.columns).where(end.in_(part), _ROW.account_id == account_id)
                for row in self._connection.execute(query).mappings():
                    found[row["order_id"], row["kind"]] = OrderLink(**{**row, "kind": LinkKind(row["kind"])})
        return sorted(found.values(), key=lambda link: (link.made_at, link.order_id))

    def change_kind(self, account_id: str, order_id: str, before: LinkKind, after: LinkKind) -> None:
        wanted = (_ROW.account_id == account_id, _ROW.order_id == order_id, _ROW.kind == before.value)
        self._connection.execute(update(_ROW).where(*wanted).values(kind=after.value))
