"""Counts of products, and their movements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, insert, or_, select, update

from engine.model.inventory import AdjustReason, Movement, MovementKind, Product, StockCount
from engine.model.request import LIVE
from storage.orders.columns import search_key
from storage.statements import in_parts, upsert, values_of
from storage.tables import (
    ConnectionRow,
    ConnectionSkuRow,
    FulfillmentRequestLineRow,
    FulfillmentRequestRow,
    ProductRow,
    StockCountRow,
    StockMovementRow,
)

_COUNT, _LINE, _REQUEST = StockCountRow, FulfillmentRequestLineRow, FulfillmentRequestRow
_LIVE = _REQUEST.state.in_([state.value for state in LIVE])
# As the partial index has it: of many years' lines those are few.
_HAS_REST = _LINE.shipped != _LINE.quantity
_PROVIDERS_SKU = func.coalesce(func.nullif(_LINE.provider_sku, ""), _LINE.sku)
# No index of requests begins with it, so that the lines lead: a provider has many more requests than open lines of a product.
_REQUESTS_PROVIDER = func.coalesce(_REQUEST.provider_id, "")
_KEYS = [_COUNT.account_id, _COUNT.client_id, _COUNT.sku]

Key = tuple[str, str, str]  # 3PL, client, SKU


class SqlInventory:
    """Implements `engine.ports.Inventory`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, provider_id: str, client_id: str, skus: Sequence[str], *, opening: bool = False) -> dict[str, StockCount]:
        known: dict[str, StockCount] = {}
        for part in in_parts(sorted(set(skus))):
            opened = self._open(provider_id, client_id, part) if opening else set()
            wanted = (_COUNT.account_id == provider_id, _COUNT.client_id == client_id, _COUNT.sku.in_(part))
            query = select(_COUNT.sku, _COUNT.on_hand).where(*wanted).order_by(_COUNT.sku).with_for_update()
            for row in self._connection.execute(query):
                if row.sku not in opened:
                    known[row.sku] = StockCount(provider_id, client_id, row.sku, row.on_hand)
        return known

    def _open(self, provider_id: str, client_id: str, skus: Sequence[str]) -> set[str]:
        """Rows for those that have none; who else wants to make one waits until this transaction ends."""
        rows = [{"account_id": provider_id, "client_id": client_id, "sku": sku, "on_hand": Decimal(0)} for sku in skus]
        made = upsert(self._connection, _COUNT).values(rows).on_conflict_do_nothing().returning(_COUNT.sku)
        return set(self._connection.scalars(made))

    def record(self, movements: Sequence[Movement]) -> None:
        if not movements:
            return
        self._connection.execute(insert(StockMovementRow), [values_of(movement) for movement in movements])
        left = {(one.account_id, one.client_id, one.sku): one.on_hand for one in movements}
        statement = upsert(self._connection, _COUNT)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=_KEYS, set_={"on_hand": statement.excluded.on_hand}),
            [
                {"account_id": account_id, "client_id": client_id, "sku": sku, "on_hand": on_hand}
                for (account_id, client_id, sku), on_hand in left.items()
            ],
        )

    def list_for_provider(
        self, provider_id: str, client_ids: Sequence[str], skus: Sequence[str] | None = None
    ) -> list[StockCount]:
        counted: dict[Key, Decimal] = {}
        reserved: dict[Key, Decimal] = {}
        for part in in_parts(client_ids):
            counted |= self._counted(skus, _COUNT.account_id == provider_id, _COUNT.client_id.in_(part))
            reserved |= self._reserved(skus, _LINE.account_id.in_(part), _REQUESTS_PROVIDER.in_([provider_id]))
        return _merged(counted, reserved)

    def list_for_client(self, client_id: str, provider_ids: Sequence[str], skus: Sequence[str] | None = None) -> list[StockCount]:
        if not provider_ids:
            return []
        counted = self._counted(skus, _COUNT.client_id == client_id, _COUNT.account_id.in_(provider_ids))
        reserved = self._reserved(skus, _LINE.account_id == client_id, _REQUESTS_PROVIDER.in_(provider_ids))
        return _merged(counted, reserved)

    def list_counting(self, client_id: str, provider_ids: Sequence[str]) -> list[str]:
        query = select(_COUNT.account_id).distinct().where(_COUNT.client_id == client_id, _COUNT.account_id.in_(provider_ids))
        return sorted(self._connection.scalars(query)) if provider_ids else []

    def list_movements(
        self, provider_id: str, client_ids: Sequence[str], *, sku: str = "", after: str | None = None, limit: int = 1000
    ) -> list[Movement]:
        row = StockMovementRow
        return self._movements(row.account_id == provider_id, row.client_id.in_(client_ids), sku=sku, after=after, limit=limit)

    def list_movements_of_client(
        self, client_id: str, provider_ids: Sequence[str], *, sku: str = "", after: str | None = None, limit: int = 1000
    ) -> list[Movement]:
        row = StockMovementRow
        return self._movements(row.client_id == client_id, row.account_id.in_(provider_ids), sku=sku, after=after, limit=limit)

    def note_products(self, account_id: str, owner_id: str, names: Mapping[str, str]) -> None:
        row = ProductRow
        own = (row.account_id == account_id, row.owner_id == owner_id)
        for part in in_parts(sorted(names)):
            query = select(row.sku, row.name).where(*own, row.sku.in_(part))
            known = {found.sku: found.name for found in self._connection.execute(query)}
            new = [_product(account_id, owner_id, sku, names[sku]) for sku in part if sku not in known]
            if new:
                self._connection.execute(upsert(self._connection, row).on_conflict_do_nothing(), new)
            renamed = [
                {"at": sku, **{f"new_{key}": value for key, value in _named(sku, names[sku]).items()}}
                for sku in part
                if names[sku] and known.get(sku, names[sku]) != names[sku]
            ]
            if renamed:
                changed: dict[str, Any] = {"name": bindparam("new_name"), "search_text": bindparam("new_search_text")}
                self._connection.execute(update(row).where(*own, row.sku == bindparam("at")).values(changed), renamed)

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
        row = ProductRow
        wanted = [row.account_id == account_id, row.owner_id.in_(owner_ids)]
        if sku is not None:
            wanted.append(row.sku == sku)
        if search:
            wanted.append(row.search_text.contains(search_key(search), autoescape=True))
        if after is not None:
            wanted.append(or_(row.owner_id > after[0], and_(row.owner_id == after[0], row.sku > after[1])))
        query = select(row).where(*wanted).order_by(row.owner_id, row.sku).limit(limit)
        return [Product(found.account_id, found.owner_id, found.sku, found.name) for found in self._connection.execute(query)]

    def list_products_at(self, client_id: str, provider_ids: Sequence[str]) -> list[Product]:
        found: list[Product] = []
        for part in in_parts(provider_ids):
            query = select(ProductRow).where(ProductRow.account_id.in_(part), ProductRow.owner_id == client_id)
            found += [Product(row.account_id, row.owner_id, row.sku, row.name) for row in self._connection.execute(query)]
        return found

    def provider_skus(self, client_id: str, connection_ids: Sequence[str], skus: Sequence[str]) -> dict[tuple[str, str], str]:
        row, connection = ConnectionSkuRow, ConnectionRow
        found: dict[tuple[str, str], str] = {}
        for part in in_parts(skus):
            query = (
                select(row.connection_id, row.sku, row.provider_sku)
                .join(connection, connection.id == row.connection_id)
                .where(connection.client_id == client_id, row.connection_id.in_(connection_ids), row.sku.in_(part))
            )
            found |= {(one.connection_id, one.sku): one.provider_sku for one in self._connection.execute(query)}
        return found

    def _counted(self, skus: Sequence[str] | None, *wanted: ColumnElement[bool]) -> dict[Key, Decimal]:
        counted: dict[Key, Decimal] = {}
        for part in _parts(skus):
            query = select(*_KEYS, _COUNT.on_hand).where(*wanted)
            rows = self._connection.execute(query if part is None else query.where(_COUNT.sku.in_(part)))
            counted |= {(row.account_id, row.client_id, row.sku): row.on_hand for row in rows}
        return counted

    def _reserved(self, skus: Sequence[str] | None, *wanted: ColumnElement[bool]) -> dict[Key, Decimal]:
        """Units of live requests that have not shipped. Equal lines are counted by the database, and summed up here: exactly."""
        reserved: dict[Key, Decimal] = {}
        for part in _parts(skus):
            query = _lines(part).where(*wanted, _LIVE, _HAS_REST)
            for provider_id, client_id, sku, quantity, shipped, times in self._connection.execute(query):
                key = (provider_id, client_id, sku)
                reserved[key] = reserved.get(key, Decimal(0)) + times * max(quantity - shipped, Decimal(0))
        return reserved

    def _movements(self, *wanted: ColumnElement[bool], sku: str, after: str | None, limit: int) -> list[Movement]:
        row = StockMovementRow
        query = select(row).where(*wanted).order_by(row.id.desc()).limit(limit)
        if sku:
            query = query.where(row.sku == sku)
        if after is not None:
            query = query.where(row.id < after)
        return [_movement(found) for found in self._connection.execute(query).mappings()]


def _lines(skus: Sequence[str] | None) -> Select[str, str, str, Decimal, Decimal, int]:
    """Equal lines of requests, and how often there are such."""
    named = (_REQUEST.provider_id, _LINE.account_id, _PROVIDERS_SKU)
    query = select(*named, _LINE.quantity, _LINE.shipped, func.count()).join(_REQUEST, _REQUEST.id == _LINE.request_id)
    query = query.group_by(*named, _LINE.quantity, _LINE.shipped)
    if skus is None:
        return query
    return query.where(or_(_LINE.provider_sku.in_(skus), and_(_LINE.provider_sku == "", _LINE.sku.in_(skus))))


def _parts(skus: Sequence[str] | None) -> Iterator[Sequence[str] | None]:
    if skus is None:
        yield None
    else:
        yield from in_parts(skus)


def _merged(counted: Mapping[Key, Decimal], reserved: Mapping[Key, Decimal]) -> list[StockCount]:
    keys = sorted({**counted, **reserved}, key=lambda key: (key[1], key[0], key[2]))
    return [StockCount(*key, counted.get(key), reserved.get(key, Decimal(0))) for key in keys]


def _product(account_id: str, owner_id: str, sku: str, name: str) -> dict[str, str]:
    return {"account_id": account_id, "owner_id": owner_id, "sku": sku, **_named(sku, name)}


def _named(sku: str, name: str) -> dict[str, str]:
    return {"name": name, "search_text": search_key(f"{sku} {name}")}


def _movement(found: Mapping[Any, Any]) -> Movement:
    reason = found["reason"]
    read = {"kind": MovementKind(found["kind"]), "reason": None if reason is None else AdjustReason(reason)}
    return Movement(**{**found, **read})
