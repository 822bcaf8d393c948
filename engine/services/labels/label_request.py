"""What a carrier is told about units of an order: made of the order as rules and people see it, and of what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.model.account import Account, Location
from engine.model.label import ContentLine, LabelRequest, ParcelToShip, PostalAddress
from engine.model.money import Money
from engine.model.order import Order
from engine.model.order_defaults import SIDES, is_filled_in
from engine.model.saved_package import SavedPackage, find_package
from engine.model.service_point import ServicePoint
from engine.services.refusals import Refused
from rules.messages import Text
from rules.order_document import Document
from rules.values import Unreadable, folded_text, is_blank, local_time, read_number, read_time

MAX_PARCELS = 100
HEAVIEST_G = 2_000_000
LONGEST_MM = 20_000
OPTION_PARTS = (
    "carrier_options",
    "billing",
    "duties",
    "customs",
    "cash_on_delivery",
    "incoterm",
    "tax_ids",
    "gift",
    "gift_message",
    "packing_slip",
)

NO_SUCH_LOCATION = Text(
    'There is no ship-from location "{code}": choose one of {known}.',
    'No existe la ubicación de envío "{code}": elige una de {known}.',
)
NO_WEIGHT = Text(
    "The weight of order {order} is not known: say what the parcel weighs (--parcel GRAMS), or let a rule set it.",
    "No se conoce el peso del pedido {order}: indica cuánto pesa el paquete (--parcel GRAMOS) o deja que lo ponga una regla.",
)
BAD_PARCEL = Text(
    "A parcel weighs from 1 to {heaviest} g, and its sides are from 1 to {longest} mm, all three or none.",
    "Un paquete pesa de 1 a {heaviest} g y sus lados miden de 1 a {longest} mm, los tres o ninguno.",
)
TOO_MANY_PARCELS = Text("A shipment has at most {limit} parcels.", "Un envío tiene como máximo {limit} paquetes.")
SHIPS_IN_PAST = Text(
    "The ship date {day} is past: choose today or a later day.", "La fecha de envío {day} ya pasó: elige hoy o un día posterior."
)


SHIPS_TOO_LATE = Text(
    "The ship date {day} is too far ahead: choose {last} or an earlier day.",
    "La fecha de envío {day} queda demasiado lejos: elige el {last} o un día anterior.",
)
LATEST_SHIP_DATE = timedelta(days=90)  # from today, whoever asks for it: a person, a rule or a store


@dataclass(frozen=True, slots=True)
class GoodsWish:
    """What customs are told of a line; what is blank is not known."""

    hs_code: str = ""
    origin: str = ""  # ISO 3166 alpha-2


@dataclass(frozen=True, slots=True)
class ParcelWish:
    """What a person says of parcels and their way; what is absent comes from the order."""

    ship_from: str | None = None  # a location's code
    parcels: Sequence[ParcelToShip] = ()
    package: str | None = None  # blank: none in particular
    ship_date: date | None = None
    confirmation: str | None = None  # blank: none is asked for
    insured_value: Decimal | None = None  # in the order's currency; 0: it is not insured
    options: Mapping[str, Any] = field(default_factory=dict)  # by OPTION_PARTS, in place of the order's; blank: none
    goods: Mapping[str, GoodsWish] = field(default_factory=dict)  # by line key, in place of the order's
    service_point: ServicePoint | None = None  # where the customer fetches it


def label_request(
    account: Account,
    order: Order,
    units: Mapping[str, Decimal],
    locations: Sequence[Location],
    wish: ParcelWish,
    now: datetime,
    *,
    reference: str,
    service: str,
    packages: Sequence[SavedPackage] = (),
    ship_from: PostalAddress | None = None,
) -> LabelRequest:
    """The request for a label of these units of an order (line key → quantity), from `ship_from` where that is known already.

    Raises Refused with what is missing.
    """
    document = order.document()
    contents = tuple(_declared(line, wish.goods.get(line.line_key)) for line in _contents(document, units))
    options = {**document, **wish.options}
    return LabelRequest(
        reference=reference,
        service=service,
        ship_from=ship_from or _ship_from(document, account, locations, wish),
        ship_to=_ship_to(document),
        parcels=_parcels(order, document, units, contents, wish, packages),
        ship_date=_checked_ship_date(document, account, wish, now),
        order_number=order.order_number,
        sender=str(document.get("brand") or account.name),
        contents=contents,
        currency=_currency(document),
        confirmation=str(document.get("confirmation") or "") if wish.confirmation is None else wish.confirmation,
        insured=_insured(document, wish),
        options={name: options[name] for name in OPTION_PARTS if not is_blank(options.get(name))},
        service_point=wish.service_point,
    )


def usual_parcel(
    order: Order, units: Mapping[str, Decimal], packages: Sequence[SavedPackage] = (), *, package: str | None = None
) -> ParcelToShip:
    """The parcel that these units go in where nobody says otherwise, or a package; a weight of 0 is one that nobody knows."""
    document = order.document()
    name, box = _package(document, package, packages)
    try:
        weight = _weight(order, document, units, _contents(document, units)) + _tare(order, box)
    except Refused:
        weight = Decimal(0)
    return ParcelToShip(_whole(weight) or 0, *_sides(order, document, box), name)


def _package(document: Document, wanted: str | None, packages: Sequence[SavedPackage]) -> tuple[str, SavedPackage | None]:
    """The name of the package that is wanted, else set, else usual, and the account's package of that name."""
    name = str(document.get("package") or "") if wanted is None else wanted
    usual = next((one for one in packages if one.is_default), None)
    if wanted is None and not name and usual is not None:
        return usual.name, usual
    return name, find_package(packages, name) if name else None


def _tare(order: Order, box: SavedPackage | None) -> int:
    """What the empty box adds: nothing where rules or people have set what the parcel weighs."""
    return 0 if box is None or "weight_g" in order.rules or "weight_g" in order.person else box.tare_g


def ship_to_address(order: Order) -> PostalAddress:
    """Where an order goes, as far as it is known."""
    return _ship_to(order.document())


def usual_ship_date(order: Order, account: Account, now: datetime) -> date:
    """The day on which an order leaves where nobody says otherwise: never a past one."""
    return _ship_date(order.document(), account, now)


def _ship_from(document: Document, account: Account, locations: Sequence[Location], wish: ParcelWish) -> PostalAddress:
    """The chosen location, else the first one; of an account without any, its name and country, for the carrier to judge."""
    code = wish.ship_from or ("" if is_blank(document.get("ship_from")) else str(document["ship_from"]))
    found = [one for one in locations if not code or folded_text(one.code) == folded_text(code)]
    if not found and (locations or wish.ship_from):
        raise Refused("no_such_location", NO_SUCH_LOCATION, code=code, known=", ".join(one.code for one in locations) or "-")
    if not found:
        return PostalAddress(company=account.name, country=account.country)
    return address_of(account, found[0])


def address_of(account: Account, location: Location) -> PostalAddress:
    """What carriers are told of where parcels leave."""
    return PostalAddress(
        name=location.name if location.name != location.code else "",
        company=account.name,
        street1=location.street1,
        street2=location.street2,
        city=location.city,
        state=location.state,
        postal_code=location.postal_code,
        country=location.country,
    )


def _ship_to(document: Document) -> PostalAddress:
    found = document.get("ship_to")
    part = found if isinstance(found, Mapping) else {}
    names = [name for name in PostalAddress.__dataclass_fields__ if name != "email"]
    address = PostalAddress(**{name: " ".join(str(part.get(name) or "").split()) for name in names})
    customer = document.get("customer")
    email = customer.get("email") if isinstance(customer, Mapping) else None
    return replace(address, country=address.country.upper(), email=str(email or ""))


def _contents(document: Document, units: Mapping[str, Decimal]) -> tuple[ContentLine, ...]:
    """One line for each line key; those of the order that share a key are one."""
    lines: dict[str, ContentLine] = {}
    items = document.get("items")
    for number, found in enumerate(items if isinstance(items, list) else [], 1):
        item = found if isinstance(found, Mapping) else {}
        key = str(item.get("line_key") or number)
        if key in units and key not in lines:
            lines[key] = ContentLine(
                line_key=key,
                sku=str(item.get("sku") or ""),
                name=str(item.get("name") or ""),
                quantity=units[key],
                unit_price=_number(item.get("unit_price")),
                weight_g=_number(item.get("weight_g")),
                hs_code=str(item.get("hs_code") or ""),
                origin=str(item.get("origin_country") or ""),
                description=str(item.get("customs_description") or ""),
            )
    return tuple(lines.values())


def _declared(line: ContentLine, wish: GoodsWish | None) -> ContentLine:
    return line if wish is None else replace(line, hs_code=wish.hs_code, origin=wish.origin)


def _parcels(
    order: Order,
    document: Document,
    units: Mapping[str, Decimal],
    contents: Sequence[ContentLine],
    wish: ParcelWish,
    packages: Sequence[SavedPackage],
) -> tuple[ParcelToShip, ...]:
    package, box = _package(document, wish.package, packages)
    if wish.parcels:
        if len(wish.parcels) > MAX_PARCELS:
            raise Refused("too_many_parcels", TOO_MANY_PARCELS, limit=MAX_PARCELS)
        parcels = tuple(_boxed(one, package, box) for one in wish.parcels)
    else:
        weight = _weight(order, document, units, contents) + _tare(order, box)
        parcels = (ParcelToShip(_whole(weight) or 0, *_sides(order, document, box), package),)
    for parcel in parcels:
        check_parcel(parcel)
    return parcels


def _boxed(parcel: ParcelToShip, package: str, box: SavedPackage | None) -> ParcelToShip:
    """A parcel that was weighed as it is, in the package; what was measured counts before the package's own size."""
    parcel = replace(parcel, package=parcel.package or package)
    if box is None or parcel.length_mm is not None:
        return parcel
    return replace(parcel, length_mm=box.length_mm, width_mm=box.width_mm, height_mm=box.height_mm)


def _sides(order: Order, document: Document, box: SavedPackage | None) -> tuple[int | None, int | None, int | None]:
    """Length, width and height of the order, where all three are known, else of its package.

    Those that come from product defaults count only until rules or people choose a package.
    """
    sides = [_number(document.get(name)) for name in SIDES]
    if box is not None and is_filled_in(order.defaults, *SIDES) and any("package" in one for one in (order.rules, order.person)):
        written = {**order.rules, **order.person}
        sides = [_number(written.get(name)) for name in SIDES]
    if not all(side is not None and side > 0 for side in sides):
        return (None, None, None) if box is None else box.sides
    length, width, height = (_whole(side) for side in sides)
    return length, width, height


def check_parcel(parcel: ParcelToShip) -> None:
    """Raises Refused."""
    sides = [side for side in (parcel.length_mm, parcel.width_mm, parcel.height_mm) if side is not None]
    fits = 1 <= parcel.weight_g <= HEAVIEST_G and len(sides) in (0, 3) and all(1 <= side <= LONGEST_MM for side in sides)
    if not fits:
        raise Refused("bad_parcel", BAD_PARCEL, heaviest=HEAVIEST_G, longest=LONGEST_MM)


def _weight(order: Order, document: Document, units: Mapping[str, Decimal], contents: Sequence[ContentLine]) -> Decimal:
    """In grams: of the whole order what it says, else and of a part what its lines weigh together. Raises Refused."""
    whole = _number(document.get("weight_g"))
    if whole is not None and whole > 0 and dict(units) == order.quantities():
        return whole
    weights = [None if line.weight_g is None else line.weight_g * line.quantity for line in contents]
    if not weights or None in weights or not sum(weight or 0 for weight in weights):
        raise Refused("no_weight", NO_WEIGHT, order=order.order_number)
    return sum((weight or Decimal(0) for weight in weights), Decimal(0))


def _checked_ship_date(document: Document, account: Account, wish: ParcelWish, now: datetime) -> date:
    """What a person wishes, else what is set. Raises Refused."""
    today = now.astimezone(ZoneInfo(account.time_zone)).date()
    if wish.ship_date is not None and wish.ship_date < today:
        raise Refused("ships_in_past", SHIPS_IN_PAST, day=wish.ship_date.isoformat())
    day, last = wish.ship_date or _ship_date(document, account, now), today + LATEST_SHIP_DATE
    if day > last:
        raise Refused("ships_too_late", SHIPS_TOO_LATE, day=day.isoformat(), last=last.isoformat())
    return day


def _ship_date(document: Document, account: Account, now: datetime) -> date:
    zone = ZoneInfo(account.time_zone)
    today = now.astimezone(zone).date()
    moment = read_time(document["ship_date"]) if not is_blank(document.get("ship_date")) else None
    if moment is None or isinstance(moment, Unreadable):
        return today
    return max(today, local_time(moment, zone).date())


def _currency(document: Document) -> str:
    currency = str(document.get("currency") or "")
    return currency if len(currency) == 3 and currency.isascii() and currency.isupper() else ""


def _insured(document: Document, wish: ParcelWish) -> Money | None:
    value = _number(document.get("insured_value")) if wish.insured_value is None else wish.insured_value
    currency = _currency(document)
    return None if value is None or value <= 0 or not currency else Money(value, currency)


def _number(value: Any) -> Decimal | None:
    number = None if is_blank(value) else read_number(value)
    return None if number is None or isinstance(number, Unreadable) else Decimal(number)


def _whole(value: Decimal | None) -> int | None:
    """Carriers weigh and measure up."""
    return None if value is None else int(value.to_integral_value(ROUND_UP))
