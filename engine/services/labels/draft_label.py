"""What the form for a label begins with: what rules and people have set on the order, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account, Location
from engine.model.customs_border import crosses_customs_border
from engine.model.label import ParcelToShip, PostalAddress
from engine.model.order import Order
from engine.model.saved_package import SavedPackage, find_package
from engine.services.fulfillment.units_to_ship import Claims, claims_on, units_to_ship
from engine.services.labels.choose_service import LabelSource, UsableAccounts, label_source
from engine.services.labels.label_request import ship_to_address, usual_parcel, usual_ship_date
from engine.services.labels.service_choices import ServiceChoice, list_service_choices, set_choice
from engine.services.refusals import Refused
from rules.messages import Message
from rules.values import folded_text, is_blank


@dataclass(frozen=True, slots=True)
class LabelDraft:
    """The form of one order. `problem` says why no label can be made of it now, whatever is entered."""

    locations: Sequence[Location]
    location: Location | None  # the one it leaves from; None: there is none, or not the one that is set
    choices: Sequence[ServiceChoice]
    chosen: ServiceChoice | None
    parcel: ParcelToShip
    packages: Sequence[SavedPackage]
    ship_date: date
    leaves_today: bool
    ship_to: PostalAddress
    source: LabelSource
    problem: Message | None = None


def draft_label(app: Application, account: Account, order: Order, claims: Claims) -> LabelDraft:
    """Nothing is kept, and no carrier is asked."""
    now = app.clock.now()
    with app.reading() as uow:
        locations = uow.locations.list_for(account.id)
        packages = uow.packages.list_for(account.id)
        asked = uow.requests.find_by_copy(account.id, order.id) if account.ships_for_others else None
        allowed = UsableAccounts(uow, account.id).of(asked)
        choices = list_service_choices(app, uow, account, allowed)
        problem, units = None, order.quantities()
        try:
            units = units_to_ship(uow, order, claims, now)
        except Refused as refusal:
            problem = refusal.message
    ship_date = usual_ship_date(order, account, now)
    return LabelDraft(
        locations=locations,
        location=_location(order, locations),
        choices=choices,
        chosen=set_choice(app, order, allowed, choices),
        parcel=usual_parcel(order, units, packages),
        packages=packages,
        ship_date=ship_date,
        leaves_today=ship_date == now.astimezone(ZoneInfo(account.time_zone)).date(),
        ship_to=ship_to_address(order),
        source=label_source(app, order, allowed),
        problem=problem,
    )


def packed(app: Application, account_id: str, order: Order, name: str) -> ParcelToShip | None:
    """What is left of an order in one of the account's packages: with its size, and its weight when empty on top. None where the
    account has no package of this name; a weight of 0 is one that nobody knows.
    """
    with app.reading() as uow:
        box = find_package(uow.packages.list_for(account_id), name)
        if box is None:
            return None
        try:
            units = units_to_ship(uow, order, claims_on(uow, account_id, [order.id])[order.id], app.clock.now())
        except Refused:  # the page says why nothing of it can be shipped
            units = order.quantities()
    parcel = usual_parcel(order, units, [box], package=box.name)
    length, width, height = box.sides
    return parcel if length is None else replace(parcel, length_mm=length, width_mm=width, height_mm=height)


def crosses_border(draft: LabelDraft, account: Account, location: Location | None) -> bool:
    """Whether customs have to know what is inside, where it leaves from a location, or from the account's country."""
    if not draft.ship_to.country:
        return False
    if location is None:
        return crosses_customs_border(PostalAddress(country=account.country), draft.ship_to)
    return crosses_customs_border(PostalAddress(country=location.country, postal_code=location.postal_code), draft.ship_to)


def _location(order: Order, locations: Sequence[Location]) -> Location | None:
    code = order.document().get("ship_from")
    if is_blank(code):
        return locations[0] if locations else None
    return next((one for one in locations if folded_text(one.code) == folded_text(str(code))), None)
