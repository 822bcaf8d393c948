"""Jobs that ask carriers for something that is paid: tried for as long as nobody knows what came of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import sentence_of
from engine.ports import CarrierUnavailable
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 80  # three days: nobody may be left without knowing what was paid


class AskedFor(Protocol):
    """What a carrier is asked for, as far as it has come."""

    @property
    def state(self) -> StrEnum: ...


def carrier_job(kind: JobKind, words: Text, work: Callable[[Application, Job], AskedFor]) -> JobType:
    """The kind of job that does a work which raises CarrierUnavailable where nobody knows yet."""

    def handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
        try:
            return JobResult(job, JobState.DONE, work(app, job).state.value)
        except CarrierUnavailable as error:
            state = JobState.DEAD if job.attempts >= MOST_ATTEMPTS else JobState.DUE
            return JobResult(job, state, "unknown", sentence_of(error))

    return JobType(kind, Lane.LABELS, words, handle, most_attempts=MOST_ATTEMPTS)
