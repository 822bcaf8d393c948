"""The job that buys a label."""

from __future__ import annotations

from datetime import datetime

from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.label import Label, buying_key


def buying_job(label: Label, now: datetime) -> Job:
    """The job that buys a label, and goes on with it whatever happens to whoever began."""
    payload = {"label_id": label.id}
    key, owner = buying_key(label.id), label.account_id
    return Job(new_id("job"), owner, JobKind.BUY_LABEL, key, payload, now, now, label.order_id, priority=PERSON_WAITS)
