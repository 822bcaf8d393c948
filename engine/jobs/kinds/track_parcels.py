"""Asks carriers about an account's parcels, some at a time: then it is another account's turn."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.services.stores.sessions import SessionPool
from engine.services.tracking.ask_carriers import ask_carriers
from rules.messages import Text

NEXT_TURN_S = 1.0


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    done = ask_carriers(app, job.account_id)
    note = f"{done.asked} asked, {done.unanswered} unanswered"
    if done.is_more:
        return JobResult(job, JobState.DUE, note, again_s=NEXT_TURN_S)
    return JobResult(job, JobState.DONE, note)


TRACK_PARCELS = JobType(
    JobKind.TRACK_PARCELS,
    Lane.TRACKING,
    Text("Asking carriers how parcels come along", "Preguntar a las empresas de transporte por los paquetes"),
    _handle,
)
