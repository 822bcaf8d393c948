"""A shipment as `POST /shipments` takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from adapters.carriers.easypost.customs import customs_options, customs_request
from adapters.carriers.easypost.options import options_request
from adapters.carriers.easypost.packages import predefined_package
from adapters.carriers.easypost.units import inches, ounces
from engine.model.customs_border import crosses_customs_border
from engine.model.label import LabelRequest, ParcelToShip, PostalAddress


def shipment_request(
    request: LabelRequest, services: Sequence[str], carrier_accounts: Sequence[str], today: date
) -> dict[str, Any]:
    """The whole body, of a request that was checked; `services` are those that it may be bought with.

    Raises CarrierRefused for what rules set and EasyPost cannot do, and where customs lack something.
    """
    shipment: dict[str, Any] = {
        "reference": request.reference,
        **_addresses(request),
        "parcel": _parcel(request.parcels[0], services),
        "options": options_request(request, today),
    }
    if carrier_accounts:
        shipment["carrier_accounts"] = list(carrier_accounts)
    if crosses_customs_border(request.ship_from, request.ship_to):
        shipment |= customs_request(request)
        shipment["options"] |= customs_options(request)
    return {"shipment": shipment}


def _addresses(request: LabelRequest) -> dict[str, Any]:
    """Of a return EasyPost wants the addresses of the way there, and turns them round itself."""
    if request.is_return:
        return {
            "from_address": address_request(request.ship_to),
            "to_address": address_request(request.ship_from),
            "is_return": True,
        }
    return {
        "from_address": address_request(request.ship_from, company=request.sender),
        "to_address": address_request(request.ship_to),
    }


def address_request(address: PostalAddress, *, company: str = "") -> dict[str, str]:
    """An address, as far as it is known."""
    street1, *further = [one for one in (address.street1, address.street2, address.street3) if one]
    parts = {
        "name": address.name,
        "company": company or address.company,
        "street1": street1,
        "street2": ", ".join(further),
        "city": address.city,
        "state": address.state,
        "zip": address.postal_code,
        "country": address.country,
        "phone": address.phone,
        "email": address.email,
    }
    return {name: text for name, text in parts.items() if text}


def _parcel(parcel: ParcelToShip, services: Sequence[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"weight": ounces(parcel.weight_g)}
    package = predefined_package(parcel.package, services) if parcel.package else None
    if package is not None:
        return said | {"predefined_package": package}
    sides = (("length", parcel.length_mm), ("width", parcel.width_mm), ("height", parcel.height_mm))
    return said | {name: inches(side) for name, side in sides if side is not None}
