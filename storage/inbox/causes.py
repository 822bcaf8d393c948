"""One query for each cause: of an account, what stands still, what it is about, and since when. Each is led by an index.

A cause that ends and happens anew has another time: what people have said about the earlier one does not count for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    text,
)

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.inbox import ASKED_TOO_LATE, InboxKind
from engine.model.job import TELLING, JobKind, JobState
from engine.model.order import DELIVERY_PROBLEM, OVERDUE, OrderState
from engine.model.store import StoreState
from engine.model.write_back import ASKS_PARTS
from storage.base import Base
from storage.columns import UtcDateTime
from storage.labels.tables import IS_UNKNOWN
from storage.orders.tables import IS_HELD
from storage.reconciliation.holding import still_holds
from storage.tables import (
    AccountRow,
    AlertRow,
    CarrierAccountRow,
    ConnectionRow,
    DecisionRow,
    DifferenceRow,
    FulfillmentRequestRow,
    HoldRow,
    ImportRunRow,
    IntegratedProviderRow,
    JobRow,
    LabelRow,
    OrderFlagRow,
    OrderRow,
    ParkedNoteRow,
    RuleStandingRow,
    StoreRow,
    TrackingRow,
)
from storage.work.tables import IS_DEAD

OF_ACCOUNT = bindparam("of_account", type_=Text())
HELD_BEFORE = bindparam("held_before", type_=UtcDateTime())
_REJECTED = OrderState.REJECTED_FULFILLMENT.value
RUNS_LOOKED_AT = 200  # of a store
FAILURES_SHOWN = 2  # one failed import goes away by itself more often than not
_TELLING = tuple(kind.value for kind in TELLING)
_OF_TELLING = (JobState.DEAD.value, JobState.DUE.value, JobState.RUNNING.value)
_OF_LABEL = (JobKind.BUY_LABEL.value,)  # the label itself says how it stands
# In the words of the index, but that the connection has a state too.
_IS_ASKED = text("(fulfillment_requests.state = 'cancel_requested' OR fulfillment_requests.change_state = 'asked')")
_NO_TEXT = cast(null(), Text)
# No parameters: partial indexes are about other values of the same columns, and with a parameter SQLite would plan the whole
# statement anew each time, which takes longer than to answer it.
_IS_REJECTED = FulfillmentRequestRow.state == literal_column("'rejected'")
_IS_TOO_LATE = and_(FulfillmentRequestRow.state == literal_column("'cancel_requested'"), not_(FulfillmentRequestRow.is_open))
_IS_WAITING = JobRow.state == literal_column(f"'{JobState.WAITING.value}'")

Cause = Callable[[], Select[Any]]


def _cause(
    kind: InboxKind,
    subject: Any,
    since: Any,
    *,
    order_id: Any = _NO_TEXT,
    store_id: Any = _NO_TEXT,
    name: Any = _NO_TEXT,
    detail: Any = _NO_TEXT,
    problem: Any = _NO_TEXT,
) -> Select[Any]:
    return select(
        literal_column(f"'{kind.value}'", Text).label("kind"),
        cast(subject, Text).label("subject"),
        since.label("since"),
        order_id.label("order_id"),
        store_id.label("store_id"),
        name.label("name"),
        detail.label("detail"),
        cast(problem, Text).label("problem"),
    )


def _own(row: type[Base]) -> ColumnElement[bool]:
    return row.__table__.c.account_id == OF_ACCOUNT


def _flagged(order_id: Any, flag: str) -> ColumnElement[bool]:
    return exists().where(_own(OrderFlagRow), OrderFlagRow.flag == flag, OrderFlagRow.order_id == order_id)


def _provider() -> Any:
    """What the merchant calls the provider of a request that is joined with its connection and its provider's account."""
    return func.coalesce(func.nullif(ConnectionRow.company_name, ""), AccountRow.name)


def client_asks() -> Select[Any]:
    asked = FulfillmentRequestRow
    query = _cause(
        InboxKind.CLIENT_ASKS,
        asked.id,
        func.coalesce(asked.changed_at, asked.created_at),
        order_id=asked.copy_id,
        name=func.coalesce(func.nullif(ConnectionRow.client_name, ""), AccountRow.name),
        detail=case((_IS_TOO_LATE, literal_column(f"'{ASKED_TOO_LATE}'")), else_=asked.state),
    )
    with_names = query.select_from(asked).outerjoin(AccountRow, AccountRow.id == asked.account_id)  # the index leads
    return with_names.outerjoin(ConnectionRow, ConnectionRow.id == asked.connection_id).where(
        asked.provider_id == OF_ACCOUNT, _IS_ASKED, asked.copy_id.is_not(None)
    )


def rejected() -> Select[Any]:
    asked = FulfillmentRequestRow
    last = (
        select(func.max(asked.id))
        .where(_own(asked), asked.order_id == OrderRow.id, _IS_REJECTED)
        .correlate(OrderRow)
        .scalar_subquery()
    )
    query = _cause(
        InboxKind.REJECTED,
        OrderRow.id,
        func.coalesce(asked.changed_at, asked.created_at, OrderRow.updated_at),
        order_id=OrderRow.id,
        name=_provider(),
        detail=asked.state_reason,
        problem=func.nullif(asked.reason_text, ""),
    )
    joined = (
        query.select_from(OrderRow).outerjoin(asked, asked.id == last).outerjoin(AccountRow, AccountRow.id == asked.provider_id)
    )
    return joined.outerjoin(ConnectionRow, ConnectionRow.id == asked.connection_id).where(
        _own(OrderRow), OrderRow.status == _REJECTED
    )


def overdue() -> Select[Any]:
    asked = FulfillmentRequestRow
    query = _cause(InboxKind.OVERDUE, asked.id, asked.fulfil_by, order_id=asked.order_id, name=_provider())
    joined = query.select_from(OrderFlagRow).join(asked, asked.order_id == OrderFlagRow.order_id)
    return (
        joined.outerjoin(AccountRow, AccountRow.id == asked.provider_id)
        .outerjoin(ConnectionRow, ConnectionRow.id == asked.connection_id)
        .where(_own(OrderFlagRow), OrderFlagRow.flag == OVERDUE, asked.overdue_at.is_not(None), asked.is_open)
        .where(func.coalesce(asked.account_id, "") == OF_ACCOUNT)
    )


def held() -> Select[Any]:
    """Neither what ends by itself at a time, nor what only a client can release."""
    endless = or_(
        exists().where(HoldRow.order_id == OrderRow.id, HoldRow.until.is_(None)),
        and_(OrderRow.holds == 0, OrderRow.held_until.is_(None)),
    )
    by_client = and_(StoreRow.kind == "client", OrderRow.holds == 0, cast(OrderRow.held_by, Text) == literal_column("'[]'"))
    query = _cause(InboxKind.HELD, OrderRow.id, OrderRow.held_since, order_id=OrderRow.id)
    return (
        query.select_from(OrderRow)
        .outerjoin(StoreRow, StoreRow.id == OrderRow.store_id)
        .where(_own(OrderRow), IS_HELD, OrderRow.held_since <= HELD_BEFORE, endless, func.coalesce(~by_client, True))
    )


def _of_flagged(column: Any) -> Any:
    """Something of the flagged order. Asked for each by its key: joined, PostgreSQL would read all orders there are."""
    own = (OrderRow.id == OrderFlagRow.order_id, func.coalesce(OrderRow.account_id, "") == OF_ACCOUNT)
    return select(column).where(*own).correlate(OrderFlagRow).scalar_subquery()


def _decided_at() -> Any:
    """When the rules ran over the flagged order the last time."""
    decision = OrderFlagRow.order_id == DecisionRow.order_id, DecisionRow.id == _of_flagged(OrderRow.decision_id)
    return select(DecisionRow.decided_at).where(*decision).correlate(OrderFlagRow).scalar_subquery()


def _last_alert(column: Any) -> Any:
    """Something of the last alert about the flagged order."""
    of_order = (AlertRow.order_id == OrderFlagRow.order_id, func.coalesce(AlertRow.account_id, "") == OF_ACCOUNT)
    last = select(column).where(*of_order).order_by(AlertRow.created_at.desc(), AlertRow.id.desc()).limit(1)
    return last.correlate(OrderFlagRow).scalar_subquery()


def _telling() -> Any:
    """A job that tells of the flagged order and was given up, or is tried again: its flag goes once that has worked.

    A value, not `exists`: of that PostgreSQL would read all jobs there are.
    """
    of_order = (_own(JobRow), JobRow.order_id == OrderFlagRow.order_id)
    telling = (JobRow.kind.in_(_TELLING), JobRow.state.in_(_OF_TELLING))
    return select(JobRow.id).where(*of_order, *telling).limit(1).correlate(OrderFlagRow).scalar_subquery()


def attention() -> Select[Any]:
    """What a flag says and no other cause of the same order explains; what was handed over since it was told is settled.

    Since it was told last, or the rules ran: what is told after that happens anew.
    """
    asked = FulfillmentRequestRow
    given_up = exists().where(
        *(_own(JobRow), JobRow.order_id == OrderFlagRow.order_id, IS_DEAD, JobRow.kind.not_in((*_TELLING, *_OF_LABEL)))
    )
    handed_over = exists().where(
        *(asked.order_id == OrderFlagRow.order_id, func.coalesce(asked.account_id, "") == OF_ACCOUNT, asked.is_open),
        asked.created_at > _last_alert(AlertRow.created_at),
    )
    untold = and_(_of_flagged(OrderRow.flagged_untold), _telling().is_not(None))
    decided, told = func.coalesce(_decided_at(), _of_flagged(OrderRow.imported_at)), _last_alert(AlertRow.created_at)
    query = _cause(
        *(InboxKind.ATTENTION, OrderFlagRow.order_id, case((told > decided, told), else_=decided)),
        order_id=OrderFlagRow.order_id,
        problem=_last_alert(AlertRow.message),
    )
    flagged = (_own(OrderFlagRow), OrderFlagRow.flag == NEEDS_ATTENTION)
    return query.where(*flagged, _of_flagged(OrderRow.status) != _REJECTED, ~given_up, ~handed_over, ~untold)


def unknown_label() -> Select[Any]:
    """One that is no longer being found out about."""
    working = (JobState.DUE.value, JobState.RUNNING.value)
    tried = exists().where(
        *(_own(JobRow), JobRow.order_id == LabelRow.order_id, JobRow.kind == JobKind.BUY_LABEL.value, JobRow.state.in_(working))
    )
    query = _cause(
        InboxKind.UNKNOWN_LABEL,
        LabelRow.id,
        func.coalesce(LabelRow.created_at, LabelRow.bought_at),  # else SQLite reads all labels in this order
        order_id=LabelRow.order_id,
        name=LabelRow.carrier,
        problem=LabelRow.error,
    )
    return query.where(_own(LabelRow), IS_UNKNOWN, ~tried)


def delivery_problem() -> Select[Any]:
    of_order = (TrackingRow.order_id == OrderFlagRow.order_id, func.coalesce(TrackingRow.account_id, "") == OF_ACCOUNT)
    at = select(func.max(TrackingRow.problem_at)).where(*of_order).correlate(OrderFlagRow).scalar_subquery()
    since = func.coalesce(at, _of_flagged(OrderRow.imported_at))
    query = _cause(InboxKind.DELIVERY_PROBLEM, OrderFlagRow.order_id, since, order_id=OrderFlagRow.order_id)
    return query.where(_own(OrderFlagRow), OrderFlagRow.flag == DELIVERY_PROBLEM)


def not_told() -> Select[Any]:
    query = _of_job(InboxKind.NOT_TOLD)
    return query.where(_own(JobRow), IS_DEAD, JobRow.kind.in_(_TELLING))


def asks_parts() -> Select[Any]:
    """A person has to say when the store hears of a part that has left."""
    waits = (_own(JobRow), JobRow.order_id == OrderFlagRow.order_id, JobRow.kind == JobKind.NOTIFY_STORE.value)
    waiting = select(func.min(JobRow.created_at)).where(*waits, _IS_WAITING)
    since = waiting.correlate(OrderFlagRow).scalar_subquery()
    query = _cause(
        *(InboxKind.NOT_TOLD, OrderFlagRow.order_id, since),
        order_id=OrderFlagRow.order_id,
        detail=literal_column(f"'{ASKS_PARTS}'", Text),
    )
    return query.where(_own(OrderFlagRow), OrderFlagRow.flag == ASKS_PARTS, since.is_not(None))


def failed_job() -> Select[Any]:
    """Of an order's work only while the order is flagged: what has become of it otherwise needs nobody."""
    needed = or_(JobRow.order_id.is_(None), JobRow.kind == JobKind.VOID_LABEL.value, _flagged(JobRow.order_id, NEEDS_ATTENTION))
    query = _of_job(InboxKind.FAILED_JOB)
    return query.where(_own(JobRow), IS_DEAD, JobRow.kind.not_in((*_TELLING, *_OF_LABEL)), needed)


def _of_job(kind: InboxKind) -> Select[Any]:
    since = func.coalesce(JobRow.tried_at, JobRow.created_at)
    return _cause(kind, JobRow.id, since, order_id=JobRow.order_id, detail=JobRow.kind, problem=JobRow.last_error)


def not_imported() -> Select[Any]:
    query = _of_store(InboxKind.NOT_IMPORTED)
    return query.where(StoreRow.state == StoreState.CONNECTED.value, StoreRow.failures >= FAILURES_SHOWN)


def refused_credentials() -> Select[Any]:
    return _of_store(InboxKind.REFUSED_CREDENTIALS).where(StoreRow.state == StoreState.REFUSED.value)


def _of_store(kind: InboxKind) -> Select[Any]:
    """Since its last import that came through, or since it was connected where none of those looked at did."""
    since = func.coalesce(_of_runs("started_at", outcome="done"), StoreRow.created_at)
    why = _of_runs("error", outcome="failed")
    return _cause(kind, StoreRow.id, since, store_id=StoreRow.id, name=StoreRow.name, problem=why).where(_own(StoreRow))


def _of_runs(column: str, *, outcome: str) -> Any:
    """Something of the last run with an outcome, among the last ones."""
    run = ImportRunRow
    of_store = select(run.started_at, run.outcome, run.error).where(run.store_id == StoreRow.id)
    last = of_store.order_by(run.started_at.desc()).limit(RUNS_LOOKED_AT).correlate(StoreRow).subquery()
    found = select(last.c[column]).where(last.c.outcome == outcome).order_by(last.c.started_at.desc()).limit(1)
    return found.correlate(StoreRow).scalar_subquery()


def parked() -> Select[Any]:
    note = ParkedNoteRow
    number = func.coalesce(func.nullif(note.order_number, ""), note.external_id)
    query = _cause(
        InboxKind.PARKED,
        note.store_id + ":" + note.external_id,
        note.parked_since,
        store_id=note.store_id,
        name=StoreRow.name,
        detail=number,
        problem=note.problem,
    )
    closed = StoreState.CLOSED.value
    return query.select_from(note).join(StoreRow, StoreRow.id == note.store_id).where(_own(note), StoreRow.state != closed)


def difference() -> Select[Any]:
    """Since the first one that counts was seen; the detail is the kind and how many there are."""
    row = DifferenceRow
    detail = row.kind + ":" + cast(func.count(), Text)
    query = _cause(
        *(InboxKind.DIFFERENCE, row.store_id + ":" + row.kind, func.min(row.first_seen)),
        store_id=row.store_id,
        name=func.min(StoreRow.name),
        detail=detail,
    )
    of_open = and_(StoreRow.id == row.store_id, StoreRow.state != StoreState.CLOSED.value)
    return query.select_from(row).join(StoreRow, of_open).where(_own(row), still_holds()).group_by(row.store_id, row.kind)


def invalid_rule() -> Select[Any]:
    rule = RuleStandingRow
    query = _cause(InboxKind.INVALID_RULE, rule.rule_id, rule.invalid_since, name=rule.rule_id)
    return query.where(_own(rule), rule.invalid_since.is_not(None))


def carrier_refuses() -> Select[Any]:
    row = CarrierAccountRow
    name = func.coalesce(func.nullif(row.nickname, ""), row.carrier)
    query = _cause(InboxKind.CARRIER_REFUSES, row.id, row.refused_since, name=name, problem=row.refusal)
    return query.where(_own(row), row.refused_since.is_not(None))


def provider_fails() -> Select[Any]:
    """Once the account's admins have been told: most failures mend by themselves before."""
    row = IntegratedProviderRow
    fails = (InboxKind.PROVIDER_FAILS, row.connection_id, row.failing_since)
    query = _cause(*fails, name=ConnectionRow.company_name, problem=row.last_error)
    joined = query.select_from(row).join(ConnectionRow, ConnectionRow.id == row.connection_id)
    return joined.where(_own(row), row.failing_since.is_not(None), row.told_at.is_not(None))


CAUSES: Mapping[InboxKind, tuple[Cause, ...]] = {
    InboxKind.CLIENT_ASKS: (client_asks,),
    InboxKind.REJECTED: (rejected,),
    InboxKind.OVERDUE: (overdue,),
    InboxKind.HELD: (held,),
    InboxKind.ATTENTION: (attention,),
    InboxKind.UNKNOWN_LABEL: (unknown_label,),
    InboxKind.DELIVERY_PROBLEM: (delivery_problem,),
    InboxKind.NOT_TOLD: (not_told, asks_parts),
    InboxKind.NOT_IMPORTED: (not_imported,),
    InboxKind.PARKED: (parked,),
    InboxKind.REFUSED_CREDENTIALS: (refused_credentials,),
    InboxKind.DIFFERENCE: (difference,),
    InboxKind.CARRIER_REFUSES: (carrier_refuses,),
    InboxKind.PROVIDER_FAILS: (provider_fails,),
    InboxKind.INVALID_RULE: (invalid_rule,),
    InboxKind.FAILED_JOB: (failed_job,),
}
