"""Which return labels of clients' orders are to be charged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, literal_column, or_, select

from engine.model.label import PAID, LabelState
from engine.model.statement import StatementScope
from engine.ports.billing import Times
from storage.billing.shipped import Rows, within
from storage.tables import FulfillmentRequestRow, LabelRow, OrderRow, StatementEntryRow, StatementRow

_RETURN: ColumnElement[str] = literal_column("'return'")  # so that the index of these is used
_PAID = [state.value for state in PAID]


def select_returns(scope: StatementScope, times: Times) -> Rows:
    """One row a return label, with the fields of `PaidReturn`: those that no issued statement counts."""
    return _paid().where(*_of(scope), _in_times(times), _times_charged() == 0)


def select_returns_of(account_id: str, order_ids: Sequence[str]) -> Rows:
    """The same of some orders of a 3PL, charged or not."""
    row = LabelRow
    return _paid().where(row.account_id == account_id, row.order_id.in_(order_ids))


def select_late_returns(scope: StatementScope, month: str, times: Times) -> Rows:
    """The 3PL, client and order of those that are not charged, of those of whom a month is issued."""
    row, request, statement = LabelRow, FulfillmentRequestRow, StatementRow
    same = statement.account_id == row.account_id, statement.client_id == request.account_id
    issued = exists().where(*same, statement.month == month)
    return _orders().where(*_of(scope), *_due(), _in_times(times), _times_charged() == 0, issued).distinct()


def select_returns_given_back(scope: StatementScope) -> Rows:
    """The same of those that are charged and were given back."""
    row = LabelRow
    return _orders().where(*_of(scope), row.purpose == _RETURN, row.state == LabelState.VOIDED.value, _times_charged() > 0)


def _paid() -> Rows:
    row, request, order = LabelRow, FulfillmentRequestRow, OrderRow
    own = row.shipment_id.label("return_id")
    return (
        select(row.account_id, request.account_id, own, row.order_id, order.order_number, row.bought_at)
        .add_columns(row.cost, row.cost_currency)
        .join(request, _is_its_copy())
        .join(order, order.id == row.order_id)
        .where(*_due())
        .order_by(row.bought_at, row.id)
    )


def _orders() -> Rows:
    row, request = LabelRow, FulfillmentRequestRow
    return select(row.account_id, request.account_id.label("client_id"), row.order_id).join(request, _is_its_copy())


def _due() -> list[ColumnElement[bool]]:
    """What the 3PL pays: a label that its client's carrier account paid costs it nothing."""
    row = LabelRow
    return [row.purpose == _RETURN, row.state.in_(_PAID), row.owner_id == row.account_id, row.cost.is_not(None)]


def _of(scope: StatementScope) -> list[ColumnElement[bool]]:
    return within(scope, LabelRow.account_id, FulfillmentRequestRow.account_id)


def _is_its_copy() -> ColumnElement[bool]:
    row, request = LabelRow, FulfillmentRequestRow
    return and_(request.copy_id == row.order_id, request.provider_id == func.coalesce(row.account_id, ""))  # the label leads


def _in_times(times: Times) -> ColumnElement[bool]:
    row = LabelRow
    providers: dict[tuple[datetime, datetime], list[str]] = {}
    for provider_id, time in times.items():
        providers.setdefault(time, []).append(provider_id)
    return or_(
        *(and_(row.account_id.in_(ids), row.bought_at >= start, row.bought_at < end) for (start, end), ids in providers.items())
    )


def _times_charged() -> ScalarSelect[Any]:
    row, entry = LabelRow, StatementEntryRow
    same = entry.account_id == row.account_id, entry.shipment_id == row.shipment_id
    return select(func.coalesce(func.sum(entry.sign), 0)).where(*same).correlate(row).scalar_subquery()
