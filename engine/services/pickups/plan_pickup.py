"""Keeps what carriers are about to be asked for: a driver for what is ready at one place, and the job that asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.pickup import Pickup, PickupRequest, pickup_key
from engine.model.sentence import sentence_of
from engine.ports import CarrierRefused, PicksUp, UnitOfWork
from engine.services.manifests.ready import ReadyGroup, ready_groups
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_INSTRUCTIONS = 200
FARTHEST = timedelta(days=30)  # from today: what is ready is fetched soon, and a later day is a slip
NOTHING_TO_FETCH = Text(
    "There is nothing to be picked up: no label that leaves today and is on no manifest is of a carrier that sends drivers when "
    "it is asked.",
    "No hay nada que recoger: ninguna etiqueta que sale hoy y no está en un manifiesto es de una empresa a la que se le pueda "
    "pedir una recogida.",
)
COMES_ALREADY = Text(
    "A driver of {carrier} is to come on {day} already: cancel that pickup first.",
    "Ya está pedida una recogida de {carrier} para el {day}: cancélala primero.",
)
WRONG_TIMES = Text(
    "A pickup is from a time to a later one on the same day, and not in the past: {starts} to {ends} on {day} is not.",
    "Una recogida va de una hora a otra posterior del mismo día, y no en el pasado: de {starts} a {ends} el {day} no vale.",
)
TOO_FAR = Text(
    "{day} is too far ahead for a pickup: {last} is the last day that a driver can be asked to come on.",
    "El {day} queda demasiado lejos para una recogida: el último día para el que se puede pedir es el {last}.",
)
TOO_LONG = Text(
    "Instructions for the driver have at most {limit} characters.",
    "Las indicaciones para el conductor tienen como máximo {limit} caracteres.",
)


@dataclass(frozen=True, slots=True)
class PickupWish:
    """When a driver is to come, in the account's time zone, and for what: a group that is ready, or what is narrowed down."""

    day: date
    starts: time
    ends: time
    instructions: str = ""
    carrier_account_id: str | None = None
    location_code: str | None = None
    group_key: str | None = None


def usual_times(zone: ZoneInfo, now: datetime) -> tuple[date, time, time]:
    """In the afternoon, today or, when that has begun, tomorrow."""
    here = now.astimezone(zone)
    day = here.date() if here.time() < time(14) else here.date() + timedelta(days=1)
    return day, time(14), time(18)


def plan_pickups(app: Application, account_id: str, actor: str, wish: PickupWish) -> list[Pickup]:
    """A pickup for each group that is wished for and whose carrier can be asked, kept before it is. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        account = uow.accounts.get(account_id)
        starts_at, ends_at = _instants(wish, ZoneInfo(account.time_zone), now)
        narrowed = {"carrier_account_id": wish.carrier_account_id, "location_code": wish.location_code}
        groups = ready_groups(app, uow, account, **narrowed)
        wanted = [group for group in groups if wish.group_key in (None, group.key) and can_be_fetched(app, group)]
        if not wanted:
            raise Refused("nothing_to_fetch", NOTHING_TO_FETCH)
        planned = [_plan(app, uow, account_id, group, wish, starts_at, ends_at, actor, now) for group in wanted]
        uow.commit()
    return planned


def can_be_fetched(app: Application, group: ReadyGroup) -> bool:
    """Whether its carrier's driver can be asked to come."""
    carrier = app.carriers.get(group.carrier_account.carrier)
    return carrier is not None and carrier.describes.can(CarrierCapability.PICKUPS)


def _plan(
    app: Application,
    uow: UnitOfWork,
    account_id: str,
    group: ReadyGroup,
    wish: PickupWish,
    starts_at: datetime,
    ends_at: datetime,
    actor: str,
    now: datetime,
) -> Pickup:
    pickup_id = new_id("pck")
    request = PickupRequest(
        reference=pickup_id,
        line=group.line,
        address=group.ship_from,
        starts_at=starts_at,
        ends_at=ends_at,
        carrier_ids=tuple(label.carrier_id for label in group.labels),
        parcels=group.parcels,
        weight_g=sum(parcel.weight_g for label in group.labels for parcel in label.request.parcels),
        instructions=wish.instructions.strip(),
    )
    owner = group.carrier_account
    _check(app, uow, group, request)
    claim = f"{group.key}:{wish.day.isoformat()}"
    pickup = Pickup(pickup_id, account_id, owner.id, owner.account_id, owner.carrier, request, claim, actor, now)
    if not uow.pickups.add(pickup):
        raise Refused("comes_already", COMES_ALREADY, carrier=group.name, day=wish.day.isoformat())
    key, payload = pickup_key(pickup.id), {"pickup_id": pickup.id}
    uow.jobs.add_many([Job(new_id("job"), account_id, JobKind.MAKE_PICKUP, key, payload, now, now, priority=PERSON_WAITS)])
    after = [pickup.name, request.starts_at.isoformat(), request.parcels]
    uow.audit.append([AuditEntry(account_id, now, actor, "pickup.planned", pickup.id, None, after)])
    return pickup


def _check(app: Application, uow: UnitOfWork, group: ReadyGroup, request: PickupRequest) -> None:
    """Nobody is asked. Raises Refused."""
    owner = uow.carrier_accounts.get(group.carrier_account.account_id, group.carrier_account.id)
    try:
        session = app.carrier_session(owner)
        assert isinstance(session, PicksUp), "it says that its drivers come"
        session.check_pickup(request)
    except CarrierRefused as refusal:
        raise Refused("carrier_refused", sentence_of(refusal)) from None


def _instants(wish: PickupWish, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    if len(wish.instructions.strip()) > LONGEST_INSTRUCTIONS:
        raise Refused("instructions", TOO_LONG, limit=LONGEST_INSTRUCTIONS)
    starts_at, ends_at = (datetime.combine(wish.day, at, zone).astimezone(UTC) for at in (wish.starts, wish.ends))
    if not starts_at < ends_at or ends_at <= now:
        named = {"starts": wish.starts.strftime("%H:%M"), "ends": wish.ends.strftime("%H:%M"), "day": wish.day.isoformat()}
        raise Refused("wrong_times", WRONG_TIMES, **named)
    last = now.astimezone(zone).date() + FARTHEST
    if wish.day > last:
        raise Refused("too_far", TOO_FAR, day=wish.day.isoformat(), last=last.isoformat())
    return starts_at, ends_at
