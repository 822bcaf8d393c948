"""What has left of clients' orders and what lay on the shelves, for all clients of a 3PL or all 3PLs of a client at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Numeric,
    ScalarSelect,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from engine.model.fulfillment import ShipmentState
from engine.model.statement import StatementScope
from engine.model.transitions import Side
from engine.ports.billing import Times
from storage.tables import (
    FulfillmentRequestRow,
    OrderRow,
    ParcelRow,
    ShipmentLineRow,
    ShipmentRow,
    StatementEntryRow,
    StatementRow,
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
    row, request, order = ShipmentRow, FulfillmentRequestRow, OrderRow
    return (
        select(
            row.account_id,
            request.account_id.label("client_id"),
            row.id.label("shipment_id"),
            row.order_id,
            order.order_number,
            row.shipped_at,
            (~_has_earlier()).label("is_first"),
            _count_of(ShipmentLineRow).label("lines"),
            _count_of(ParcelRow).label("parcels"),
        )
        .join(request, _is_its_copy())
        .join(order, order.id == row.order_id)
        .where(*_shipped(scope), *_between(start, end))
        .order_by(row.shipped_at, row.id)
    )


def select_costs(scope: StatementScope, start: datetime, end: datetime) -> Rows:
    """What the parcels of the same shipments cost, where that is known."""
    row, parcel = ShipmentRow, ParcelRow
    return (
        select(parcel.shipment_id, parcel.cost, parcel.cost_currency)
        .join(row, row.id == parcel.shipment_id)
        .join(FulfillmentRequestRow, _is_its_copy())
        .where(*_shipped(scope), *_between(start, end), parcel.cost.is_not(None))
        .order_by(parcel.shipment_id, parcel.position)
    )


def select_sums(scope: StatementScope, times: Times) -> Rows:
    """One row a client and 3PL, with the fields of `ShippedSum` but for its labels."""
    row, request = ShipmentRow, FulfillmentRequestRow
    shipped = (
        select(
            row.account_id,
            request.account_id.label("client_id"),
            case((_has_earlier(), 0), else_=1).label("orders"),
            _count_of(ShipmentLineRow).label("lines"),
            _count_of(ParcelRow).label("parcels"),
        )
        .join(request, _is_its_copy())
        .where(*_shipped(scope), _in_times(times))
        .cte("shipped")
        .prefix_with("MATERIALIZED")  # counted in the order of time, in which neighbours lie together, and sorted afterwards
    )
    whose = shipped.c.account_id, shipped.c.client_id
    counts = shipped.c.orders, shipped.c.lines, shipped.c.parcels
    return select(*whose, *map(func.sum, counts)).group_by(*whose)


def select_label_costs(scope: StatementScope, times: Times) -> Rows:
    """What labels of the same shipments cost, by client, 3PL and currency, and how often: there are few costs that differ.

    SQLite keeps decimals as text and cannot add them up exactly.
    """
    return _labels(scope, times, ParcelRow.cost, func.count()).group_by(ParcelRow.cost)


def select_labelled(scope: StatementScope, times: Times) -> Rows:
    """How many shipments these labels are of."""
    return _labels(scope, times, func.count(ParcelRow.shipment_id.distinct()))


def _labels(scope: StatementScope, times: Times, *fields: Any) -> Rows:
    row, request, parcel = ShipmentRow, FulfillmentRequestRow, ParcelRow
    whose = row.account_id, request.account_id, parcel.cost_currency
    return (
        select(*whose, *fields)
        .join_from(parcel, row, row.id == parcel.shipment_id)
        .join(request, _is_its_copy())
        .where(*_shipped(scope), _in_times(times), cast(parcel.cost, Numeric(asdecimal=False)) != 0)
        .group_by(*whose)
    )


def select_late(scope: StatementScope, month: str, times: Times) -> Rows:
    """The 3PL, client and order of the same shipments, of those of whom a month is issued."""
    row, request, statement = ShipmentRow, FulfillmentRequestRow, StatementRow
    same = statement.account_id == row.account_id, statement.client_id == request.account_id
    return (
        select(row.account_id, request.account_id.label("client_id"), row.order_id)
        .join(request, _is_its_copy())
        .where(*_shipped(scope), _in_times(times), exists().where(*same, statement.month == month))
        .distinct()
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


def select_on_hand(scope: StatementScope, provider_ids: Sequence[str], moments: Sequence[datetime]) -> Rows:
    """The 3PL, the client, how much there was of a product, and at how many of these moments there was so much."""
    before, during = _movements(scope, provider_ids, moments[0], moments[-1])
    moved = union_all(before, during).subquery()
    # The first of the moments at which a movement's count is there; the next one's ends it.
    first = case(*((moved.c.at < moment, number) for number, moment in enumerate(moments)), else_=len(moments))
    following = func.lead(first).over(
        partition_by=(moved.c.account_id, moved.c.client_id, moved.c.sku), order_by=(moved.c.at, moved.c.id)
    )
    often = (func.coalesce(following, len(moments)) - first).label("often")
    there = select(moved.c.account_id, moved.c.client_id, moved.c.on_hand, often).subquery()
    whose = there.c.account_id, there.c.client_id, there.c.on_hand
    return select(*whose, func.sum(there.c.often)).where(there.c.often > 0).group_by(*whose)


def _movements(scope: StatementScope, provider_ids: Sequence[str], start: datetime, end: datetime) -> tuple[Rows, Rows]:
    """The last movement of each product before an instant; those from there to before another."""
    count, movement, found = StockCountRow, StockMovementRow, aliased(StockMovementRow)
    products = *within(scope, count.account_id, count.client_id), count.account_id.in_(provider_ids)
    client, sku = func.coalesce(count.client_id, ""), func.coalesce(count.sku, "")  # the products lead, not all movements ever
    same = and_(movement.account_id == count.account_id, movement.client_id == client, movement.sku == sku)
    last = (
        select(movement.id)
        .where(same, movement.at < start)
        .order_by(movement.at.desc(), movement.id.desc())
        .limit(1)
        .correlate(count)
        .scalar_subquery()
    )
    before, during = (
        select(one.account_id, one.client_id, one.sku, one.at, one.id, one.on_hand).select_from(count)
        for one in (found, movement)
    )
    return (
        before.join(found, found.id == last).where(*products),
        during.join(movement, same).where(*products, movement.at >= start, movement.at < end),
    )


def _shipped(scope: StatementScope) -> list[ColumnElement[bool]]:
    return [*_of_providers(scope), ShipmentRow.state == ShipmentState.SHIPPED.value, _times_charged() == 0]


def _between(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ShipmentRow.shipped_at >= start, ShipmentRow.shipped_at < end


def _in_times(times: Times) -> ColumnElement[bool]:
    providers: dict[tuple[datetime, datetime], list[str]] = {}
    for provider_id, time in times.items():
        providers.setdefault(time, []).append(provider_id)
    return or_(*(and_(ShipmentRow.account_id.in_(ids), *_between(*time)) for time, ids in providers.items()))


def _count_of(row: type[ShipmentLineRow] | type[ParcelRow]) -> ScalarSelect[int]:
    return select(func.count()).where(row.shipment_id == ShipmentRow.id).correlate(ShipmentRow).scalar_subquery()


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
