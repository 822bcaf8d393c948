"""Chooses the service of an order by what carriers ask."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.services.labels.choose_by_rates import choose_by_rates
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 6  # ten minutes: the order is flagged from the first one on


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    choice = choose_by_rates(app, job.account_id, str(job.order_id))
    if choice is None:
        return JobResult(job, JobState.DONE, "not_wanted")
    if choice.may_pass and job.attempts < MOST_ATTEMPTS:
        return JobResult(job, JobState.DUE, "no_answer", choice.comparison.sentence)
    return JobResult(job, JobState.DONE, "none" if choice.comparison.chosen is None else "chosen")


CHOOSE_SERVICE = JobType(
    JobKind.CHOOSE_SERVICE,
    Lane.LABELS,
    Text("Choosing the carrier service of order {order} by its rates", "Elegir por tarifas el servicio del pedido {order}"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
)
