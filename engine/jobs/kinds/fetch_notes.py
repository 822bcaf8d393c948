"""Brings the store's notes on an order that was handed over."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.services.fulfillment.delegate import fetch_notes
from engine.services.stores.sessions import SessionPool
from rules.messages import Text


def _handle(app: Application, job: Job, sessions: SessionPool) -> JobResult:
    return JobResult(job, JobState.DONE, fetch_notes(app, job, sessions))


FETCH_NOTES = JobType(
    JobKind.FETCH_NOTES,
    Lane.NOTES,
    Text(
        "Fetching the notes on order {order} for its logistics provider",
        "La obtención de las notas del pedido {order} para su proveedor de logística",
    ),
    _handle,
)
