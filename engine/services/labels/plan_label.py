"""Keeps what is about to be bought before any carrier is asked: the units, the request, and the job that buys it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import ShipmentState
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.label import Label, LabelRequest, buying_key
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest, RequestAction
from engine.model.sentence import sentence_of
from engine.model.transitions import Side
from engine.ports import CarrierRefused, CarrierSession, NotFound, UnitOfWork
from engine.services.fulfillment.ship_order import shipped_already
from engine.services.fulfillment.units_to_ship import get_order, lock_own_request, units_to_ship
from engine.services.labels.choose_service import ServiceWish, choose_service
from engine.services.labels.label_request import ParcelWish, label_request
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text

NO_SUCH_LINE = Text(
    "Order {order} has no line {line} with that many units left to ship: {left} are left.",
    "El pedido {order} no tiene en la línea {line} tantas unidades por enviar: quedan {left}.",
)


@dataclass(frozen=True, slots=True)
class LabelWish:
    """What a person asks for; what is absent comes from the order. `units`: line key → quantity; None: all that is left."""

    service: ServiceWish = field(default_factory=ServiceWish)
    parcels: ParcelWish = field(default_factory=ParcelWish)
    units: Mapping[str, Decimal] | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing at all is asked for, so that any label will do."""
        return self == LabelWish()


def plan_label(app: Application, account_id: str, order_id: str, wish: LabelWish, actor: str) -> Label:
    """The label that is to be bought, kept as an intent; or the one there is, where all of the order has left with it.

    From here on its units are nobody else's. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request = lock_own_request(uow, account_id, order_id, now)
        order = get_order(uow, account_id, order_id)
        shipments = uow.fulfillment.list_shipments(account_id, order_id)
        if order.state is OrderState.SHIPPED:
            return _bought_before(uow, order, wish)
        units = _units(order, units_to_ship(uow, order, shipments, now), wish)
        label = _intent(app, uow, order, units, wish, actor, now)
        uow.labels.add(label)
        uow.jobs.add_many([buying_job(label, now)])
        if request is not None:
            uow.requests.update(_begun(request, now))
        after = {"label": label.id, "carrier": label.carrier, "service": label.service, "digest": label.request.digest}
        uow.audit.append([AuditEntry(account_id, now, actor, "label.intended", order.id, None, after)])
        uow.commit()
    return label


def draft_request(app: Application, account_id: str, order_id: str, wish: LabelWish) -> LabelRequest:
    """What would be asked for, whatever the service: for rates. Raises Refused."""
    now = app.clock.now()
    with app.reading() as uow:
        try:
            order = uow.orders.get(account_id, order_id)
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None
        units = wish.units or order.quantities()
        account = uow.accounts.get(account_id)
        locations = uow.locations.list_for(account_id)
        return label_request(account, order, units, locations, wish.parcels, now, reference=order.id, service="")


def buying_job(label: Label, now: datetime) -> Job:
    """The job that buys a label, and goes on with it whatever happens to whoever began."""
    payload = {"label_id": label.id}
    key, owner = buying_key(label.id), label.account_id
    return Job(new_id("job"), owner, JobKind.BUY_LABEL, key, payload, now, now, label.order_id, priority=PERSON_WAITS)


def _bought_before(uow: UnitOfWork, order: Order, wish: LabelWish) -> Label:
    """The label of an order that has left, asked for once more. Raises Refused where something else is asked for."""
    shipments = uow.fulfillment.list_shipments(order.account_id, order.id)
    shipped = [one for one in shipments if one.state is ShipmentState.SHIPPED]
    label = uow.labels.find_by_shipment(order.account_id, shipped[-1].id) if shipped else None
    asked = (wish.service.carrier, wish.service.service)
    if label is None or (not wish.is_open and asked not in ((None, None), (label.carrier, label.service))):
        raise shipped_already(uow, order, shipped)
    return label


def _units(order: Order, left: Mapping[str, Decimal], wish: LabelWish) -> dict[str, Decimal]:
    if wish.units is None:
        return dict(left)
    for key, quantity in wish.units.items():
        if not 0 < quantity <= left.get(key, Decimal(0)):
            raise Refused("no_such_line", NO_SUCH_LINE, order=order.order_number, line=key, left=left.get(key, Decimal(0)))
    return dict(wish.units)


def _intent(
    app: Application,
    uow: UnitOfWork,
    order: Order,
    units: Mapping[str, Decimal],
    wish: LabelWish,
    actor: str,
    now: datetime,
) -> Label:
    account = uow.accounts.get(order.account_id)
    chosen = choose_service(app, uow, account, order, wish.service)
    label_id = new_id("lbl")
    locations = uow.locations.list_for(account.id)
    asked = label_request(account, order, units, locations, wish.parcels, now, reference=label_id, service=chosen.service)
    try:
        session = app.carrier(chosen.account.carrier).open(chosen.account)
        session.check_request(asked)
        numbers = _numbers(app, uow, session, chosen.account, len(asked.parcels))
    except CarrierRefused as refusal:
        raise Refused("carrier_refused", sentence_of(refusal)) from None
    return Label(
        id=label_id,
        account_id=order.account_id,
        order_id=order.id,
        shipment_id=new_id("shp"),
        carrier_account_id=chosen.account.id,
        owner_id=chosen.account.account_id,
        carrier=chosen.account.carrier,
        service=chosen.service,
        lines=dict(units),
        request=replace(asked, numbers=numbers),
        actor=actor,
        created_at=now,
    )


def _numbers(app: Application, uow: UnitOfWork, session: CarrierSession, account: CarrierAccount, count: int) -> tuple[str, ...]:
    """The parcels' tracking numbers, where they are given out here. Raises CarrierRefused when there are none left."""
    if not app.carrier(account.carrier).describes.can(CarrierCapability.NUMBERED_HERE):
        return ()
    return session.numbers(uow.labels.take_numbers(account.account_id, account.id, count), count)


def _begun(request: FulfillmentRequest, now: datetime) -> FulfillmentRequest:
    """The client's request of which the work has begun: from here on it is taken back by agreement alone."""
    if request.may(RequestAction.START, Side.PROVIDER, now):
        return request.take(RequestAction.START, Side.PROVIDER, now)
    return replace(request, started_at=request.started_at or now, changed_at=now)
