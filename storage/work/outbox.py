"""The outbox: jobs written in the transaction that decided them, and handed out under leases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, case, exists, func, or_, select, text, update
from sqlalchemy.sql.dml import ReturningInsert

from engine.model.job import (
    CALLED_OFF,
    IMPORT_THEN_KEY,
    ORDINARY,
    PERSON_WAITS,
    SENDING_KEY,
    UNDELIVERED,
    Job,
    JobKind,
    JobState,
)
from engine.model.lease import latest_end
from engine.model.order import OrderState
from engine.model.redaction import Redaction
from engine.model.sentence import Sentence
from storage.bulk import insert_many
from storage.columns import UtcDateTime
from storage.orders.tables import of_store
from storage.statements import in_parts, upsert_for, values_of
from storage.tables import FulfillmentRequestRow, JobRow, OrderRow
from storage.work.tables import UNTOLD

_NOT_BEGUN = (JobState.WAITING.value, JobState.DUE.value)
_UNSENT = (JobState.WAITING.value, JobState.DUE.value, JobState.DEAD.value)

_COLUMNS = (
    JobRow.id,
    JobRow.account_id,
    JobRow.kind,
    JobRow.key,
    JobRow.payload,
    JobRow.created_at,
    JobRow.not_before,
    JobRow.order_id,
    JobRow.state,
    JobRow.reason,
    JobRow.attempts,
    JobRow.last_error,
    JobRow.priority,
    JobRow.tried_at,
)


class Outbox:
    """Implements `engine.ports.Jobs`. Only a conditional update decides who works on a job, never what was read before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_many(self, jobs: Sequence[Job]) -> int:
        rows = [{**values_of(job), "payload": dict(job.payload)} for job in jobs]
        return insert_many(self._connection, JobRow, rows, keep=True)

    def renew_unsent(self, jobs: Sequence[Job]) -> int:
        renewed = 0
        for job in jobs:
            values: dict[str, Any] = {
                "payload": dict(job.payload),
                "state": job.state.value,
                "reason": job.reason,
                "not_before": job.not_before,
                "attempts": 0,
                "last_error": None,
                "priority": job.priority,
            }
            changed = self._connection.execute(
                update(JobRow)
                .where(JobRow.key == job.key, JobRow.account_id == job.account_id, JobRow.state.in_(_UNSENT))
                .values(values)
            )
            renewed += changed.rowcount
        return renewed

    def upsert_due(self, job: Job, *, patient: bool = False) -> bool:
        values = {**values_of(job), "payload": dict(job.payload)}
        armed = self._connection.execute(_arming(self._connection.dialect.name, patient), values).first()
        if armed is None:  # the key is another account's
            return False
        return armed.state == JobState.DUE.value and armed.not_before <= job.not_before

    def find(self, account_id: str, key: str) -> Job | None:
        found = (
            self._connection.execute(select(*_COLUMNS).where(JobRow.account_id == account_id, JobRow.key == key))
            .mappings()
            .first()
        )
        return None if found is None else _to_job(found)

    def find_many(self, account_id: str, keys: Sequence[str]) -> dict[str, Job]:
        found: dict[str, Job] = {}
        own = func.coalesce(JobRow.account_id, "") == account_id  # the keys lead: an account has many more jobs
        for part in in_parts(keys):
            rows = self._connection.execute(select(*_COLUMNS).where(own, JobRow.key.in_(part))).mappings()
            found |= {row["key"]: _to_job(row) for row in rows}
        return found

    def cancel(self, account_id: str, key: str) -> bool:
        ended = self._connection.execute(
            update(JobRow)
            .where(JobRow.account_id == account_id, JobRow.key == key, JobRow.state.in_(_UNSENT))
            .values(state=JobState.DONE.value, reason=CALLED_OFF)
        )
        return ended.rowcount == 1

    def give_up(self, account_id: str, key: str, why: Sentence) -> bool:
        ended = self._connection.execute(
            update(JobRow)
            .where(JobRow.account_id == account_id, JobRow.key == key, JobRow.state.in_(_NOT_BEGUN))
            .values(state=JobState.DEAD.value, reason=None, last_error=why)
        )
        return ended.rowcount == 1

    def claim(
        self,
        owner: str,
        now: datetime,
        until: datetime,
        kinds: Sequence[str] = (),
        *,
        job_id: str | None = None,
        after: Mapping[str, str] | None = None,
        avoid: Collection[str] = (),
    ) -> Job | None:
        if job_id is not None:
            return self._lease(job_id, owner, now, until)
        wanted = [str(kind) for kind in kinds or JobKind]
        while (candidate := self._next(wanted, now, after or {}, avoid)) is not None:
            claimed = self._lease(candidate, owner, now, until)
            if claimed is not None:
                return claimed  # else another process was quicker
        return None

    def _lease(self, job_id: str, owner: str, now: datetime, until: datetime) -> Job | None:
        leased = self._connection.execute(
            update(JobRow)
            .where(JobRow.id == job_id, _claimable(now))
            .values(
                state=JobState.RUNNING.value, lease_owner=owner, lease_until=until, attempts=JobRow.attempts + 1, tried_at=now
            )
            .returning(*_COLUMNS)
        )
        row = leased.mappings().first()
        return None if row is None else _to_job(row)

    def _next(self, kinds: Sequence[str], now: datetime, after: Mapping[str, str], avoid: Collection[str]) -> str | None:
        """The id of the job whose turn it is."""
        common = {"now": now, "avoid": [*avoid]}
        abandoned: str | None = self._connection.scalar(_ABANDONED, {**common, "void": latest_end(now), "kinds": kinds})
        if abandoned is not None:
            return abandoned
        for priority in (PERSON_WAITS, ORDINARY):
            for kind in kinds:
                last = after.get(kind, "")
                for beyond in (last, "") if last else ("",):  # to the end of the ring, then from its beginning
                    turn = {**common, "priority": priority, "kind": kind, "after": beyond}
                    due: str | None = self._connection.scalar(_TURN, turn)
                    if due is not None:
                        return due
        return None

    def has_due(self, now: datetime, kinds: Sequence[str] = ()) -> bool:
        wanted = [str(kind) for kind in kinds or JobKind]
        for kind in wanted:
            if self._connection.execute(_ANY_DUE, {"kind": kind, "now": now}).first() is not None:
                return True
        leased = {"now": now, "void": latest_end(now), "kinds": wanted, "avoid": []}
        return self._connection.execute(_ABANDONED, leased).first() is not None

    def pull_due(self, now: datetime, longest: timedelta, planned: Sequence[str]) -> int:
        beyond = (_in_state(JobState.DUE), JobRow.not_before > now + longest)
        meant = [*(JobRow.key.startswith(key) for key in planned), *map(_waits_for_request, (SENDING_KEY, IMPORT_THEN_KEY))]
        pulled = self._connection.execute(update(JobRow).where(*beyond, ~or_(*meant)).values(not_before=now))
        return pulled.rowcount

    def hold_lease(self, job_id: str, owner: str, until: datetime) -> bool:
        held = self._connection.execute(update(JobRow).where(*_held(job_id, owner)).values(lease_until=until))
        return held.rowcount == 1

    def finish(
        self,
        job_id: str,
        owner: str,
        state: JobState,
        *,
        error: Sentence | None,
        not_before: datetime | None,
        counted: bool = True,
    ) -> bool:
        values: dict[str, Any] = {"state": state.value, "last_error": error, "lease_owner": None, "lease_until": None}
        if not_before is not None:
            values["not_before"] = not_before
        if not counted:
            values["attempts"] = JobRow.attempts - 1
        ended = self._connection.execute(update(JobRow).where(*_held(job_id, owner)).values(values))
        return ended.rowcount == 1

    def release_waiting(self, account_id: str, order_id: str, now: datetime, *, priority: int = ORDINARY) -> int:
        released = self._connection.execute(
            update(JobRow)
            .where(
                JobRow.account_id == account_id,
                JobRow.order_id == order_id,
                JobRow.state == JobState.WAITING.value,
                JobRow.kind.not_in(UNDELIVERED),
            )
            .values(state=JobState.DUE.value, not_before=now, reason=None, priority=priority)
        )
        return released.rowcount

    def list_for_order(self, account_id: str, order_id: str) -> list[Job]:
        query = (
            select(*_COLUMNS)
            .where(JobRow.account_id == account_id, JobRow.order_id == order_id)
            .order_by(JobRow.created_at, JobRow.id)
        )
        return [_to_job(row) for row in self._connection.execute(query).mappings()]

    def list_last(self, account_id: str, order_id: str, limit: int) -> list[Job]:
        own = (JobRow.account_id == account_id, JobRow.order_id == order_id)
        last = select(JobRow.id).where(*own).order_by(JobRow.created_at.desc(), JobRow.id.desc()).limit(limit)
        shown = or_(JobRow.state != JobState.DONE.value, JobRow.id.in_(last))
        query = select(*_COLUMNS).where(*own, shown).order_by(JobRow.created_at, JobRow.id)
        return [_to_job(row) for row in self._connection.execute(query).mappings()]

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Job]]:
        found: dict[str, list[Job]] = {}
        for part in in_parts(order_ids):
            query = select(*_COLUMNS).where(JobRow.account_id == account_id, JobRow.order_id.in_(part))
            open_ones = query.where(JobRow.state != JobState.DONE.value).order_by(JobRow.created_at, JobRow.id)
            for row in self._connection.execute(open_ones).mappings():
                found.setdefault(str(row["order_id"]), []).append(_to_job(row))
        return found

    def list_for_orders_of(
        self, account_id: str, store_id: str, kinds: Sequence[JobKind], states: Sequence[JobState]
    ) -> list[Job]:
        query = (
            select(*_COLUMNS)
            .join(OrderRow, and_(OrderRow.id == JobRow.order_id, OrderRow.account_id == JobRow.account_id))
            .where(of_store(account_id, store_id), JobRow.kind.in_(kinds), JobRow.state.in_(states))
            .order_by(JobRow.created_at, JobRow.id)
        )
        return [_to_job(row) for row in self._connection.execute(query).mappings()]

    def redact(self, account_id: str, order_ids: Sequence[str], redaction: Redaction) -> int:
        redacted = 0
        for part in in_parts(order_ids):
            query = select(*_COLUMNS).where(JobRow.account_id == account_id, JobRow.order_id.in_(part))
            for job in [_to_job(row) for row in self._connection.execute(query).mappings()]:
                values = {"payload": redaction.value(job.payload), "last_error": redaction.sentence(job.last_error)}
                if values != {"payload": job.payload, "last_error": job.last_error}:
                    self._connection.execute(update(JobRow).where(JobRow.id == job.id).values(values))
                    redacted += 1
        return redacted

    def list_untold(self, account_id: str, limit: int) -> list[Job]:
        row = JobRow
        query = select(*_COLUMNS).where(row.account_id == account_id, text(UNTOLD)).order_by(row.created_at, row.id)
        return [_to_job(found) for found in self._connection.execute(query.limit(limit)).mappings()]

    def list_orders_to_tell(self, account_id: str, store_id: str, run_id: str, after: str, limit: int) -> list[str]:
        row, kept = JobRow, OrderRow
        telling = (row.account_id == account_id, text(UNTOLD), row.kind == JobKind.NOTIFY_STORE.value)
        untold = select(row.order_id).where(*telling, row.state != JobState.DEAD.value)
        own = (func.coalesce(kept.account_id, "") == account_id, func.coalesce(kept.store_id, "") == store_id)  # the jobs lead
        query = select(kept.external_id).where(
            kept.id.in_(untold),
            *own,
            kept.state == OrderState.SHIPPED.value,
            or_(kept.last_seen_run.is_(None), kept.last_seen_run != run_id),
            func.coalesce(kept.external_id, "") > after,
        )
        return list(self._connection.scalars(query.order_by(kept.external_id).limit(limit)))

    def count(self, state: JobState) -> int:
        return self._connection.execute(select(func.count()).select_from(JobRow).where(_in_state(state))).scalar_one()


@lru_cache(maxsize=4)  # a webhook is answered after this, and making the statement takes longer than carrying it out
def _waits_for_request(key: str) -> ColumnElement[bool]:
    """Whether a job whose key is this and a request's id is due no later than the request may be seen."""
    row = FulfillmentRequestRow
    request = exists().where(row.id == func.substr(JobRow.key, len(key) + 1), row.not_before >= JobRow.not_before)
    return and_(JobRow.key.startswith(key), request)


def _arming(dialect: str, patient: bool) -> ReturningInsert[str, datetime]:
    statement = upsert_for(dialect, JobRow)
    running = JobRow.state == JobState.RUNNING.value
    untouched = or_(running, JobRow.state == JobState.DUE.value) if patient else running
    renewed = {
        "state": case((running, JobRow.state), else_=JobState.DUE.value),
        "not_before": case((untouched, JobRow.not_before), else_=statement.excluded["not_before"]),
        "attempts": case((untouched, JobRow.attempts), else_=0),
        "payload": statement.excluded["payload"],
        "priority": statement.excluded["priority"],
        "reason": None,
        "last_error": case((running, JobRow.last_error), else_=None),
    }
    own = JobRow.account_id == statement.excluded["account_id"]
    armed = statement.on_conflict_do_update(index_elements=["key"], set_=renewed, where=own)
    return armed.returning(JobRow.state, JobRow.not_before)


# The account whose turn it is, found by hopping from account to account in the index: what an account has due beyond its
# first job is never looked at, however much that is. States are written out because a partial index serves nothing else.
_TURN = text("""
    WITH RECURSIVE turn(account_id) AS (
        SELECT (SELECT min(account_id) FROM jobs
                WHERE state = 'due' AND kind = :kind AND priority = :priority AND account_id > :after)
        UNION ALL
        SELECT (SELECT min(account_id) FROM jobs
                WHERE state = 'due' AND kind = :kind AND priority = :priority AND account_id > turn.account_id)
        FROM turn WHERE turn.account_id IS NOT NULL
    )
    SELECT due.id FROM (
        SELECT (SELECT id FROM jobs
                WHERE state = 'due' AND kind = :kind AND priority = :priority AND account_id = turn.account_id
                AND not_before <= :now
                ORDER BY not_before, id LIMIT 1) AS id
        FROM turn WHERE turn.account_id IS NOT NULL AND turn.account_id NOT IN :avoid
    ) AS due WHERE due.id IS NOT NULL LIMIT 1
""").bindparams(bindparam("now", type_=UtcDateTime()), bindparam("avoid", expanding=True, type_=Text()))
_ANY_DUE = text("""
    SELECT id FROM jobs WHERE state = 'due' AND kind = :kind AND not_before <= :now
    ORDER BY priority, account_id, not_before, id LIMIT 1
""").bindparams(bindparam("now", type_=UtcDateTime()))
_ABANDONED = text("""
    SELECT id FROM jobs
    WHERE state = 'running' AND (lease_until <= :now OR lease_until > :void) AND kind IN :kinds AND account_id NOT IN :avoid
    ORDER BY lease_until, id LIMIT 1
""").bindparams(
    bindparam("now", type_=UtcDateTime()),
    bindparam("void", type_=UtcDateTime()),
    bindparam("kinds", expanding=True, type_=Text()),
    bindparam("avoid", expanding=True, type_=Text()),
)


def _claimable(now: datetime) -> ColumnElement[bool]:
    abandoned = or_(JobRow.lease_until <= now, JobRow.lease_until > latest_end(now))
    return or_(
        and_(JobRow.state == JobState.DUE.value, JobRow.not_before <= now),
        and_(JobRow.state == JobState.RUNNING.value, abandoned),
    )


def _in_state(state: JobState) -> ColumnElement[bool]:
    """The state written out, as partial indexes want it."""
    return JobRow.state == bindparam(None, state.value, literal_execute=True)


def _held(job_id: str, owner: str) -> tuple[ColumnElement[bool], ...]:
    return (JobRow.id == job_id, JobRow.lease_owner == owner, JobRow.state == JobState.RUNNING.value)


def _to_job(row: Mapping[Any, Any]) -> Job:
    return Job(**{**row, "kind": JobKind(row["kind"]), "state": JobState(row["state"])})
