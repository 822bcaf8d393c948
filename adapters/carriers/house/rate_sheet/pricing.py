"""What a shipment costs by a rate sheet, or why the sheet has no price for it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from adapters.carriers.house.options import cash_on_delivery, saturday_delivery
from adapters.carriers.house.rate_sheet.postal_codes import comparable
from adapters.carriers.house.rate_sheet.sheet import ChargedFor, RateSheet, SheetService, Surcharge, ZoneRates
from engine.model.label import LabelRequest, ParcelToShip, PostalAddress
from engine.model.money import Money
from engine.ports.carriers import CarrierRefused
from rules.messages import Message, Text

NO_SERVICE = Text(
    'The rate sheet has no service "{service}": choose one of {known}, or add it to the sheet.',
    'La hoja de tarifas no tiene el servicio "{service}": elige uno de {known} o añádelo a la hoja.',
)
NOT_YET = Text(
    "The rate sheet is valid from {start} on and the parcel leaves on {day}: change the ship date or enter another sheet.",
    "La hoja de tarifas vale desde el {start} y el envío sale el {day}: cambia la fecha de envío o introduce otra hoja.",
)
NO_LONGER = Text(
    "The rate sheet was valid until {until} and the parcel leaves on {day}: enter the new sheet.",
    "La hoja de tarifas valía hasta el {until} y el envío sale el {day}: introduce la hoja nueva.",
)
NO_POSTAL_CODE = Text(
    "The rate sheet tells the zones of {country} apart by postal code: add the postal code to the ship-to address.",
    "La hoja de tarifas distingue las zonas de {country} por código postal: añade el código postal a la dirección de destino.",
)
NO_POSTAL_CODE_BACK = Text(
    "The rate sheet tells the zones of {country} apart by postal code: add the postal code of the ship-from location that the "
    "return comes back to.",
    "La hoja de tarifas distingue las zonas de {country} por código postal: añade el código postal de la ubicación de envío a la "
    "que vuelve la devolución.",
)
NO_ZONE = Text(
    "No zone of the rate sheet has {place}: add it to a zone, or ship with another carrier.",
    "Ninguna zona de la hoja de tarifas tiene {place}: añádelo a una zona o envía con otra empresa de transporte.",
)
NOT_THERE = Text(
    'The service "{service}" has no price for {place}, which is in the zone "{zone}"; it has prices for {known}: '
    "choose another service, or add the zone to this one.",
    'El servicio "{service}" no tiene precio para {place}, que está en la zona "{zone}"; tiene precios para {known}: '
    "elige otro servicio o añade la zona a este.",
)
TOO_HEAVY = Text(
    'Parcel {number} counts as {weight} g, and "{service}" goes up to {limit} g in the zone "{zone}": '
    "split the parcel, or add a weight step to the rate sheet.",
    'El bulto {number} cuenta como {weight} g y "{service}" llega hasta {limit} g en la zona "{zone}": '
    "divide el bulto o añade un tramo de peso a la hoja de tarifas.",
)


def price_of(sheet: RateSheet, request: LabelRequest, service_code: str) -> Money:
    """What the whole shipment costs: each parcel by itself, rounded, and what is charged once. Raises CarrierRefused."""
    service = sheet.services.get(service_code)
    if service is None:
        raise _refused("no_service", NO_SERVICE, service=service_code, known=", ".join(sheet.services))
    _check_day(sheet, request)
    zone = _zone(sheet, request)
    rates = service.zones.get(zone)
    if rates is None:
        place, known = _place(request.ship_to), ", ".join(service.zones)
        raise _refused("no_price", NOT_THERE, service=service_code, place=place, zone=zone, known=known)
    surcharges = [one for one in sheet.surcharges if _is_for(one, service_code, zone) and _is_asked_for(one, request)]
    prices = [_price(service, rates, parcel, number, zone) for number, parcel in enumerate(request.parcels, 1)]
    total = Money(Decimal(0), sheet.currency)
    for parcel, price in zip(request.parcels, prices, strict=True):
        extra = [one.of(price) for one in surcharges if one.charged_for is ChargedFor.PARCEL and _fits(one, [parcel])]
        total += Money(price + sum(extra), sheet.currency).rounded()
    for one in surcharges:
        if one.charged_for is ChargedFor.SHIPMENT and _fits(one, request.parcels):
            total += Money(one.of(sum(prices, Decimal(0))), sheet.currency).rounded()
    return total


def _check_day(sheet: RateSheet, request: LabelRequest) -> None:
    day = request.ship_date
    if sheet.valid_from is not None and day < sheet.valid_from:
        raise _refused("sheet_not_yet", NOT_YET, start=sheet.valid_from, day=day)
    if sheet.valid_until is not None and day > sheet.valid_until:
        raise _refused("sheet_no_longer", NO_LONGER, until=sheet.valid_until, day=day)


def _zone(sheet: RateSheet, request: LabelRequest) -> str:
    address = request.ship_to
    zones = sheet.countries.get(address.country)
    if zones is None:
        raise _refused("no_zone", NO_ZONE, place=address.country)
    code = comparable(address.country, address.postal_code)
    if not code and zones.needs_postal_code:
        text = NO_POSTAL_CODE_BACK if request.is_return else NO_POSTAL_CODE
        raise _refused("no_postal_code", text, country=address.country)
    zone = zones.find(code)
    if zone is None:
        raise _refused("no_zone", NO_ZONE, place=_place(address))
    return zone


def _price(service: SheetService, rates: ZoneRates, parcel: ParcelToShip, number: int, zone: str) -> Decimal:
    weight = service.billed_weight_g(parcel)
    price = rates.price_of(weight)
    if price is None:
        said = {"number": number, "weight": weight, "limit": rates.limit_g, "service": service.code, "zone": zone}
        raise _refused("too_heavy", TOO_HEAVY, **said)
    return price


def _is_for(surcharge: Surcharge, service: str, zone: str) -> bool:
    return (not surcharge.services or service in surcharge.services) and (not surcharge.zones or zone in surcharge.zones)


def _is_asked_for(surcharge: Surcharge, request: LabelRequest) -> bool:
    if surcharge.cash_on_delivery and cash_on_delivery(request) is None:
        return False
    return not surcharge.saturday or saturday_delivery(request)


def _fits(surcharge: Surcharge, parcels: Sequence[ParcelToShip]) -> bool:
    """Whether the parcels weigh so much together, and one of them is so long."""
    if surcharge.weight_over_g is not None and sum(parcel.weight_g for parcel in parcels) <= surcharge.weight_over_g:
        return False
    over = surcharge.longest_side_over_mm
    sides = (side for one in parcels for side in (one.length_mm, one.width_mm, one.height_mm) if side is not None)
    return over is None or max(sides, default=0) > over


def _place(address: PostalAddress) -> str:
    return " ".join(part for part in (address.country, address.postal_code, address.city) if part)


def _refused(code: str, text: Text, /, **params: Any) -> CarrierRefused:
    return CarrierRefused(Message(code, text, params))
