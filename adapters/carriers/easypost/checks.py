"""What a shipment cannot do without, whichever carrier takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.carriers.address_words import NO_COUNTRY_BACK, NO_COUNTRY_FROM, NOBODY, NOBODY_BACK, NOWHERE, NOWHERE_BACK
from adapters.carriers.easypost.refusals import refused
from engine.model.label import LabelRequest, PostalAddress
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text

NO_STREET_FROM = Text(
    "The address that the parcel leaves from has no street or no city: complete the ship-from location.",
    "La dirección de salida no tiene calle o ciudad: completa la ubicación de envío.",
)
NO_COUNTRY_TO = Text(
    "The ship-to address has no country: write its two letters, such as US.",
    "La dirección de destino no tiene país: escribe sus dos letras, como US.",
)
UNKNOWN_COUNTRY_TO = Text(
    'The ship-to address has the unknown country "{country}": write its two letters, such as US.',
    'La dirección de destino tiene un país desconocido, "{country}": escribe sus dos letras, como US.',
)
NO_STREET_TO = Text(
    "The ship-to address has no street: add it.",
    "La dirección de destino no tiene calle: añádela.",
)
NO_CITY_TO = Text(
    "The ship-to address has no street or no city: add it.", "La dirección de destino no tiene calle o ciudad: añádela."
)
NO_STREET_BACK = Text(
    "The location that the return comes back to has no street: complete the ship-from location.",
    "La ubicación a la que vuelve la devolución no tiene calle: completa la ubicación de envío.",
)
ONE_PARCEL = Text(
    "EasyPost makes a label for one parcel: ship each of the {count} parcels by itself.",
    "EasyPost hace la etiqueta de un solo bulto: envía cada uno de los {count} bultos por separado.",
)
NO_WEIGHT = Text("The parcel has no weight: weigh it.", "El bulto no tiene peso: pésalo.")
INSURED_IN = Text(
    "EasyPost insures in US dollars (USD), and this shipment is insured in {currency}: take the insurance off the order, or "
    "insure the parcel elsewhere.",
    "EasyPost asegura en dólares (USD) y este envío está asegurado en {currency}: quita el seguro del pedido o asegura el "
    "paquete por otra vía.",
)
INSURANCE_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of one of the two addresses, whichever way the parcel goes: people complete it in one place."""

    side: str
    country: Text
    unknown_country: Text
    nobody: Text
    street: Text
    street_or_city: Text
    nowhere: Text

    def country_of(self, address: PostalAddress) -> Text:
        return self.unknown_country if address.country else self.country


_OF_CUSTOMER = _Words("ship_to", NO_COUNTRY_TO, UNKNOWN_COUNTRY_TO, NOBODY, NO_STREET_TO, NO_CITY_TO, NOWHERE)
_OF_LOCATION = _Words("ship_from", NO_COUNTRY_FROM, NO_COUNTRY_FROM, NOBODY_BACK, NO_STREET_BACK, NO_STREET_FROM, NOWHERE_BACK)
_OF_LOCATION_BACK = replace(_OF_LOCATION, country=NO_COUNTRY_BACK, unknown_country=NO_COUNTRY_BACK)


def check_shipment(request: LabelRequest) -> None:
    """Raises CarrierRefused with what is missing."""
    _check_origin(request.ship_from, _OF_CUSTOMER if request.is_return else _OF_LOCATION)
    _check_destination(request.ship_to, _OF_LOCATION_BACK if request.is_return else _OF_CUSTOMER)
    if len(request.parcels) != 1:
        raise refused("one_parcel", ONE_PARCEL, count=len(request.parcels))
    if request.parcels[0].weight_g <= 0:
        raise refused("no_weight", NO_WEIGHT)
    if request.insured is not None and request.insured.currency != INSURANCE_CURRENCY:
        raise refused("insured_in", INSURED_IN, currency=request.insured.currency)


def _check_origin(address: PostalAddress, words: _Words) -> None:
    if address.country not in COUNTRIES.codes:
        raise refused(f"{words.side}_country", words.country_of(address), country=address.country)
    if not (address.street1.strip() and address.city.strip()):
        raise refused(f"{words.side}_street", words.street_or_city)


def _check_destination(address: PostalAddress, words: _Words) -> None:
    if address.country not in COUNTRIES.codes:
        raise refused(f"{words.side}_country", words.country_of(address), country=address.country)
    if not (address.name.strip() or address.company.strip()):
        raise refused(f"{words.side}_name", words.nobody)
    if not (address.street1.strip() or address.street2.strip()):
        raise refused(f"{words.side}_street", words.street)
    if not (address.city.strip() or address.postal_code.strip()):
        raise refused(f"{words.side}_city", words.nowhere)
