"""All that happened to one order, from every table that knows of it: a page at a time, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Text, and_, cast, func, literal, null, or_, select, type_coerce, union_all

from engine.model.job import CALLED_OFF
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence
from engine.model.timeline import (
    ACTION_KINDS,
    MAILS,
    SAID_ELSEWHERE,
    TimelineEntry,
    TimelineKind,
    TimelinePage,
    TimelinePlace,
    TimelineSource,
)
from storage.columns import json_from, sentence_from
from storage.database import Database
from storage.tables import (
    AlertRow,
    AuditRow,
    DecisionRow,
    FulfillmentRequestRow,
    JobRow,
    RequestMessageRow,
    TrackingEventRow,
    TrackingRow,
)

LONGEST_POSITION = 18  # digits of the audit trail's key
_S = TimelineSource
_NOTHING = cast(null(), Text)
_KINDS_OF: dict[TimelineSource, TimelineKind] = {
    _S.DECISION: TimelineKind.DECISION,
    _S.MESSAGE: TimelineKind.PROVIDER,
    _S.JOB: TimelineKind.TOLD,
    _S.TRACKING: TimelineKind.TRACKING,
    _S.ALERT: TimelineKind.ALERT,
}


class _Rows(NamedTuple):
    """The rows of a table that are about an order. `said` is a sentence, or what somebody wrote."""

    source: TimelineSource
    at: Any
    key: Any
    where: list[ColumnElement[bool]]
    actor: Any = _NOTHING
    action: Any = _NOTHING
    before: Any = _NOTHING
    after: Any = _NOTHING
    said: Any = _NOTHING


def read_timeline(
    database: Database,
    account_id: str,
    order_id: str,
    kinds: Collection[TimelineKind],
    before: TimelinePlace | None,
    limit: int,
) -> TimelinePage:
    """What happened before a place, of these kinds, or of all without any: the newest first."""
    sources = [make(account_id, order_id) for make in _SOURCES]
    asked = [_newest(one, kinds, before, limit + 1) for one in sources if _has(one.source, kinds)]
    with database.begin_reading() as connection:
        rows = connection.execute(union_all(*asked)).all() if asked else []
    entries = sorted(map(_to_entry, rows), key=lambda entry: _order(entry.place), reverse=True)
    page = tuple(entries[:limit])
    return TimelinePage(page, page[-1].place if len(entries) > limit else None)


def _audit(account_id: str, order_id: str) -> _Rows:
    row, request = AuditRow, FulfillmentRequestRow
    received = select(request.id).where(request.copy_id == order_id, request.provider_id == account_id)
    subjects = union_all(select(literal(order_id, Text)), received)  # one list, so that the index finds each of them
    own = [row.account_id == account_id, row.subject_id.in_(subjects), row.action.not_in(SAID_ELSEWHERE)]
    values = {"before": _raw(row.before), "after": _raw(row.after)}
    return _Rows(_S.AUDIT, row.at, row.position, own, row.actor, row.action, **values)


def _decisions(account_id: str, order_id: str) -> _Rows:
    row = DecisionRow
    own = [row.account_id == account_id, row.order_id == order_id]
    values = {"before": _raw(row.rule_set_version_ids), "after": _raw(row.matched)}
    return _Rows(_S.DECISION, row.decided_at, row.id, own, action=row.trigger, **values)


def _messages(account_id: str, order_id: str) -> _Rows:
    row, request = RequestMessageRow, FulfillmentRequestRow
    asked = and_(request.order_id == order_id, func.coalesce(request.account_id, "") == account_id)  # the order leads
    received = and_(request.copy_id == order_id, request.provider_id == account_id)
    own = [row.request_id.in_(select(request.id).where(or_(asked, received))), row.kind == MessageKind.WRITTEN.value]
    return _Rows(_S.MESSAGE, row.at, row.id, own, row.actor, row.kind, before=row.side, said=row.text)


def _mails(account_id: str, order_id: str) -> _Rows:
    row = JobRow
    own = [row.account_id == account_id, row.order_id == order_id, row.kind.in_([one.value for one in MAILS])]
    own += [row.tried_at.is_not(None), or_(row.reason.is_(None), row.reason != CALLED_OFF)]
    return _Rows(_S.JOB, row.tried_at, row.id, own, action=row.kind, after=row.state, said=_raw(row.last_error))


def _tracking(account_id: str, order_id: str) -> _Rows:
    row, way = TrackingEventRow, TrackingRow
    shipments = select(way.shipment_id).where(way.order_id == order_id, way.account_id == account_id)
    own = [row.shipment_id.in_(shipments), row.account_id == account_id]
    said = {"before": row.place, "after": row.number, "said": _raw(row.words)}
    return _Rows(_S.TRACKING, row.at, row.digest, own, action=row.state, **said)


def _alerts(account_id: str, order_id: str) -> _Rows:
    row = AlertRow
    own = [func.coalesce(row.account_id, "") == account_id, row.order_id == order_id]  # the order leads
    return _Rows(_S.ALERT, row.created_at, row.id, own, said=_raw(row.message))


_SOURCES: tuple[Callable[[str, str], _Rows], ...] = (_audit, _decisions, _messages, _mails, _tracking, _alerts)


def _has(source: TimelineSource, kinds: Collection[TimelineKind]) -> bool:
    if source is _S.AUDIT:
        return not kinds or any(kind in kinds for kind in ACTION_KINDS.values())
    return not kinds or _KINDS_OF[source] in kinds


def _newest(rows: _Rows, kinds: Collection[TimelineKind], before: TimelinePlace | None, limit: int) -> Select[Any]:
    wanted = list(rows.where)
    if kinds and rows.source is _S.AUDIT:
        wanted.append(AuditRow.action.in_([action for action, kind in ACTION_KINDS.items() if kind in kinds]))
    if before is not None:
        wanted.append(_is_before(rows, before))
    columns = [
        rows.at.label("at"),
        literal(rows.source.value, Text).label("source"),
        cast(rows.key, Text).label("key"),
        *(getattr(rows, name).label(name) for name in ("actor", "action", "before", "after", "said")),
    ]
    return select(select(*columns).where(*wanted).order_by(rows.at.desc(), rows.key.desc()).limit(limit).subquery())


def _is_before(rows: _Rows, place: TimelinePlace) -> ColumnElement[bool]:
    """Of the same moment what is of an earlier source, or has a smaller key, is older."""
    if rows.source is not place.source:
        earlier: ColumnElement[bool] = rows.at <= place.at if rows.source.value < place.source.value else rows.at < place.at
        return earlier
    key = _position(place.key) if rows.source is _S.AUDIT else place.key
    return or_(rows.at < place.at, and_(rows.at == place.at, rows.key < key))


def _position(key: str) -> int:
    return int(key) if key.isdecimal() and len(key) <= LONGEST_POSITION else 0


def _order(place: TimelinePlace) -> tuple[datetime, str, int, str]:
    return place.at, place.source.value, _position(place.key) if place.source is _S.AUDIT else 0, place.key


def _to_entry(row: Row[Any]) -> TimelineEntry:
    source = TimelineSource(row.source)
    kind = ACTION_KINDS.get(row.action) if source is _S.AUDIT else _KINDS_OF[source]
    is_json = source in (_S.AUDIT, _S.DECISION)
    return TimelineEntry(
        TimelinePlace(row.at, source, row.key),
        kind,
        row.actor or "",
        row.action or "",
        json_from(row.before) if is_json and row.before is not None else row.before,
        json_from(row.after) if is_json and row.after is not None else row.after,
        _said(source, row.said),
    )


def _said(source: TimelineSource, kept: str | None) -> Sentence | None:
    if not kept:
        return None
    return Sentence.of(kept) if source is _S.MESSAGE else sentence_from(kept)


def _raw(column: Any) -> Any:
    """What a column of JSON or of sentences holds, as it is kept."""
    return type_coerce(column, Text)
