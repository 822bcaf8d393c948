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
        **_parcels(request),
        "service": request.service,
        "label_type": line.label_type,
        "order_id": request.order_number,
    }


def rated(request: LabelRequest, services: list[str]) -> dict[str, Any]:
    """What is asked for its price."""
    return {**_parcels(request), "services": services}


def _parcels(request: LabelRequest) -> dict[str, Any]:
    """Without a mail of the carrier to the customer, which nobody here has asked for."""
    return {
        "shipper": _address(request.ship_from),
        "recipient": _address(request.ship_to),
        "parcels": [_parcel(parcel) for parcel in request.parcels],
        "reference": request.reference,
        "options": {"shipping_date": f"{request.ship_date.isoformat()}T12:00", "email_notification": False},
    }


def _address(address: PostalAddress) -> dict[str, Any]:
    said = {
        "person_name": address.name,
        "company_name": address.company,
        "address_line1": address.street1 or address.street2,
        "address_line2": ", ".join(one for one in (address.street2 if address.street1 else "", address.street3) if one),
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
