"""Decides about the orders of the past by a draft of rules, for a person who watches a page."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.ports import UnitOfWork
from engine.services.deciding.run_backtest import give_up, run_backtest
from engine.services.stores.sessions import SessionPool
from rules.messages import Text


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    run = run_backtest(app, job.account_id, str(job.payload["backtest_id"]))
    return JobResult(job, JobState.DONE, run.state.value)


def _ended(app: Application, uow: UnitOfWork, worked: JobResult) -> None:
    if worked.state is JobState.DEAD:
        give_up(app, uow, worked.job, worked.error)


BACKTEST = JobType(
    JobKind.BACKTEST,
    Lane.BACKTESTS,
    Text("Backtesting rules", "Probar reglas con pedidos anteriores"),
    _handle,
    most_attempts=3,
    ended=_ended,
)
