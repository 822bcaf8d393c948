"""Asks for the pickup that was planned, once: what an earlier attempt may have made is looked for first, as with labels
(docs/adr/0033).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.job import Job
from engine.model.pickup import MadePickup, Pickup
from engine.model.sentence import Sentence, sentence_of
from engine.ports import CarrierRefused, CarrierUnavailable, PicksUp
from engine.services.steps import Step, take_steps
from rules.messages import Message, Text

CANNOT_COME = Text("No driver of {carrier} can be asked to come.", "A {carrier} no se le puede pedir una recogida.")


@dataclass(slots=True)
class Asking:
    """How far one attempt has come."""

    app: Application
    pickup: Pickup
    session: PicksUp
    asked_before: bool  # by an attempt of which nobody knows how far it came
    made: MadePickup | None = None


def make_pickup(app: Application, job: Job) -> Pickup:
    """Go on with a pickup: as it is then. Raises CarrierUnavailable where nobody knows yet.

    What the carrier refuses ends it: another one can be asked for.
    """
    with app.reading() as uow:
        pickup = uow.pickups.get(job.account_id, str(job.payload["pickup_id"]))
    if not pickup.is_being_made:
        return pickup
    asking: Asking | None = None
    try:
        asking = Asking(app, pickup, open_session(app, pickup), job.attempts > 1)
        take_steps(PICKUP_STEPS, asking)
    except CarrierRefused as refusal:
        return _keep_refused(app, pickup, sentence_of(refusal))
    except CarrierUnavailable as error:
        _keep_unknown(app, pickup, sentence_of(error))
        raise
    return asking.pickup


def open_session(app: Application, pickup: Pickup) -> PicksUp:
    """Raises CarrierRefused where the carrier account cannot be used, or has no pickups."""
    with app.reading() as uow:
        account = uow.carrier_accounts.get(pickup.owner_id, pickup.carrier_account_id)
    carrier = app.carrier(pickup.carrier)
    session = app.carrier_session(account)
    if not isinstance(session, PicksUp):
        raise CarrierRefused(Message("cannot_come", CANNOT_COME, {"carrier": carrier.describes.name}))
    return session


def _find(asking: Asking) -> None:
    """What an earlier attempt may have made."""
    if asking.asked_before:
        asking.made = asking.session.find_pickup(asking.pickup.request, asking.pickup.carrier_id)


def _prepare(asking: Asking) -> None:
    """What costs nothing yet."""
    if asking.made is None and not asking.pickup.carrier_id:
        carrier_id = asking.session.prepare_pickup(asking.pickup.request)
        asking.pickup = replace(asking.pickup, carrier_id=carrier_id)


def _keep_prepared(asking: Asking) -> None:
    """Its id, before anything is paid."""
    if asking.made is not None or not asking.pickup.carrier_id:
        return
    with asking.app.unit_of_work() as uow:
        kept = uow.pickups.get(asking.pickup.account_id, asking.pickup.id, for_change=True)
        if kept.is_being_made:
            uow.pickups.update(replace(kept, carrier_id=asking.pickup.carrier_id))
        uow.commit()


def _make(asking: Asking) -> None:
    if asking.made is None:
        asking.made = asking.session.make_pickup(asking.pickup.request, asking.pickup.carrier_id)


def _keep_made(asking: Asking) -> None:
    app, made, now = asking.app, asking.made, asking.app.clock.now()
    assert made is not None
    with app.unit_of_work() as uow:
        pickup = uow.pickups.get(asking.pickup.account_id, asking.pickup.id, for_change=True)
        if pickup.is_being_made:
            pickup = pickup.make(made, now)
            uow.pickups.update(pickup)
            after = [pickup.name, pickup.confirmation]
            uow.audit.append([AuditEntry(pickup.account_id, now, pickup.actor, "pickup.made", pickup.id, None, after)])
        uow.commit()
    asking.pickup = pickup


PICKUP_STEPS: tuple[Step[Asking], ...] = (
    Step("find", _find),
    Step("prepare", _prepare),
    Step("keep_prepared", _keep_prepared),
    Step("make", _make),
    Step("keep_made", _keep_made),
)


def _keep_unknown(app: Application, pickup: Pickup, error: Sentence) -> None:
    with app.unit_of_work() as uow:
        kept = uow.pickups.get(pickup.account_id, pickup.id, for_change=True)
        if kept.is_being_made:
            uow.pickups.update(kept.lose(error))
        uow.commit()


def _keep_refused(app: Application, pickup: Pickup, error: Sentence) -> Pickup:
    now = app.clock.now()
    with app.unit_of_work() as uow:
        kept = uow.pickups.get(pickup.account_id, pickup.id, for_change=True)
        if kept.is_being_made:
            kept = kept.refuse(error)
            uow.pickups.update(kept)
            uow.audit.append([AuditEntry(kept.account_id, now, kept.actor, "pickup.refused", kept.id, None, str(error))])
        uow.commit()
    return kept
