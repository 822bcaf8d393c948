"""What a label cannot do without."""

from __future__ import annotations

from typing import Any

from adapters.carriers.address_words import NO_COUNTRY_BACK, NO_COUNTRY_FROM, NOBODY, NOBODY_BACK, NOWHERE, NOWHERE_BACK
from engine.model.label import LabelRequest, PostalAddress
from engine.ports.carriers import CarrierRefused
from rules.fields.closed_values import COUNTRIES
from rules.messages import Message, Text

NO_COUNTRY_TO = Text(
    "The ship-to address has no country: write its two letters, such as ES.",
    "La dirección de destino no tiene país: escribe sus dos letras, como ES.",
)
UNKNOWN_COUNTRY_TO = Text(
    'The ship-to address has the unknown country "{country}": write its two letters, such as ES.',
    'La dirección de destino tiene un país desconocido, "{country}": escribe sus dos letras, como ES.',
)
NO_PARCELS = Text("There is no parcel: add at least one with its weight.", "No hay ningún bulto: añade al menos uno con su peso.")
NO_WEIGHT = Text("Parcel {number} has no weight: weigh it.", "El bulto {number} no tiene peso: pésalo.")


def check_addresses(request: LabelRequest) -> None:
    """Raises CarrierRefused where nobody would know where to bring the parcel, or whence."""
    if request.is_return:
        _check_customers_country(request.ship_from)
        _check_location_to(request.ship_to)
        return
    ship_from, ship_to = request.ship_from, request.ship_to
    if ship_from.country not in COUNTRIES.codes:
        raise _refused("ship_from_country", NO_COUNTRY_FROM)
    _check_customers_country(ship_to)
    if not _has_name(ship_to):
        raise _refused("ship_to_name", NOBODY)
    if not _has_city(ship_to):
        raise _refused("ship_to_city", NOWHERE)


def _check_customers_country(address: PostalAddress) -> None:
    if address.country not in COUNTRIES.codes:
        text = UNKNOWN_COUNTRY_TO if address.country else NO_COUNTRY_TO
        raise _refused("ship_to_country", text, country=address.country)


def _check_location_to(address: PostalAddress) -> None:
    """The account's own location, which is not the customer's to complete."""
    if address.country not in COUNTRIES.codes:
        raise _refused("ship_from_country", NO_COUNTRY_BACK)
    if not _has_name(address):
        raise _refused("ship_from_name", NOBODY_BACK)
    if not _has_city(address):
        raise _refused("ship_from_city", NOWHERE_BACK)


def _has_name(address: PostalAddress) -> bool:
    return bool(address.name.strip() or address.company.strip())


def _has_city(address: PostalAddress) -> bool:
    return bool(address.city.strip() or address.postal_code.strip())


def check_parcels(request: LabelRequest) -> None:
    """Raises CarrierRefused where there is no parcel, or one without a weight."""
    if not request.parcels:
        raise _refused("no_parcels", NO_PARCELS)
    for number, parcel in enumerate(request.parcels, 1):
        if parcel.weight_g <= 0:
            raise _refused("no_weight", NO_WEIGHT, number=number)


def _refused(code: str, text: Text, /, **params: Any) -> CarrierRefused:
    return CarrierRefused(Message(code, text, params))
