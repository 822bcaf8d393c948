"""Does one thing with many orders, some at a time, so that other accounts have their turns in between."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.ports import UnitOfWork
from engine.services.bulk.run import end_work, work_on
from engine.services.stores.sessions import SessionPool
from rules.messages import Text


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    action = work_on(app, job.account_id, str(job.payload["action_id"]))
    if action.is_running:
        return JobResult(job, JobState.DUE, action.state.value, again_s=0)
    return JobResult(job, JobState.DONE, action.state.value)


def _ended(app: Application, uow: UnitOfWork, worked: JobResult) -> None:
    if worked.state is not JobState.DUE:
        end_work(app, uow, worked.job, worked.state, worked.error)


BULK_ACTION = JobType(
    JobKind.BULK_ACTION,
    Lane.BULK,
    Text("Doing something with many orders", "Hacer algo con muchos pedidos"),
    _handle,
    ended=_ended,
)
