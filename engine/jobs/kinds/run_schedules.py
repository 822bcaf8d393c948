"""Runs the rules of an account that are due by the clock, some orders at a time: then it is another account's turn."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.services.deciding.scheduled_runs import run_schedules
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

NEXT_TURN_S = 0.0


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    turn = run_schedules(app, job.account_id)
    note = f"orders: {turn.orders}"
    if turn.is_more:
        return JobResult(job, JobState.DUE, note, again_s=NEXT_TURN_S)
    return JobResult(job, JobState.DONE, note)


RUN_SCHEDULES = JobType(
    JobKind.RUN_SCHEDULES,
    Lane.ORDERS,
    Text("Running rules that are due by the clock", "La ejecución de las reglas programadas"),
    _handle,
)
