"""A bulk action worked on by the one who waits for it, where it is small; the worker goes on with the rest."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.worker import process_job_now
from engine.model.bulk_action import BulkAction, bulk_job_key


def work_on_bulk(app: Application, action: BulkAction, owner: str) -> BulkAction:
    """One turn of a bulk action, unless somebody else is at it: the action as it is then."""
    with app.reading() as uow:
        job = uow.jobs.find(action.account_id, bulk_job_key(action.id))
    if job is not None:
        process_job_now(app, owner, job.id)
    with app.reading() as uow:
        return uow.bulk_actions.get(action.account_id, action.id)
