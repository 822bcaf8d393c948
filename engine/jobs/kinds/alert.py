"""Shows people what a rule wants them to see."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.alert import Alert
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence
from engine.services.stores.sessions import SessionPool
from rules.messages import Text


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    with app.unit_of_work() as uow:
        sentence = Sentence.from_data(job.payload["message"])
        uow.alerts.add(Alert(f"alr_{job.id}", job.account_id, job.order_id, sentence, app.clock.now()))
        uow.commit()
    return JobResult(job, JobState.DONE, "shown")


ALERT = JobType(
    JobKind.ALERT,
    Lane.ORDERS,
    Text("An alert", "Una alerta"),
    _handle,
)
