"""Ends holds whose time has come: a job for each order, so that one that fails holds up no other."""

from __future__ import annotations

from engine.application import Application
from engine.model.ids import new_id
from engine.model.job import RELEASE_KEY, Job, JobKind, release_key
from engine.services.deciding.reprocess_orders import lift_hold

HOLDS_AT_ONCE = 500
ACTOR = "worker"


def release_ended_holds(app: Application) -> int:
    """Make the release of every order due whose hold has ended by now, a few hundred at a time. How many there were."""
    now = app.clock.now()
    with app.reading() as uow:
        if not uow.orders.list_ended_holds(now, 1) and not uow.holds.list_ended(now, 1):
            return 0
    with app.unit_of_work() as uow:
        persons = uow.holds.list_ended(now, HOLDS_AT_ONCE)
        for person in persons:
            key = f"{RELEASE_KEY}{person.id}"
            payload = {"hold_id": person.id}
            job = Job(new_id("job"), person.account_id, JobKind.RELEASE_HOLD, key, payload, now, now, person.order_id)
            uow.jobs.upsert_due(job, patient=True)
        ended = uow.orders.list_ended_holds(now, HOLDS_AT_ONCE)
        for hold in ended:
            key = release_key(hold.order_id, hold.decision_id)
            uow.jobs.upsert_due(
                Job(new_id("job"), hold.account_id, JobKind.RELEASE_HOLD, key, {}, now, now, hold.order_id), patient=True
            )
        uow.commit()
    return len(ended) + len(persons)


def end_hold(app: Application, job: Job) -> str:
    """Release an order whose hold has ended. A word on how it went: what changed the hold meanwhile has the last word."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order = uow.orders.get(job.account_id, str(job.order_id), for_change=True)
        end = order.hold_end()
        if end is None or end > now:
            return "not on hold any longer" if end is None else "held for longer"
        lift_hold(app, uow, order, ACTOR, now)
        uow.commit()
    return order.status()
