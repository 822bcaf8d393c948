"""Makes manifests, as far as the carrier answers."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import sentence_of
from engine.ports import CarrierUnavailable
from engine.services.manifests.make_manifest import make_manifest
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 80  # three days, as for labels


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    try:
        return JobResult(job, JobState.DONE, make_manifest(app, job).state.value)
    except CarrierUnavailable as error:
        state = JobState.DEAD if job.attempts >= MOST_ATTEMPTS else JobState.DUE
        return JobResult(job, state, "unknown", sentence_of(error))


MAKE_MANIFEST = JobType(
    JobKind.MAKE_MANIFEST,
    Lane.LABELS,
    Text("Making a manifest", "Hacer un manifiesto"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
)
