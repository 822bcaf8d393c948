"""Ends a hold whose time has come."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.services.deciding.end_holds import end_hold
from engine.services.fulfillment.hold_order import end_person_hold
from engine.services.stores.sessions import SessionPool
from rules.messages import Text


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    if "hold_id" in job.payload:
        note = end_person_hold(app, job.account_id, str(job.order_id), str(job.payload["hold_id"]))
        return JobResult(job, JobState.DONE, note)
    return JobResult(job, JobState.DONE, end_hold(app, job))


RELEASE_HOLD = JobType(
    JobKind.RELEASE_HOLD,
    Lane.ORDERS,
    Text("Ending the hold of order {order}", "El fin de la retención del pedido {order}"),
    _handle,
)
