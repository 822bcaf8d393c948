"""A label's request as karrio's shipment: one model for all of its carriers."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Any, Final

from adapters.carriers.karrio.lines import KarrioLine
from engine.model.label import LabelRequest, ParcelToShip, PostalAddress

_HUNDREDTH: Final = Decimal("0.01")
_TENTH: Final = Decimal("0.1")


def shipment(line: KarrioLine, request: LabelRequest) -> dict[str, Any]:
    """What a label is bought with."""
    return {
        **_parcels(line, request),
        "service": request.service,
        "label_type": line.label_type,
        "order_id": request.order_number,
    }


def rated(line: KarrioLine, request: LabelRequest, services: list[str]) -> dict[str, Any]:
    """What is asked for its price."""
    return {**_parcels(line, request), "services": services}


def _parcels(line: KarrioLine, request: LabelRequest) -> dict[str, Any]:
    """Without a mail of the carrier to the customer, which nobody here has asked for."""
    return {
        "shipper": _address(line, request.ship_from),
        "recipient": _address(line, request.ship_to),
        "parcels": [_parcel(parcel) for parcel in request.parcels],
        "reference": request.reference,
        "options": {"shipping_date": f"{request.ship_date.isoformat()}T12:00", "email_notification": False},
    }


def street_lines(line: KarrioLine, address: PostalAddress) -> tuple[str, str]:
    """The street in two lines. Karrio puts the first one's house number to its front; it leaves the second one as it is."""
    found = [one.strip() for one in (address.street1, address.street2, address.street3) if one.strip()]
    street, rest = found[0] if found else "", ", ".join(found[1:])
    begins_with_number = any(letter.isdigit() for letter in street.partition(" ")[0])
    if line.has_second_line and not begins_with_number:
        return "", ", ".join(found)
    return street, rest


def _address(line: KarrioLine, address: PostalAddress) -> dict[str, Any]:
    first, second = street_lines(line, address)
    said = {
        "person_name": address.name,
        "company_name": address.company,
        "address_line1": first,
        "address_line2": second,
        "city": address.city,
        "state_code": address.state,
        "postal_code": address.postal_code,
        "country_code": address.country,
        "phone_number": address.phone,
        "email": address.email,
    }
    return {name: value.strip() for name, value in said.items() if value.strip()}


def _parcel(parcel: ParcelToShip) -> dict[str, Any]:
    """Karrio knows two decimals of a kilogram: rounded up, as it is charged."""
    weight = (Decimal(parcel.weight_g) / 1000).quantize(_HUNDREDTH, ROUND_UP)
    found: dict[str, Any] = {"weight": float(weight), "weight_unit": "KG"}
    sides = {"length": parcel.length_mm, "width": parcel.width_mm, "height": parcel.height_mm}
    if all(sides.values()):
        found |= {name: float((Decimal(side or 0) / 10).quantize(_TENTH, ROUND_UP)) for name, side in sides.items()}
        found["dimension_unit"] = "CM"
    return found
