"""Calls a pickup off: the wish is kept before the carrier is asked, and repeating the question is harmless."""

from __future__ import annotations

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.pickup import PICKUP_TRANSITIONS, Pickup, PickupAction, PickupState, cancelling_key
from engine.model.sentence import Sentence, sentence_of
from engine.model.transitions import may_follow
from engine.ports import CarrierRefused, CarrierUnavailable
from engine.services.pickups.make_pickup import open_session
from engine.services.refusals import Refused
from rules.messages import Text

NOT_TO_COME = Text(
    "No driver is to come by this pickup, or nobody knows yet: there is nothing to cancel.",
    "Por esta recogida no viene nadie, o aún no se sabe: no hay nada que cancelar.",
)


def request_cancel(app: Application, account_id: str, pickup_id: str, actor: str) -> Pickup:
    """The pickup that is to be called off. Asked again, this answers as the first time. Raises Refused and NotFound."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        pickup = uow.pickups.get(account_id, pickup_id, for_change=True)
        if pickup.state in (PickupState.CANCEL_REQUESTED, PickupState.CANCELLED):
            return pickup
        if not may_cancel(pickup):
            raise Refused("not_to_come", NOT_TO_COME)
        pickup = pickup.request_cancel()
        uow.pickups.update(pickup)
        key, payload = cancelling_key(pickup.id), {"pickup_id": pickup.id}
        uow.jobs.upsert_due(Job(new_id("job"), account_id, JobKind.CANCEL_PICKUP, key, payload, now, now, priority=PERSON_WAITS))
        uow.audit.append([AuditEntry(account_id, now, actor, "pickup.cancel_requested", pickup.id, None, pickup.name)])
        uow.commit()
    return pickup


def may_cancel(pickup: Pickup) -> bool:
    """Whether somebody may ask for that."""
    return may_follow(PICKUP_TRANSITIONS, pickup.state, PickupAction.REQUEST_CANCEL)


def cancel_pickup(app: Application, job: Job) -> Pickup:
    """Ask the carrier: the pickup as it is then. Raises CarrierUnavailable where nobody knows yet."""
    with app.reading() as uow:
        pickup = uow.pickups.get(job.account_id, str(job.payload["pickup_id"]))
    if pickup.state is not PickupState.CANCEL_REQUESTED:
        return pickup
    try:
        open_session(app, pickup).cancel_pickup(pickup.request, pickup.carrier_id)
    except CarrierRefused as refusal:
        return _keep(app, pickup, sentence_of(refusal))
    except CarrierUnavailable as error:
        _keep_problem(app, pickup, sentence_of(error))
        raise
    return _keep(app, pickup, None)


def _keep(app: Application, pickup: Pickup, refusal: Sentence | None) -> Pickup:
    now = app.clock.now()
    with app.unit_of_work() as uow:
        kept = uow.pickups.get(pickup.account_id, pickup.id, for_change=True)
        if kept.state is PickupState.CANCEL_REQUESTED:
            kept = kept.cancel() if refusal is None else kept.refuse_cancel(refusal)
            uow.pickups.update(kept)
            action = "pickup.cancelled" if refusal is None else "pickup.cancel_refused"
            after = None if refusal is None else str(refusal)
            uow.audit.append([AuditEntry(kept.account_id, now, kept.actor, action, kept.id, None, after)])
        uow.commit()
    return kept


def _keep_problem(app: Application, pickup: Pickup, error: Sentence) -> None:
    with app.unit_of_work() as uow:
        kept = uow.pickups.get(pickup.account_id, pickup.id, for_change=True)
        if kept.state is PickupState.CANCEL_REQUESTED:
            uow.pickups.update(kept.with_problem(error))
        uow.commit()
