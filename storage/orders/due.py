"""When orders are due: by their ship-by date, or by the time their provider should have shipped them, whichever is earlier."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, update

from engine.model.request import LIVE, FulfillmentRequest
from storage.orders.columns import NEVER
from storage.tables import OrderRow


def due_or_promised(due: ColumnElement[datetime]) -> ColumnElement[Any]:
    """The time that an order is sorted by, which is its own one unless its provider's comes before."""
    return case((OrderRow.promised_by < due, OrderRow.promised_by), else_=due)


def keep_promise(connection: Connection, request: FulfillmentRequest) -> None:
    """Tell both sides' orders of a request until when it is to be shipped, and the merchant's when that is over."""
    if request.fulfil_by is None:
        return
    own = func.coalesce(OrderRow.ship_by, literal(NEVER, OrderRow.due_key.type))
    promised = literal(request.fulfil_by, OrderRow.due_key.type)
    due = case((promised < own, promised), else_=own)
    order = and_(OrderRow.id == request.order_id, OrderRow.account_id == request.account_id)
    if request.state not in LIVE:
        kept = and_(order, OrderRow.promised_by == promised)
        connection.execute(update(OrderRow).where(kept).values(promised_by=None, due_key=own))
        return
    copy = and_(OrderRow.id == request.copy_id, OrderRow.account_id == request.provider_id)
    new = or_(OrderRow.promised_by.is_(None), OrderRow.promised_by != promised)
    for whose in (order, copy) if request.copy_id is not None else (order,):
        connection.execute(update(OrderRow).where(whose, new).values(promised_by=promised, due_key=due))
