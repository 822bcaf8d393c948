"""Labels of a batch bought by the one who waits for them, as long as that is worth waiting; the worker goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.application import Application
from engine.jobs.registry import JobResult
from engine.jobs.worker import process_job_now
from engine.model.job import JobState
from engine.model.label import BEING_BOUGHT, buying_key
from engine.model.label_batch import LabelBatch, buys_batch_key


def work_on_batch(app: Application, batch: LabelBatch, owner: str, within_s: float) -> None:
    """Work on a batch until it is done, stops or the time is over. Nothing is waited for that somebody else is at."""
    until = app.clock.now() + timedelta(seconds=within_s)
    goes_on = True
    while goes_on and app.clock.now() < until:
        _buy_planned(app, batch, owner, until)
        worked = _work_off(app, batch.account_id, buys_batch_key(batch.id), owner)
        goes_on = worked is not None and worked.state is JobState.DUE and worked.error is None
    _buy_planned(app, batch, owner, until)


def _buy_planned(app: Application, batch: LabelBatch, owner: str, until: datetime) -> None:
    """What nobody knows is asked for as well, where its pause is over."""
    with app.reading() as uow:
        labels = uow.label_batches.labels_of(batch.account_id, batch.id, BEING_BOUGHT)
    for label in labels:
        if app.clock.now() >= until:
            return
        _work_off(app, batch.account_id, buying_key(label.id), owner)


def _work_off(app: Application, account_id: str, key: str, owner: str) -> JobResult | None:
    with app.reading() as uow:
        job = uow.jobs.find(account_id, key)
    return None if job is None else process_job_now(app, owner, job.id)
