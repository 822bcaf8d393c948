"""What accounts say of products and shipping methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, insert, or_, select

from engine.model.product_default import DefaultKey, DefaultOf, MethodService, ProductDefault, SeenMethod
from rules.values import folded_text, is_blank
from storage.statements import in_parts, upsert, values_of
from storage.tables import OrderRow, ProductDefaultRow, ShippingMethodRow, StoreRow

_ROW, _METHOD = ProductDefaultRow, ShippingMethodRow
_KEY = (_ROW.account_id, _ROW.kind, _ROW.name_key)
_PARTS = [column for column in _ROW.__table__.columns if column.name != "name_key"]
_METHOD_NAMES = ("id", "account_id", "store_id", "method", "code", "carrier", "service", "package")


class SqlProductDefaults:
    """Implements `engine.ports.ProductDefaults`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def any_for(self, account_id: str) -> bool:
        return bool(self._connection.scalar(select(exists().where(_ROW.account_id == account_id))))

    def find_many(self, account_id: str, keys: Collection[DefaultKey]) -> list[ProductDefault]:
        found = []
        for wanted in _wanted(account_id, keys):
            found += [_to_default(row) for row in self._connection.execute(select(*_PARTS).where(wanted))]
        return found

    def page(self, account_id: str, *, search: str = "", after: DefaultKey | None = None, limit: int) -> list[ProductDefault]:
        query = select(*_PARTS).where(_ROW.account_id == account_id)
        if search.strip():
            query = query.where(_ROW.name_key.contains(folded_text(search), autoescape=True))
        if after is not None:
            kind, name_key = after[0].value, after[1]
            query = query.where(or_(_ROW.kind > kind, and_(_ROW.kind == kind, _ROW.name_key > name_key)))
        return [_to_default(row) for row in self._connection.execute(query.order_by(_ROW.kind, _ROW.name_key).limit(limit))]

    def count(self, account_id: str) -> int:
        return self._connection.scalar(select(func.count()).select_from(_ROW).where(_ROW.account_id == account_id)) or 0

    def put_many(self, account_id: str, defaults: Sequence[ProductDefault]) -> None:
        rows = [{**values_of(one), "name_key": one.key[1]} for one in defaults if one.account_id == account_id]
        if rows:
            statement = upsert(self._connection, _ROW)
            written = {name: statement.excluded[name] for name in rows[0] if name not in ("account_id", "kind", "name_key")}
            self._connection.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=written), rows)

    def remove_many(self, account_id: str, keys: Collection[DefaultKey]) -> int:
        return sum(self._connection.execute(delete(_ROW).where(wanted)).rowcount for wanted in _wanted(account_id, keys))


def _wanted(account_id: str, keys: Collection[DefaultKey]) -> Iterator[ColumnElement[bool]]:
    """A condition for each part of the keys that fits one statement."""
    for kind in DefaultOf:
        names = sorted(name for one, name in keys if one is kind)
        for part in in_parts(names):
            yield and_(_ROW.account_id == account_id, _ROW.kind == kind.value, _ROW.name_key.in_(part))


def _to_default(row: Row[Any]) -> ProductDefault:
    values = row._asdict()
    return ProductDefault(**{**values, "kind": DefaultOf(values["kind"])})


class SqlShippingMethods:
    """Implements `engine.ports.ShippingMethods`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_for(self, account_id: str) -> list[MethodService]:
        columns = [getattr(_METHOD, name) for name in _METHOD_NAMES]
        found = self._connection.execute(select(*columns).where(_METHOD.account_id == account_id))
        listed = [MethodService(**row._asdict()) for row in found]
        return sorted(listed, key=lambda one: (one.store_id is None, folded_text(one.method), one.id))

    def add(self, mapped: MethodService) -> None:
        self._connection.execute(insert(_METHOD).values(values_of(mapped)))

    def remove(self, account_id: str, method_id: str) -> None:
        self._connection.execute(delete(_METHOD).where(_METHOD.account_id == account_id, _METHOD.id == method_id))

    def seen(self, account_id: str, store_id: str, limit: int) -> list[SeenMethod]:
        # Said of the store rather than of each order: PostgreSQL would else expect so few that it looks through all orders.
        is_own = exists().where(StoreRow.account_id == account_id, StoreRow.id == store_id)
        query = select(OrderRow.source).where(OrderRow.store_id == store_id, is_own).order_by(OrderRow.id.desc()).limit(limit)
        counts: Counter[tuple[str, str]] = Counter()
        for source in self._connection.scalars(query):
            named = tuple(_text(source.get(name)) for name in ("requested_service", "requested_service_code"))
            if any(named):
                counts[named[0], named[1]] += 1
        return [SeenMethod(method, code, orders) for (method, code), orders in counts.most_common()]


def _text(value: Any) -> str:
    return "" if is_blank(value) or not isinstance(value, str | int) else str(value).strip()
