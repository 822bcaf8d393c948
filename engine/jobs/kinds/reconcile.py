"""Compares a store with what is here, as planned every night or because somebody wants it now."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane, retry_after
from engine.model.job import Job, JobKind, JobState
from engine.services.reconciliation.reconcile import reconcile_store
from engine.services.refusals import Refused
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_TRIES = 4  # of a store that cannot be asked: the next night comes anyway
NEXT_TURN_S = 60.0
BUSY_PAUSE_S = 20.0


def _handle(app: Application, job: Job, sessions: SessionPool) -> JobResult:
    store_id = str(job.payload["store_id"])
    try:
        before = _place(app, job.account_id, store_id)
        so_far = reconcile_store(app, job.account_id, store_id, sessions)
    except Refused as refusal:
        if refusal.message.code == "reconciling":
            return JobResult(job, JobState.DUE, "is being compared", again_s=BUSY_PAUSE_S)
        return JobResult(job, JobState.DONE, refusal.message.code)  # closed since, or never imported
    if so_far.goes_on:
        if (so_far.part, so_far.place) == before:
            return JobResult(job, JobState.DONE, "does not advance")
        return JobResult(job, JobState.DUE, "goes on later", again_s=NEXT_TURN_S)
    if so_far.is_complete:
        return JobResult(job, JobState.DONE, "complete")
    if job.attempts < MOST_TRIES:
        return JobResult(job, JobState.DUE, "incomplete", so_far.problem, retry_after(job.attempts))
    return JobResult(job, JobState.DONE, "incomplete", so_far.problem)


def _place(app: Application, account_id: str, store_id: str) -> tuple[object, str] | None:
    with app.reading() as uow:
        found = uow.reconciliations.find(account_id, store_id)
    return None if found is None or not found.goes_on else (found.part, found.place)


RECONCILE = JobType(
    JobKind.RECONCILE,
    Lane.IMPORTS,
    Text("Comparing a store", "La conciliación de una tienda"),
    _handle,
    log_level="info",
)
