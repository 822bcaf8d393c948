"""Imports a store, as planned or because somebody wants it now."""

from __future__ import annotations

from datetime import timedelta

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane, retry_after
from engine.jobs.schedule import is_overtaken
from engine.log import get_logger
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import sentence_of
from engine.ports import CredentialsRefused, StoreError
from engine.services.importing.import_store import ImportStopped, import_store
from engine.services.refusals import Refused
from engine.services.stores.sessions import SessionPool
from engine.services.stores.store_webhooks import repair_webhooks
from rules.messages import Text

log = get_logger(__name__)

IMPORT_PATIENCE = timedelta(minutes=3)  # no store may keep the workers from the others for longer
IMPORT_PAUSE_S = 60.0  # before one that was stopped goes on
BUSY_PAUSE_S = 20.0  # before another look whether the store is still being imported


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    if is_overtaken(app, job):
        return JobResult(job, JobState.DONE, "overtaken by a newer run")
    store_id, is_daily = str(job.payload["store_id"]), job.payload.get("name") == "daily"
    try:
        # Only the first attempt begins anew: the others go on from what it has read.
        summary = import_store(app, job.account_id, store_id, full=is_daily and job.attempts <= 1, patience=IMPORT_PATIENCE)
    except ImportStopped as stopped:
        pause_s = max(IMPORT_PAUSE_S, retry_after(job.attempts))
        return JobResult(job, JobState.DUE, "goes on later", sentence_of(stopped), pause_s)
    except Refused as refusal:
        if refusal.message.code != "import_running":
            raise
        return JobResult(job, JobState.DUE, "an import is running", again_s=BUSY_PAUSE_S)
    except CredentialsRefused as error:
        return JobResult(job, JobState.DEAD, "refused", sentence_of(error))  # the owner has been told; the schedule tries again
    if is_daily:
        _repair_webhooks(app, job.account_id, store_id)
    return JobResult(job, JobState.DONE, f"imported {summary.imported}, updated {summary.updated}, closed {summary.closed}")


def _repair_webhooks(app: Application, account_id: str, store_id: str) -> None:
    """Once a day; what fails is tried again the next day, and until then the plan brings everything."""
    try:
        repair_webhooks(app, account_id, store_id)
    except (StoreError, Refused) as error:
        log.warning("webhooks.not_repaired", store=store_id, error=str(error))


IMPORT_STORE = JobType(
    JobKind.IMPORT_STORE,
    Lane.IMPORTS,
    Text("An import", "Una importación"),
    _handle,
    log_level="info",
)
