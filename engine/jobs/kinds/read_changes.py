"""Reads what a store's webhooks reported as changed."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import sentence_of
from engine.ports import CredentialsRefused, UnitOfWork
from engine.services.importing.read_changes import end_reading, read_changes
from engine.services.importing.receive_webhook import make_import_due
from engine.services.refusals import Refused
from engine.services.stores.sessions import SessionPool
from rules.messages import Text


def _handle(app: Application, job: Job, sessions: SessionPool) -> JobResult:
    try:
        settled = read_changes(app, job.account_id, str(job.payload["store_id"]), sessions)
    except CredentialsRefused as error:
        with app.unit_of_work() as uow:  # the import meets the same, and is what tells the owner
            make_import_due(uow, app, uow.stores.get(job.account_id, str(job.payload["store_id"])))
            uow.commit()
        return JobResult(job, JobState.DEAD, "refused", sentence_of(error))
    except Refused as refusal:
        if refusal.message.code != "import_running":
            raise
        return JobResult(job, JobState.DUE, "an import is running", again_s=1.0)
    return JobResult(job, JobState.DONE, f"read {settled}")


def _ended(app: Application, uow: UnitOfWork, worked: JobResult) -> None:
    end_reading(app, uow, worked.job, worked.state)


READ_CHANGES = JobType(
    JobKind.READ_CHANGES,
    Lane.CHANGES,
    Text("Reading the changes that the store reported", "La lectura de los cambios que notificó la tienda"),
    _handle,
    ended=_ended,
)
