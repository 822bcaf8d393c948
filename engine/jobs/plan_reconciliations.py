"""Plans the comparison of each open store: once a night, after the daily refresh has brought what it can."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from engine.application import Application
from engine.jobs.plan_times import last_daily, share_of
from engine.model.ids import new_id
from engine.model.job import RECONCILE_KEY, Job, JobKind
from engine.model.store import Store

log = structlog.get_logger(__name__)

BEHIND_REFRESH = timedelta(minutes=30)
SPREAD_S = 900.0  # so that not all stores are compared at once
LATEST = timedelta(hours=6)  # what was missed for longer waits for the next night


def plan_reconciliations(app: Application) -> int:
    """Put every comparison that is due by now into the outbox, unless it is there already. How many were new."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        jobs = [_job(store, planned, now) for store in uow.stores.list_open() if (planned := planned_for(store, now)) is not None]
        added = uow.jobs.add_many(jobs)
        uow.commit()
    if added:
        log.debug("schedule.reconciliations", stores=added)
    return added


def planned_for(store: Store, now: datetime) -> datetime | None:
    """The planned time of the comparison that is due; None where none is."""
    behind = BEHIND_REFRESH + timedelta(seconds=share_of(store, "reconcile") * SPREAD_S)
    planned = last_daily(store, now - behind)
    return planned if planned > store.created_at and now - planned <= behind + LATEST else None


def _job(store: Store, planned: datetime, now: datetime) -> Job:
    key, payload = f"{RECONCILE_KEY}{store.id}@{planned.isoformat()}", {"store_id": store.id}
    return Job(new_id("job"), store.account_id, JobKind.RECONCILE, key, payload, now, now)
