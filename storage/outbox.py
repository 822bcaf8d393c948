"""The outbox: jobs written in the transaction that decided them, and handed out under leases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from engine.model.job import UNDELIVERED, Job, JobKind, JobState
from engine.model.redaction import Redaction
from engine.model.sentence import Sentence
from storage.repositories.bulk import insert_many
from storage.repositories.statements import in_parts, upsert_for, values_of
from storage.tables import JobRow

_CANDIDATES = 10
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
            }
            changed = self._connection.execute(
                update(JobRow)
                .where(JobRow.key == job.key, JobRow.account_id == job.account_id, JobRow.state.in_(_UNSENT))
                .values(values)
            )
            renewed += changed.rowcount
        return renewed

    def arm(self, job: Job, *, patient: bool = False) -> bool:
        values = {**values_of(job), "payload": dict(job.payload)}
        armed = self._connection.execute(_arming(self._connection.dialect.name, patient), values).one()
        return armed.state == JobState.DUE.value and armed.not_before <= job.not_before

    def find(self, key: str) -> Job | None:
        found = self._connection.execute(select(*_COLUMNS).where(JobRow.key == key)).mappings().first()
        return None if found is None else _to_job(found)

    def find_many(self, keys: Sequence[str]) -> dict[str, Job]:
        found: dict[str, Job] = {}
        for part in in_parts(keys):
            rows = self._connection.execute(select(*_COLUMNS).where(JobRow.key.in_(part))).mappings()
            found |= {row["key"]: _to_job(row) for row in rows}
        return found

    def call_off(self, key: str) -> bool:
        ended = self._connection.execute(
            update(JobRow)
            .where(JobRow.key == key, JobRow.state.in_(_UNSENT))
            .values(state=JobState.DONE.value, reason="called_off")
        )
        return ended.rowcount == 1

    def claim(
        self, owner: str, now: datetime, until: datetime, kinds: Sequence[str] = (), *, job_id: str | None = None
    ) -> Job | None:
        claimable = _claimable(now)
        query: Select[str] = select(JobRow.id).where(claimable)
        if job_id is not None:
            query = query.where(JobRow.id == job_id)
        if kinds:
            query = query.where(JobRow.kind.in_([str(kind) for kind in kinds]))
        query = query.order_by(JobRow.not_before, JobRow.id).limit(_CANDIDATES)
        while candidates := self._connection.scalars(query).all():
            for job_id in candidates:
                claimed = (
                    self._connection.execute(
                        update(JobRow)
                        .where(JobRow.id == job_id, claimable)
                        .values(state=JobState.RUNNING.value, lease_owner=owner, lease_until=until, attempts=JobRow.attempts + 1)
                        .returning(*_COLUMNS)
                    )
                    .mappings()
                    .first()
                )
                if claimed is not None:
                    return _to_job(claimed)
        return None

    def has_due(self, now: datetime, kinds: Sequence[str] = ()) -> bool:
        query = select(JobRow.id).where(_claimable(now)).limit(1)
        if kinds:
            query = query.where(JobRow.kind.in_([str(kind) for kind in kinds]))
        return self._connection.execute(query).first() is not None

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

    def release_waiting(self, account_id: str, order_id: str, now: datetime) -> int:
        released = self._connection.execute(
            update(JobRow)
            .where(
                JobRow.account_id == account_id,
                JobRow.order_id == order_id,
                JobRow.state == JobState.WAITING.value,
                JobRow.kind.not_in(UNDELIVERED),
            )
            .values(state=JobState.DUE.value, not_before=now, reason=None)
        )
        return released.rowcount

    def list_for_order(self, account_id: str, order_id: str) -> list[Job]:
        query = (
            select(*_COLUMNS)
            .where(JobRow.account_id == account_id, JobRow.order_id == order_id)
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

    def count(self, state: JobState) -> int:
        return self._connection.execute(select(func.count()).select_from(JobRow).where(JobRow.state == state.value)).scalar_one()


@lru_cache(maxsize=4)  # a webhook is answered after this, and making the statement takes longer than carrying it out
def _arming(dialect: str, patient: bool) -> ReturningInsert[str, datetime]:
    statement = upsert_for(dialect, JobRow)
    running = JobRow.state == JobState.RUNNING.value
    untouched = or_(running, JobRow.state == JobState.DUE.value) if patient else running
    renewed = {
        "state": case((running, JobRow.state), else_=JobState.DUE.value),
        "not_before": case((untouched, JobRow.not_before), else_=statement.excluded["not_before"]),
        "attempts": case((untouched, JobRow.attempts), else_=0),
        "payload": statement.excluded["payload"],
        "reason": None,
        "last_error": case((running, JobRow.last_error), else_=None),
    }
    return statement.on_conflict_do_update(index_elements=["key"], set_=renewed).returning(JobRow.state, JobRow.not_before)


def _claimable(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(JobRow.state == JobState.DUE.value, JobRow.not_before <= now),
        and_(JobRow.state == JobState.RUNNING.value, JobRow.lease_until <= now),
    )


def _held(job_id: str, owner: str) -> tuple[ColumnElement[bool], ...]:
    return (JobRow.id == job_id, JobRow.lease_owner == owner, JobRow.state == JobState.RUNNING.value)


def _to_job(row: Mapping[Any, Any]) -> Job:
    return Job(**{**row, "kind": JobKind(row["kind"]), "state": JobState(row["state"])})
