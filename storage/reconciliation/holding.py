"""What of the kept differences still counts, by what is kept of orders, requests and jobs now."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, literal, not_, or_

from engine.model.job import JobKind, JobState
from engine.model.order import CANCELLED_HERE, HOLDABLE, OrderState
from engine.model.reconciliation import DifferenceKind, ProviderHas
from storage.fulfillment.tables import IS_OPEN
from storage.tables import DifferenceRow, FulfillmentRequestRow, JobRow, OrderRow, ParkedNoteRow, SkippedNoteRow

ABOUT_TO_ASK = (JobState.DUE.value, JobState.RUNNING.value, JobState.WAITING.value)
OPEN_STATES = tuple(state.value for state in HOLDABLE)


def still_holds() -> ColumnElement[bool]:
    """Whether nothing that is kept here says that a difference is over. Each look is led by a key, never by an account."""
    row = DifferenceRow
    by_kind = {
        DifferenceKind.NOT_HERE: _not_here(),
        DifferenceKind.NOT_THERE: _open_here(),
        DifferenceKind.PROVIDER: _with_provider(),
        DifferenceKind.NOT_TOLD: _not_told(),
        DifferenceKind.STILL_OPEN: _shipped_here(),
    }
    return or_(*(and_(row.kind == kind.value, holds) for kind, holds in by_kind.items()))


def _own_order() -> ColumnElement[bool]:
    row = DifferenceRow
    return and_(OrderRow.id == row.order_id, func.coalesce(OrderRow.account_id, "") == row.account_id)


def _not_here() -> ColumnElement[bool]:
    """Neither an order by now, nor parked, nor left out since."""
    row, parked, skipped = DifferenceRow, ParkedNoteRow, SkippedNoteRow
    closed_there = and_(OrderRow.state == OrderState.CANCELLED.value, func.coalesce(OrderRow.state_reason, "") != CANCELLED_HERE)
    of_store = (OrderRow.store_id == row.store_id, OrderRow.external_id == row.subject)
    return and_(
        ~exists().where(*of_store, not_(closed_there)).correlate(row),
        ~exists().where(parked.store_id == row.store_id, parked.external_id == row.subject).correlate(row),
        ~exists()
        .where(skipped.store_id == row.store_id, skipped.external_id == row.subject, skipped.last_seen > row.last_seen)
        .correlate(row),
    )


def _open_here() -> ColumnElement[bool]:
    row = DifferenceRow
    return exists().where(_own_order(), OrderRow.state.in_(OPEN_STATES), OrderRow.store_id == row.store_id).correlate(row)


def _shipped_here() -> ColumnElement[bool]:
    return exists().where(_own_order(), OrderRow.state == OrderState.SHIPPED.value).correlate(DifferenceRow)


def _with_provider() -> ColumnElement[bool]:
    row = DifferenceRow
    not_asked = row.detail == ProviderHas.NOT_ASKED.value
    on_its_way = exists().where(_own_order(), on_its_way_to_nobody()).correlate(row)
    asked = FulfillmentRequestRow
    is_open = exists().where(asked.id == row.subject, func.coalesce(asked.account_id, "") == row.account_id, IS_OPEN)
    return or_(and_(not_asked, on_its_way), and_(~not_asked, is_open.correlate(row)))


def on_its_way_to_nobody() -> ColumnElement[bool]:
    """Of an order: no provider has it, or is about to get it, though its state says so."""
    asked = FulfillmentRequestRow
    working = (JobRow.kind == JobKind.DELEGATE.value, JobRow.state.in_(ABOUT_TO_ASK))
    return and_(
        OrderRow.state == OrderState.PENDING_FULFILLMENT.value,
        ~exists().where(asked.order_id == OrderRow.id, IS_OPEN).correlate(OrderRow),
        ~exists().where(JobRow.account_id == OrderRow.account_id, JobRow.order_id == OrderRow.id, *working).correlate(OrderRow),
    )


def _not_told() -> ColumnElement[bool]:
    row = DifferenceRow
    telling = JobRow.key == literal("notify:").concat(row.subject)
    untold = (func.coalesce(JobRow.account_id, "") == row.account_id, JobRow.state != JobState.DONE.value)
    return exists().where(telling, *untold).correlate(row)
