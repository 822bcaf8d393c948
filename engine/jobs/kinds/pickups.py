"""Asks for pickups and calls them off, as far as the carrier answers."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import sentence_of
from engine.ports import CarrierUnavailable
from engine.services.pickups.cancel_pickup import cancel_pickup
from engine.services.pickups.make_pickup import make_pickup
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 80  # three days, as for labels


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    work = make_pickup if job.kind is JobKind.MAKE_PICKUP else cancel_pickup
    try:
        return JobResult(job, JobState.DONE, work(app, job).state.value)
    except CarrierUnavailable as error:
        state = JobState.DEAD if job.attempts >= MOST_ATTEMPTS else JobState.DUE
        return JobResult(job, state, "unknown", sentence_of(error))


MAKE_PICKUP = JobType(
    JobKind.MAKE_PICKUP,
    Lane.LABELS,
    Text("Asking for a pickup", "Pedir una recogida"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
)
CANCEL_PICKUP = JobType(
    JobKind.CANCEL_PICKUP,
    Lane.LABELS,
    Text("Cancelling a pickup", "Cancelar una recogida"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
)
