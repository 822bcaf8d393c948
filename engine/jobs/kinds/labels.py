"""Buys labels and gives them back, as far as the carrier answers."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import sentence_of
from engine.ports import CarrierUnavailable
from engine.services.labels.buy_label import buy_label
from engine.services.labels.void_label import void_label
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 80  # three days: nobody may be left without knowing what was paid


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    work = buy_label if job.kind is JobKind.BUY_LABEL else void_label
    try:
        return JobResult(job, JobState.DONE, work(app, job).state.value)
    except CarrierUnavailable as error:
        state = JobState.DEAD if job.attempts >= MOST_ATTEMPTS else JobState.DUE
        return JobResult(job, state, "unknown", sentence_of(error))


BUY_LABEL = JobType(
    JobKind.BUY_LABEL,
    Lane.LABELS,
    Text("Buying the label of order {order}", "Comprar la etiqueta del pedido {order}"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
)
VOID_LABEL = JobType(
    JobKind.VOID_LABEL,
    Lane.LABELS,
    Text("Voiding the label of order {order}", "Anular la etiqueta del pedido {order}"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
)
