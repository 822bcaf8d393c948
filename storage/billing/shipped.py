"""What has left of clients' orders and what lay on the shelves, for all clients of a 3PL or all 3PLs of a client at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from engine.model.fulfillment import ShipmentState
from engine.model.statement import StatementScope
from engine.model.transitions import Side
from storage.tables import (
    FulfillmentRequestRow,
    LabelRow,
    OrderRow,
    ParcelRow,
    ShipmentLineRow,
    ShipmentRow,
    StatementEntryRow,
    StockCountRow,
    StockMovementRow,
)

_VOIDED: ColumnElement[str] = literal_column("'voided'")  # so that the index of these is used
_TAKES_BACK: ColumnElement[int] = literal_column("0")

Column = InstrumentedAttribute[str]
Rows = Select[*tuple[Any, ...]]


def within(scope: StatementScope, provider: Column, client: Column) -> list[ColumnElement[bool]]:
    """The conditions that keep to a scope."""
    own, other = (provider, client) if scope.side is Side.PROVIDER else (client, provider)
    conditions = [own == scope.account_id]
    return conditions if scope.other_id is None else [*conditions, other == scope.other_id]


def select_shipped(scope: StatementScope, start: datetime, end: datetime) -> Rows:
    """One row a shipment, with the fields of `ShippedUnit` but for its costs."""
    row, request, order, line, parcel = ShipmentRow, FulfillmentRequestRow, OrderRow, ShipmentLineRow, ParcelRow
    lines = select(func.count()).where(line.shipment_id == row.id).scalar_subquery()
    parcels = select(func.count()).where(parcel.shipment_id == row.id).scalar_subquery()
    return (
        select(
            row.account_id,
            request.account_id.label("client_id"),
            row.id.label("shipment_id"),
            row.order_id,
            order.order_number,
            row.shipped_at,
            (~_has_earlier()).label("is_first"),
            lines.label("lines"),
            parcels.label("parcels"),
        )
        .join(request, _is_its_copy())
        .join(order, order.id == row.order_id)
        .where(*_shipped(scope, start, end))
        .order_by(row.shipped_at, row.id)
    )


def select_costs(scope: StatementScope, start: datetime, end: datetime) -> Rows:
    """What the parcels of the same shipments cost, where that is known."""
    row, parcel, label = ShipmentRow, ParcelRow, LabelRow
    return (
        select(parcel.shipment_id, parcel.cost, parcel.cost_currency)
        .join(row, row.id == parcel.shipment_id)
        .join(FulfillmentRequestRow, _is_its_copy())
        .join(label, and_(label.id == parcel.label_id, label.account_id == row.account_id), isouter=True)
        .where(*_shipped(scope, start, end), parcel.cost.is_not(None))
        .where(func.coalesce(label.owner_id, "") != FulfillmentRequestRow.account_id)  # the client has paid those itself
        .order_by(parcel.shipment_id, parcel.position)
    )


def select_taken_back(scope: StatementScope) -> Rows:
    """The 3PL, client and order of shipments that are charged and were taken back."""
    row, request = ShipmentRow, FulfillmentRequestRow
    return (
        select(row.account_id, request.account_id.label("client_id"), row.order_id)
        .join(request, _is_its_copy())
        .where(*_of_providers(scope), row.state == _VOIDED, _times_charged() > 0)
    )


def select_taken_up(scope: StatementScope) -> Rows:
    """The same of shipments that were taken from a statement and have left all the same."""
    row, entry = ShipmentRow, StatementEntryRow
    return (
        select(entry.account_id, entry.client_id, entry.order_id)
        .join(row, and_(row.id == entry.shipment_id, row.account_id == entry.account_id))
        .where(
            *within(scope, entry.account_id, entry.client_id),
            entry.sign < _TAKES_BACK,
            row.state == ShipmentState.SHIPPED.value,
            _times_charged() == 0,
        )
    )


def select_on_hand(scope: StatementScope, start: datetime, end: datetime) -> tuple[Rows, Rows]:
    """The last movement of each product before an instant; those from there to before another. Fields of `OnHand`."""
    count, movement = StockCountRow, StockMovementRow
    same = and_(movement.account_id == count.account_id, movement.client_id == count.client_id, movement.sku == count.sku)
    fields = movement.account_id, movement.client_id, movement.sku, movement.at, movement.on_hand
    last = (
        select(movement.id)
        .where(same, movement.at < start)
        .order_by(movement.at.desc(), movement.id.desc())
        .limit(1)
        .correlate(count)
        .scalar_subquery()
    )
    found = aliased(movement)
    before = (
        select(found.account_id, found.client_id, found.sku, found.at, found.on_hand)
        .select_from(count)
        .join(found, found.id == last)
        .where(*within(scope, count.account_id, count.client_id))
    )
    during = (
        select(*fields)
        .select_from(count)
        .join(movement, same)
        .where(*within(scope, count.account_id, count.client_id), movement.at >= start, movement.at < end)
        .order_by(movement.at, movement.id)
    )
    return before, during


def _shipped(scope: StatementScope, start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    row = ShipmentRow
    left = row.state == ShipmentState.SHIPPED.value, row.shipped_at >= start, row.shipped_at < end
    return [*_of_providers(scope), *left, _times_charged() == 0]


def _of_providers(scope: StatementScope) -> list[ColumnElement[bool]]:
    """A 3PL's shipments lead, or a client's requests: another client's shipments are not looked at for it."""
    return within(scope, ShipmentRow.account_id, FulfillmentRequestRow.account_id)


def _is_its_copy() -> ColumnElement[bool]:
    row, request = ShipmentRow, FulfillmentRequestRow
    return and_(request.copy_id == row.order_id, request.provider_id == func.coalesce(row.account_id, ""))  # the order leads


def _has_earlier() -> ColumnElement[bool]:
    row, other = ShipmentRow, aliased(ShipmentRow)
    before = or_(other.shipped_at < row.shipped_at, and_(other.shipped_at == row.shipped_at, other.id < row.id))
    same = other.order_id == row.order_id, func.coalesce(other.account_id, "") == row.account_id  # the order leads
    return exists().where(*same, other.state == ShipmentState.SHIPPED.value, before)


def _times_charged() -> ScalarSelect[int]:
    """In issued statements: 1, or 0 for what they do not have, or no longer."""
    row, entry = ShipmentRow, StatementEntryRow
    charged = aliased(entry)
    same = charged.account_id == row.account_id, charged.shipment_id == row.id
    return select(func.coalesce(func.sum(charged.sign), 0)).where(*same).correlate(row).scalar_subquery()
