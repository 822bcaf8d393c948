"""Entries of the inbox, joined with what people have said about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from engine.model.inbox import NOBODY, InboxCounts, InboxEntry, InboxKind, InboxMark, InboxView, Shown
from storage.columns import SentenceText, UtcDateTime
from storage.inbox.causes import CAUSES, OF_ACCOUNT, Cause
from storage.inbox.tables import InboxMarkRow
from storage.prepared import PreparedStatement
from storage.statements import upsert, values_of
from storage.tables import MembershipRow, OrderRow, UserRow

_NOW = bindparam("now", type_=UtcDateTime())
_AT_MOST = bindparam("at_most", type_=Integer())
_MARK = (InboxMarkRow.said_at, InboxMarkRow.actor, InboxMarkRow.snoozed_until, InboxMarkRow.done_at)


class SqlInbox:
    """Implements `engine.ports.Inbox`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_entries(
        self,
        account_id: str,
        view: InboxView,
        now: datetime,
        held_before: datetime,
        *,
        after: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[InboxEntry]:
        kinds = tuple(CAUSES) if view.kind is None else (view.kind,)
        given = {"of_account": account_id, "held_before": held_before, "now": now, "at_most": limit, "assignee": view.assignee}
        if after is not None:
            given |= {"after_since": after[0], "after_id": after[1]}
        query = _entries(kinds, view.shown, _whose(view), after is not None)
        return [_to_entry(row, account_id) for row in self._connection.execute(query, given)]

    def count(self, account_id: str, user_id: str, now: datetime, held_before: datetime, limit: int) -> InboxCounts:
        given = {"of_account": account_id, "held_before": held_before, "now": now, "at_most": limit}
        by_kind: dict[InboxKind, int] = {}
        whose = {user_id: 0, None: 0}
        for kind, assignee, count in _COUNTED.execute(self._connection, given):
            by_kind[InboxKind(kind)] = by_kind.get(InboxKind(kind), 0) + count
            if assignee in whose:
                whose[assignee] += count
        ordered = {kind: by_kind[kind] for kind in InboxKind if kind in by_kind}
        return InboxCounts(ordered, whose[user_id], whose[None], limit)

    def find(self, account_id: str, kind: InboxKind, subject: str, now: datetime, held_before: datetime) -> InboxEntry | None:
        given = {"of_account": account_id, "held_before": held_before, "subject": subject}
        row = self._connection.execute(_one(kind), given).first()
        return None if row is None else _to_entry(row, account_id)

    def put_mark(self, mark: InboxMark) -> None:
        statement = upsert(self._connection, InboxMarkRow)
        kept = ("since", "said_at", "actor", "assignee", "snoozed_until", "done_at")
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["account_id", "kind", "subject"], set_={name: statement.excluded[name] for name in kept}
            ),
            values_of(mark),
        )

    def forget_ended(self, account_id: str, now: datetime, said_before: datetime) -> int:
        row, forgotten = InboxMarkRow, 0
        given = {"of_account": account_id, "held_before": now}  # whatever the account's limit is or was
        for kind, causes in CAUSES.items():
            holds = or_(*(_holds(cause) for cause in causes))
            ended = (row.account_id == OF_ACCOUNT, row.kind == kind.value, row.said_at < said_before, ~holds)
            forgotten += self._connection.execute(delete(row).where(*ended), given).rowcount
        return forgotten


def _holds(cause: Cause) -> ColumnElement[bool]:
    found = cause().subquery()
    return exists(select(found.c.kind).where(found.c.subject == InboxMarkRow.subject, found.c.since == InboxMarkRow.since))


def _whose(view: InboxView) -> str:
    if view.assignee is None:
        return "all"
    return "nobody" if view.assignee == NOBODY else "one"


def _marked(cause: Cause) -> tuple[Subquery, Select[Any]]:
    """A cause with what was said about it as it holds now; who has left the account has said it in vain."""
    found = cause().subquery()
    mark, person = InboxMarkRow, MembershipRow
    same = and_(
        *(mark.account_id == OF_ACCOUNT, mark.kind == found.c.kind, mark.subject == found.c.subject),
        mark.since == found.c.since,
    )
    query = select(*found.c, person.user_id.label("assignee"), *_MARK).select_from(found).outerjoin(mark, same)
    return found, query.outerjoin(person, and_(person.account_id == OF_ACCOUNT, person.user_id == mark.assignee))


def _is(shown: Shown) -> ColumnElement[bool]:
    mark = InboxMarkRow
    match shown:
        case Shown.DONE:
            return mark.done_at.is_not(None)
        case Shown.SNOOZED:
            return and_(mark.done_at.is_(None), mark.snoozed_until > _NOW)
    return and_(mark.done_at.is_(None), or_(mark.snoozed_until.is_(None), mark.snoozed_until <= _NOW))


def _counted() -> Select[Any]:
    """One statement for all kinds: a page of any area asks it."""
    parts = []
    for causes in CAUSES.values():
        for cause in causes:
            found, query = _marked(cause)
            counted = query.with_only_columns(found.c.kind, MembershipRow.user_id.label("assignee"))
            parts.append(select(counted.where(_is(Shown.OPEN)).limit(_AT_MOST).subquery()))
    every = union_all(*parts).subquery()
    return select(every.c.kind, every.c.assignee, func.count()).group_by(every.c.kind, every.c.assignee)


_COUNTED = PreparedStatement(_counted)


@cache
def _entries(kinds: Sequence[InboxKind], shown: Shown, whose: str, goes_on: bool) -> Select[Any]:
    """Of each cause no more than a page has room for, and of those the page."""
    parts = [select(_page(cause, shown, whose, goes_on).subquery()) for kind in kinds for cause in CAUSES[kind]]
    every = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    return _with_names(every).order_by(every.c.since, every.c.entry_id).limit(_AT_MOST)


def _page(cause: Cause, shown: Shown, whose: str, goes_on: bool) -> Select[Any]:
    found, query = _marked(cause)
    entry_id = (found.c.kind + ":" + found.c.subject).label("entry_id")
    query = query.add_columns(entry_id).where(_is(shown))
    if whose != "all":
        wanted = MembershipRow.user_id.is_(None) if whose == "nobody" else MembershipRow.user_id == bindparam("assignee")
        query = query.where(wanted)
    if goes_on:
        at, last = bindparam("after_since", type_=UtcDateTime()), bindparam("after_id", type_=Text())
        query = query.where(found.c.since >= at, or_(found.c.since > at, entry_id.element > last))
    return query.order_by(found.c.since, entry_id).limit(_AT_MOST)


@cache
def _one(kind: InboxKind) -> Select[Any]:
    parts = []
    for cause in CAUSES[kind]:
        found, query = _marked(cause)
        parts.append(query.where(found.c.subject == bindparam("subject", type_=Text())))
    every = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    return _with_names(every)


def _with_names(every: Subquery) -> Select[Any]:
    query = select(
        *(column for column in every.c if column.key != "problem"),
        type_coerce(every.c.problem, SentenceText()).label("problem"),
        OrderRow.order_number,
        UserRow.email,
    )
    with_order = query.select_from(every).outerjoin(
        OrderRow, and_(OrderRow.id == every.c.order_id, func.coalesce(OrderRow.account_id, "") == OF_ACCOUNT)
    )
    return with_order.outerjoin(UserRow, UserRow.id == every.c.assignee)


def _to_entry(row: Row[Any], account_id: str) -> InboxEntry:
    kind = InboxKind(row.kind)
    mark = None
    if row.said_at is not None:
        said = (row.since, row.said_at, row.actor, row.assignee, row.snoozed_until, row.done_at)
        mark = InboxMark(account_id, kind, row.subject, *said)
    return InboxEntry(
        kind,
        row.subject,
        row.since,
        order_id=row.order_id,
        order_number=row.order_number or "",
        store_id=row.store_id,
        name=row.name or "",
        detail=row.detail or "",
        problem=row.problem,
        mark=mark,
        assignee_email=row.email or "",
    )
