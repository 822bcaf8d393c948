"""Keeps a return label that is about to be bought: what of an order that has left is to come back, and by which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.model.account import Account, CarrierAccount
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.label import Label, LabelPurpose, LabelRequest, PostalAddress
from engine.model.order import Order
from engine.model.sentence import sentence_of
from engine.ports import CarrierRefused, CarrierSession, UnitOfWork
from engine.services.fulfillment.units_to_ship import get_order
from engine.services.labels.buying_job import buying_job
from engine.services.labels.choose_service import ServiceWish, UsableAccounts, choose_service
from engine.services.labels.label_request import ParcelWish, label_request
from engine.services.refusals import Refused
from rules.messages import Text

NOTHING_LEFT = Text(
    "Nothing of order {order} has left: there is nothing that could come back.",
    "No ha salido nada del pedido {order}: no hay nada que pueda volver.",
)
NO_SUCH_LINE = Text(
    "Of line {line} of order {order} no more than {left} can still come back.",
    "De la línea {line} del pedido {order} pueden volver como máximo {left}.",
)
SEVERAL_PLACES = Text(
    "What is to come back left from several places ({places}): create a return label for the units of each, or choose "
    "the location that all of it comes back to (with a command: --to CODE).",
    "Lo que ha de volver salió de varios sitios ({places}): crea una etiqueta de devolución para las unidades de cada uno o "
    "elige la ubicación a la que vuelve todo (con un comando: --to CODE).",
)
NO_RETURNS = Text(
    "{carrier} makes no return labels here: choose a service of another carrier account.",
    "{carrier} no hace aquí etiquetas de devolución: elige un servicio de otra cuenta de transporte.",
)


@dataclass(frozen=True, slots=True)
class ReturnWish:
    """What a person asks for. `units`: line key → quantity; None: all that has left and has no return label yet.

    Parcels that are absent weigh what the units weigh; `parcels.ship_from`, where they come back to, is else where they left.
    """

    service: ServiceWish = field(default_factory=ServiceWish)
    parcels: ParcelWish = field(default_factory=ParcelWish)
    units: Mapping[str, Decimal] | None = None


def units_to_return(shipments: Sequence[Shipment], labels: Sequence[Label]) -> dict[str, Decimal]:
    """The units of an order that have left and that no return label is for, by line."""
    units: dict[str, Decimal] = {}
    for shipment in shipments:
        if shipment.state is ShipmentState.SHIPPED:
            for key, quantity in shipment.lines.items():
                units[key] = units.get(key, Decimal(0)) + quantity
    for label in labels:
        if label.is_return and (label.is_being_bought or label.is_paid):
            for key, quantity in label.lines.items():
                units[key] = units.get(key, Decimal(0)) - quantity
    return {key: quantity for key, quantity in units.items() if quantity > 0}


def plan_return(app: Application, account_id: str, order_id: str, wish: ReturnWish, actor: str) -> Label:
    """The return label that is to be bought, kept as an intent, or bought where nobody has to be asked for it.

    Where all that has left has one already, and nothing in particular is asked for, it is the last of these. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        asked = uow.requests.find_by_copy(account_id, order_id, for_change=True)
        order = get_order(uow, account_id, order_id)
        labels = uow.labels.list_for_order(account_id, order_id)
        shipments = uow.fulfillment.list_shipments(account_id, order_id)
        left = units_to_return(shipments, labels)
        if not left:
            return _made_before(order, labels, wish)
        account = uow.accounts.get(account_id)
        chosen = choose_service(app, order, UsableAccounts(uow, account_id).of(asked), wish.service)
        owner = uow.carrier_accounts.get(chosen.account.account_id, chosen.account.id)
        units = _units(order, left, wish)
        place = None if wish.parcels.ship_from else _place(units, _units_by_place(shipments, labels))
        label = _label(uow, account, order, units, place, wish, owner, chosen.service, actor, now)
        label = keep_return(app, uow, label, owner, now)
        uow.commit()
    return label


def keep_return(app: Application, uow: UnitOfWork, label: Label, owner: CarrierAccount, now: datetime) -> Label:
    """A drafted return label as it is kept: with the job that buys it, or bought. Raises Refused; then nothing is kept."""
    label = _checked(app, uow, label, owner, now)
    uow.labels.add_many([label])
    if label.is_being_bought:
        uow.jobs.add_many([buying_job(label, now)])
    action = "return.intended" if label.is_being_bought else "return.bought"
    after = [label.id, label.carrier, label.service, *label.tracking_numbers]
    uow.audit.append([AuditEntry(label.account_id, now, label.actor, action, label.order_id, None, after)])
    return label


def _made_before(order: Order, labels: Sequence[Label], wish: ReturnWish) -> Label:
    made = [label for label in labels if label.is_return and (label.is_being_bought or label.is_paid)]
    if not made or wish.units is not None:
        raise Refused("nothing_left", NOTHING_LEFT, order=order.order_number)
    return made[-1]


def _units(order: Order, left: Mapping[str, Decimal], wish: ReturnWish) -> dict[str, Decimal]:
    if wish.units is None:
        return dict(left)
    for key, quantity in wish.units.items():
        most = left.get(key, Decimal(0))
        if not 0 < quantity <= most:
            raise Refused("no_such_line", NO_SUCH_LINE, order=order.order_number, line=key, left=most)
    return dict(wish.units)


def _units_by_place(shipments: Sequence[Shipment], labels: Sequence[Label]) -> dict[PostalAddress | None, dict[str, Decimal]]:
    """What is still to come back to each place that it left from; None is where parcels without a label left from."""
    outbound = {one.shipment_id: one.request.ship_from for one in labels if not one.is_return and one.is_paid}
    places: dict[PostalAddress | None, dict[str, Decimal]] = {}
    for shipment in shipments:
        if shipment.state is ShipmentState.SHIPPED:
            left = places.setdefault(outbound.get(shipment.id), {})
            for key, quantity in shipment.lines.items():
                left[key] = left.get(key, Decimal(0)) + quantity
    for label in labels:
        if label.is_return and (label.is_being_bought or label.is_paid):
            _take_back(places, label)
    return places


def _take_back(places: Mapping[PostalAddress | None, dict[str, Decimal]], label: Label) -> None:
    """Count off what a return label brings back, first of what left from where it goes."""
    by_nearness = sorted(
        places.items(), key=lambda known: known[0] is None or not _is_same_place(known[0], label.request.ship_to)
    )
    for key, quantity in label.lines.items():
        to_count = quantity
        for _, left in by_nearness:
            counted = min(to_count, left.get(key, Decimal(0)))
            left[key] = left.get(key, Decimal(0)) - counted
            to_count -= counted


def _is_same_place(place: PostalAddress, back: PostalAddress) -> bool:
    """Whose name stands above it may differ: of the account that sent it, and of the brand that it comes back to. Until there
    were both, the brand stood as the company.
    """
    return replace(place, company="") == replace(back, company="") or back == _under_brand(place, back.name)


def _place(units: Mapping[str, Decimal], places: Mapping[PostalAddress | None, Mapping[str, Decimal]]) -> PostalAddress | None:
    """The place from which all these units left; None where it is not known. Raises Refused where there is no single one.

    What left from an unknown place comes back with the rest.
    """
    unknown = places.get(None, {})
    known = {place: left for place, left in places.items() if place is not None}
    for place, left in [*known.items(), (None, unknown)]:
        if all(quantity <= left.get(key, Decimal(0)) for key, quantity in units.items()):
            return place
    for place, left in known.items():
        if all(quantity <= left.get(key, Decimal(0)) + unknown.get(key, Decimal(0)) for key, quantity in units.items()):
            return place
    involved = [place for place, left in known.items() if any(left.get(key) for key in units)]
    named = dict.fromkeys(place.city or place.name or place.company for place in involved)
    raise Refused("several_places", SEVERAL_PLACES, places=", ".join(named))


def _label(
    uow: UnitOfWork,
    account: Account,
    order: Order,
    units: Mapping[str, Decimal],
    place: PostalAddress | None,
    wish: ReturnWish,
    owner: CarrierAccount,
    service: str,
    actor: str,
    now: datetime,
) -> Label:
    label_id = new_id("lbl")
    locations = uow.locations.list_for(account.id)
    plain = replace(wish.parcels, confirmation="", insured_value=Decimal(0))
    request = label_request(account, order, units, locations, plain, now, reference=label_id, service=service, ship_from=place)
    return Label(
        id=label_id,
        account_id=account.id,
        order_id=order.id,
        shipment_id=new_id("rtn"),
        carrier_account_id=owner.id,
        owner_id=owner.account_id,
        carrier=owner.carrier,
        service=service,
        lines=dict(units),
        request=turned_round(request),
        actor=actor,
        created_at=now,
        purpose=LabelPurpose.RETURN,
    )


def turned_round(request: LabelRequest) -> LabelRequest:
    """From the customer to where the goods had left. What was collected, billed or promised on the way there is not asked for."""
    customer, place = request.ship_to, request.ship_from
    options = {name: value for name, value in request.options.items() if name in ("customs", "tax_ids", "incoterm")}
    back = _under_brand(place, request.sender)
    sender = customer.company or customer.name
    return replace(request, ship_from=customer, ship_to=back, sender=sender, options=options, is_return=True, service_point=None)


def _under_brand(place: PostalAddress, brand: str) -> PostalAddress:
    """A location as a driver finds it: the brand that the customer knows above, and whose location it is below, as on the label
    that it left with.
    """
    if brand in ("", place.company):
        return place
    below = dict.fromkeys(one for one in (place.company, place.name) if one not in ("", brand))
    return replace(place, name=brand, company=", ".join(below))


def _checked(app: Application, uow: UnitOfWork, label: Label, owner: CarrierAccount, now: datetime) -> Label:
    """The label as its carrier can make it; bought, where the numbers are given out here and nobody has to be asked."""
    kind = app.carrier(owner.carrier).describes
    if not kind.can(CarrierCapability.RETURNS):
        raise Refused("no_returns", NO_RETURNS, carrier=kind.name)
    try:
        session: CarrierSession = app.carrier_session(owner)
        session.check_request(label.request)
        if not kind.can(CarrierCapability.NUMBERED_HERE):
            return label
        count = len(label.request.parcels)
        numbers = session.numbers(uow.labels.take_numbers(owner.account_id, owner.id, count), count)
        label = replace(label, request=replace(label.request, numbers=numbers))
        return label.buy(session.buy(label.request, ""), now)
    except CarrierRefused as refusal:
        raise Refused("carrier_refused", sentence_of(refusal)) from None
