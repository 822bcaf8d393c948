"""Plans the labels of a batch, a slice at a time, so that other accounts have their turns in between."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.ports import UnitOfWork
from engine.services.labels.label_batches import end_work, plan_slice
from engine.services.stores.sessions import SessionPool
from rules.messages import Text


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    batch = plan_slice(app, job.account_id, str(job.payload["batch_id"]))
    if batch.is_running:  # the jobs of its labels go first
        return JobResult(job, JobState.DUE, batch.state.value, again_s=0)
    return JobResult(job, JobState.DONE, batch.state.value)


def _ended(_app: Application, uow: UnitOfWork, worked: JobResult) -> None:
    if worked.state is not JobState.DUE:
        end_work(uow, worked.job, worked.state, worked.error)


BUY_BATCH = JobType(
    JobKind.BUY_BATCH,
    Lane.LABELS,
    Text("Buying the labels of a batch", "Comprar las etiquetas de un lote"),
    _handle,
    ended=_ended,
)
