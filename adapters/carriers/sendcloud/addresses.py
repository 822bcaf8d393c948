"""Addresses as Sendcloud writes them, and what they cannot do without."""

from __future__ import annotations

import re
from typing import Any, Final

from adapters.carriers.sendcloud.refusals import listed, refused
from engine.model.label import PostalAddress
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text

LACKS_TO = Text(
    "The ship-to address lacks what Sendcloud needs: {missing}.",
    "A la dirección de destino le falta lo que pide Sendcloud: {missing}.",
)
LACKS_FROM = Text(
    "The address that the parcel leaves from lacks what Sendcloud needs: {missing}. Complete the ship-from location, or set the "
    "carrier account's sender_address_id.",
    "A la dirección de salida le falta lo que pide Sendcloud: {missing}. Completa la ubicación de envío o pon sender_address_id "
    "en la cuenta de transporte.",
)
LACKS_BACK = Text(
    "The location that the return comes back to lacks what Sendcloud needs: {missing}. Complete the ship-from location.",
    "A la ubicación a la que vuelve la devolución le falta lo que pide Sendcloud: {missing}. Completa la ubicación de envío.",
)
NO_STATE = Text(
    'For {country} Sendcloud needs the state or province by its code, such as {example}, and "{state}" is none.',
    'Para {country} Sendcloud necesita el código del estado o provincia, como {example}, y "{state}" no lo es.',
)
NAME = Text("a name or a company", "nombre o empresa")
STREET, CITY = Text("street", "calle"), Text("city", "ciudad")
POSTAL_CODE, COUNTRY = Text("postal code", "código postal"), Text("country (two letters)", "país (dos letras)")

_STATES: Final = {"AU": "NSW", "CA": "ON", "IT": "RM", "US": "NY"}  # countries that need one, each with an example
_STATE_CODE: Final = re.compile(r"[A-Z]{2,3}")


def address_of(address: PostalAddress) -> dict[str, Any]:
    """An address, as far as it is known."""
    parts = {
        "name": address.name or address.company,
        "company_name": address.company,
        "address_line_1": address.street1,
        "address_line_2": ", ".join(street for street in (address.street2, address.street3) if street),
        "postal_code": address.postal_code,
        "city": address.city,
        "state_province_code": _state_code(address) or "",
        "country_code": address.country,
        "email": address.email,
        "phone_number": address.phone,
    }
    return {name: value for name, value in parts.items() if value}


def check_recipient(address: PostalAddress) -> None:
    """Raises CarrierRefused with all that is missing."""
    _check(address, LACKS_TO, "ship_to")
    _check_state(address, "ship_to")


def check_sender(address: PostalAddress) -> None:
    """Raises CarrierRefused with all that is missing."""
    _check(address, LACKS_FROM, "ship_from")


def check_way_back(customer: PostalAddress, location: PostalAddress) -> None:
    """Of a return. Raises CarrierRefused with all that is missing, and where it is to be completed."""
    _check(customer, LACKS_TO, "ship_to")
    _check(location, LACKS_BACK, "ship_from")
    _check_state(location, "ship_from")


def _check_state(address: PostalAddress, side: str) -> None:
    if address.country in _STATES and _state_code(address) is None:
        example = _STATES[address.country]
        raise refused(f"{side}_state", NO_STATE, country=address.country, example=example, state=address.state)


def _check(address: PostalAddress, text: Text, code: str) -> None:
    parts = (
        (address.name.strip() or address.company.strip(), NAME),
        (address.street1.strip(), STREET),
        (address.city.strip(), CITY),
        (address.postal_code.strip(), POSTAL_CODE),
        (address.country in COUNTRIES.codes, COUNTRY),
    )
    missing = [words for is_there, words in parts if not is_there]
    if missing:
        raise refused(code, text, missing=listed(missing))


def _state_code(address: PostalAddress) -> str | None:
    """By ISO 3166-2, where it is needed and can be told; None else."""
    if address.country not in _STATES:
        return None
    state = address.state.strip().upper().removeprefix(f"{address.country}-")
    return f"{address.country}-{state}" if _STATE_CODE.fullmatch(state) else None
