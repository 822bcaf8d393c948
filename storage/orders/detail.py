"""One order with everything that its page shows, but for its history, which has pages of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from engine.model.alert import Alert
from engine.model.connection import CLIENT_STORE
from engine.model.fulfillment import Shipment
from engine.model.job import Job
from engine.model.kept_decision import DecisionLine
from engine.model.order import Order
from engine.model.request import FulfillmentRequest
from storage.database import Database
from storage.orders.repositories import ORDER_COLUMNS, no_order, to_order
from storage.tables import AlertRow, DecisionRow, OrderRow, StoreRow

LISTED = 30  # of what an order may have thousands of: the newest ones


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order. `decisions` oldest first, `alerts` newest first: of both the last ones, of `jobs` those besides that are open.

    `requests` are those of its account as merchant, `received` the one that it was made of.
    """

    order: Order
    store_name: str | None
    store_kind: str  # empty where it came from no store
    store_settings: Mapping[str, Any]
    decisions: tuple[DecisionLine, ...]
    requests: tuple[FulfillmentRequest, ...]
    received: FulfillmentRequest | None
    shipments: tuple[Shipment, ...]
    jobs: tuple[Job, ...]
    alerts: tuple[Alert, ...]


def read_detail(database: Database, account_id: str, order_id: str) -> OrderDetail:
    """Raises NotFound when the account has no such order."""
    with database.reading_unit_of_work() as unit:
        row = _order_and_store(unit.connection, account_id, order_id)
        is_of_client = row.store_kind == CLIENT_STORE  # only such an order was made of a request
        return OrderDetail(
            order=to_order(row),
            store_name=row.store_name,
            store_kind=row.store_kind or "",
            store_settings=row.store_settings or {},
            decisions=_last_decisions(unit.connection, account_id, order_id),
            requests=tuple(unit.requests.list_for_order(account_id, order_id)),
            received=unit.requests.find_by_copy(account_id, order_id) if is_of_client else None,
            shipments=tuple(unit.fulfillment.list_shipments(account_id, order_id)),
            jobs=tuple(unit.jobs.list_last(account_id, order_id, LISTED)),
            alerts=list_alerts(unit.connection, account_id, order_id, LISTED),
        )


def _order_and_store(connection: Connection, account_id: str, order_id: str) -> Row[Any]:
    store = (StoreRow.name.label("store_name"), StoreRow.kind.label("store_kind"), StoreRow.settings.label("store_settings"))
    query = (
        select(*ORDER_COLUMNS, *store)
        .outerjoin(StoreRow, and_(StoreRow.id == OrderRow.store_id, StoreRow.account_id == OrderRow.account_id))
        .where(OrderRow.id == order_id, OrderRow.account_id == account_id)
    )
    row = connection.execute(query).first()
    if row is None:
        raise no_order(order_id)
    return row


def list_alerts(connection: Connection, account_id: str, order_id: str | None, limit: int | None = None) -> tuple[Alert, ...]:
    """Those of an account, or about one of its orders; the newest first."""
    query = select(AlertRow).where(AlertRow.account_id == account_id)
    if order_id is not None:  # which leads: an account has many more alerts
        query = select(AlertRow).where(func.coalesce(AlertRow.account_id, "") == account_id, AlertRow.order_id == order_id)
    query = query.order_by(AlertRow.created_at.desc(), AlertRow.id.desc())
    return tuple(Alert(**row) for row in connection.execute(query if limit is None else query.limit(limit)).mappings())


def _last_decisions(connection: Connection, account_id: str, order_id: str) -> tuple[DecisionLine, ...]:
    row = DecisionRow
    own = (row.order_id == order_id, row.account_id == account_id)
    last = select(row.id).where(*own).order_by(row.decided_at.desc(), row.id.desc()).limit(LISTED)
    columns = [getattr(row, name) for name in DecisionLine._fields]
    query = select(*columns).where(row.id.in_(last), *own).order_by(row.decided_at, row.id)
    return tuple(DecisionLine(*one) for one in connection.execute(query))
