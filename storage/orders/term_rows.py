"""Keeps the terms of orders in `orders` and `order_terms` alike, in the transaction that changes an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from engine.model.fulfillment import Shipment
from storage.bulk import insert_texts
from storage.orders.tables import of_store
from storage.orders.terms import CHANNEL, OF_CHANNEL, OF_PARCELS, exact_term, joined, parcel_terms
from storage.statements import in_parts
from storage.tables import OrderRow, OrderTermRow

_KEY = ("account_id", "term", "order_id")
_BY_TERM = itemgetter(1)

_Key = tuple[str, str, str]


def add_terms(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """The terms of new orders, given as their column values."""
    keys = [key for row in rows for key in _keys(row, row["terms"].split("\n"))]
    keys.sort(key=_BY_TERM)  # rows that come in the order of their index find their places side by side
    insert_texts(connection, OrderTermRow, keys)


def replace_terms(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Bring the terms up to date of orders that are about to be written with these values.

    What parcels have added before stays, also in the values.
    """
    before = _terms_now(connection, [row["id"] for row in rows])
    gone: list[_Key] = []
    new: list[_Key] = []
    for row in rows:
        lines = before.get((row["account_id"], row["id"]))
        if lines is None or lines == row["terms"]:
            continue
        known = dict.fromkeys(filter(None, lines.split("\n")))
        kept = [term for term in known if term.startswith(OF_PARCELS)]
        wanted = dict.fromkeys([*filter(None, row["terms"].split("\n")), *kept])
        row["terms"] = joined(list(wanted))
        gone += _keys(row, (term for term in known if term not in wanted))
        new += _keys(row, (term for term in wanted if term not in known))
    if gone:
        key = [OrderTermRow.__table__.c[name] == bindparam(f"its_{name}") for name in _KEY]
        values = [{f"its_{name}": value for name, value in zip(_KEY, one, strict=True)} for one in gone]
        connection.execute(delete(OrderTermRow).where(*key), values)
    insert_texts(connection, OrderTermRow, new, keep=True)


def add_parcels(connection: Connection, shipments: Iterable[Shipment]) -> None:
    """Find orders by the tracking numbers of parcels that are new."""
    for shipment in shipments:
        terms = parcel_terms(parcel.tracking_number for parcel in shipment.parcels)
        if terms:
            own = (OrderRow.id == shipment.order_id, OrderRow.account_id == shipment.account_id)
            lines = "".join(f"{term}\n" for term in terms)
            connection.execute(update(OrderRow).where(*own).values(terms=OrderRow.terms + lines))
            row = {"account_id": shipment.account_id, "id": shipment.order_id}
            insert_texts(connection, OrderTermRow, _keys(row, terms), keep=True)


def keep_channels(connection: Connection, account_id: str, store_id: str, channels: Mapping[str, str]) -> None:
    """Note from which channels a store's orders are, by their external ids, and find them by these; nothing else changes."""
    for part in in_parts(sorted(channels)):
        columns = (OrderRow.account_id, OrderRow.id, OrderRow.external_id, OrderRow.terms)
        query = select(*columns).where(of_store(account_id, store_id), OrderRow.external_id.in_(part)).order_by(OrderRow.id)
        rows = []
        for row in connection.execute(query.with_for_update()).mappings():
            channel = channels[row["external_id"]]
            others = [term for term in row["terms"].split("\n") if term and not term.startswith(OF_CHANNEL)]
            own = [exact_term(CHANNEL, channel)] if channel.strip() else []
            rows.append({"account_id": row["account_id"], "id": row["id"], "channel": channel, "terms": joined([*own, *others])})
        replace_terms(connection, rows)
        values = [{"its_id": row["id"], "its_channel": row["channel"], "its_terms": row["terms"]} for row in rows]
        if values:
            changed = update(OrderRow).where(OrderRow.account_id == account_id, OrderRow.id == bindparam("its_id"))
            connection.execute(changed.values(channel=bindparam("its_channel"), terms=bindparam("its_terms")), values)


def _keys(row: Mapping[str, Any], terms: Iterable[str]) -> list[_Key]:
    account_id, order_id = row["account_id"], row["id"]
    return [(account_id, term, order_id) for term in terms if term]


def _terms_now(connection: Connection, order_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for part in in_parts(sorted(order_ids)):
        # PostgreSQL: whoever adds a parcel meanwhile would be forgotten.
        query = select(OrderRow.account_id, OrderRow.id, OrderRow.terms).where(OrderRow.id.in_(part))
        for account_id, order_id, terms in connection.execute(query.order_by(OrderRow.id).with_for_update()):
            found[account_id, order_id] = terms
    return found
