"""What people ask for and wait for: drivers who come, and who are called off again, as far as carriers answer."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.worker import process_job_now
from engine.model.pickup import Pickup, cancelling_key, pickup_key
from engine.services.pickups.cancel_pickup import request_cancel
from engine.services.pickups.plan_pickup import PickupWish, plan_pickups


def make_pickups(app: Application, account_id: str, actor: str, owner: str, wish: PickupWish) -> list[Pickup]:
    """What came of each; what a carrier has not answered is looked up and carried on by the worker. Raises Refused."""
    planned = plan_pickups(app, account_id, actor, wish)
    return [_work_off(app, account_id, pickup.id, pickup_key(pickup.id), owner) for pickup in planned]


def call_off(app: Application, account_id: str, pickup_id: str, actor: str, owner: str) -> Pickup:
    """A pickup as it is once its carrier was asked to call it off. Raises Refused and NotFound."""
    pickup = request_cancel(app, account_id, pickup_id, actor)
    return _work_off(app, account_id, pickup.id, cancelling_key(pickup.id), owner)


def _work_off(app: Application, account_id: str, pickup_id: str, key: str, owner: str) -> Pickup:
    with app.reading() as uow:
        job = uow.jobs.find(account_id, key)
    if job is not None:
        process_job_now(app, owner, job.id)
    with app.reading() as uow:
        return uow.pickups.get(account_id, pickup_id)
