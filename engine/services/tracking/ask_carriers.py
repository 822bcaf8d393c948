"""Asks carriers about parcels that are under way, as often as `engine.model.tracking.ASKED_EVERY` says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from engine.application import Application
from engine.log import get_logger
from engine.model.fulfillment import ShipmentState
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, tracking_key
from engine.model.tracking import LONGEST_PAUSE, Tracking, TrackingSource
from engine.ports import CarrierError, CarrierUnavailable
from engine.services.accounts.carrier_health import log_in_watched
from engine.services.tracking.follow_shipment import can_be_asked
from engine.services.tracking.keep_answer import keep_answer

log = get_logger(__name__)

AT_A_TIME = 25  # of one account, before it is another one's turn
LEFT_ALONE = timedelta(minutes=15)  # a carrier that does not answer, with all else that one of its accounts would ask


@dataclass(frozen=True, slots=True)
class Questions:
    """How many a turn of an account asked, how many without an answer, and whether there are more."""

    asked: int
    unanswered: int
    is_more: bool


def arm_questions(app: Application) -> int:
    """Make the asking due for each account that has something to ask; for how many it was not."""
    now = app.clock.now()
    with app.reading() as uow:
        accounts = uow.trackings.list_accounts_due(now)
    if not accounts:
        return 0
    with app.unit_of_work() as uow:
        jobs = [Job(new_id("job"), one, JobKind.TRACK_PARCELS, tracking_key(one), {}, now, now) for one in accounts]
        armed = [uow.jobs.upsert_due(job, patient=True) for job in jobs]
        uow.commit()
    return sum(armed)


def pull_questions(app: Application) -> int:
    """Make due what a wrong clock has put off further than any question is; how many there were."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        pulled = uow.trackings.pull_due(now, LONGEST_PAUSE)
        uow.commit()
    if pulled:
        log.warning("trackings.put_off_by_a_wrong_clock", parcels=pulled)
    return pulled


def ask_carriers(app: Application, account_id: str) -> Questions:
    """Ask about the next shipments of an account. One carrier without an answer does not keep the others from being asked."""
    now = app.clock.now()
    with app.reading() as uow:
        due = uow.trackings.list_due(account_id, now, AT_A_TIME)
    silent: set[str | None] = set()
    asked = unanswered = 0
    for tracking in due:
        if tracking.carrier_account_id in silent:
            continue
        asked += 1
        try:
            ask_carrier(app, tracking, TrackingSource.CALL if tracking.called else TrackingSource.POLL)
        except CarrierUnavailable:
            unanswered += 1
            silent.add(tracking.carrier_account_id)
            _leave_alone(app, tracking)
        except CarrierError:
            unanswered += 1
    return Questions(asked, unanswered, is_more=len(due) == AT_A_TIME)


def ask_carrier(app: Application, tracking: Tracking, source: TrackingSource) -> Tracking:
    """Ask about one shipment, and keep what came of it. Raises CarrierError, which is kept as well."""
    account_id = tracking.account_id
    with app.reading() as uow:
        shipment = uow.fulfillment.get_shipment(account_id, tracking.shipment_id)
        label = uow.labels.find_by_shipment(account_id, tracking.shipment_id)
        if label is None or shipment.state is not ShipmentState.SHIPPED or not can_be_asked(app, label):
            label = None
        else:
            account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
    if label is None:  # taken back, or its carrier is no longer here
        return _change(app, tracking, replace(tracking, ask_at=None, called=False))
    try:
        with log_in_watched(app, account):
            events = app.carrier_session(account).track(label, shipment.numbers)
    except CarrierError:
        _change(app, tracking, tracking.fail(app.clock.now()))
        raise
    return keep_answer(app, label, events, source)


def _change(app: Application, seen: Tracking, changed: Tracking) -> Tracking:
    """Keep a change, unless somebody else has changed it meanwhile."""
    with app.unit_of_work() as uow:
        kept = uow.trackings.find(seen.account_id, seen.shipment_id, for_change=True)
        if kept == seen:
            uow.trackings.put(changed)
            uow.commit()
    return changed


def _leave_alone(app: Application, tracking: Tracking) -> None:
    now = app.clock.now()
    with app.unit_of_work() as uow:
        uow.trackings.put_off(tracking.account_id, str(tracking.carrier_account_id), now, now + LEFT_ALONE)
        uow.commit()
