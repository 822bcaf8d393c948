"""Brings a request, or what has changed of it, to a provider with a system of its own."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.ports import UnitOfWork
from engine.services.providers.due import make_sending_due
from engine.services.providers.send_request import has_more_to_say, send_request
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 80  # three days: no outage may leave a provider without its orders


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    said = send_request(app, job)
    return JobResult(job, JobState.DONE if said.refusal is None else JobState.DEAD, said.step, said.refusal)


def _ended(app: Application, uow: UnitOfWork, worked: JobResult) -> None:
    """What has changed during the attempt is said by another; what the provider's system refused waits for a change."""
    if worked.state is JobState.DUE:
        return
    job, request_id = worked.job, str(worked.job.payload["request_id"])
    refused = worked.note if worked.state is JobState.DEAD else None
    if worked.note != "transient" and has_more_to_say(app, uow, job.account_id, request_id, refused):
        make_sending_due(uow, [uow.requests.get(job.account_id, request_id)], app.clock.now())


SEND_REQUEST = JobType(
    JobKind.SEND_REQUEST,
    Lane.PROVIDERS,
    Text("Sending order {order} to its logistics provider", "El envío del pedido {order} a su proveedor de logística"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
    ended=_ended,
)
