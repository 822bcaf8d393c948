"""Keeps the terms of orders in `orders` and `order_terms` alike, in the transaction that changes an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from engine.model.fulfillment import Shipment
from storage.bulk import insert_texts
from storage.orders.terms import OF_PARCELS, joined, parcel_terms
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
