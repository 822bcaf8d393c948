"""The objects of EasyPost as it writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .problems import Problem, missing

Json = dict[str, Any]
NewId = Callable[[str], str]
"""The beginning of an id → a new one."""

_ADDRESS = ("name", "company", "street1", "street2", "city", "state", "zip", "country", "phone", "email")
_SIDES = ("length", "width", "height")


def address_of(given: Any, place: str, new_id: NewId, stamp: Json) -> Json:
    """Raises Problem."""
    if not isinstance(given, dict) or not given:
        raise missing(place)
    country = str(given.get("country") or "US").upper()
    if len(country) != 2 or not country.isalpha():
        raise Problem(422, "ADDRESS.COUNTRY.INVALID", "Invalid 'country', please provide a 2 character ISO country code.")
    said = {name: given.get(name) or None for name in _ADDRESS}
    return {"id": new_id("adr_"), "object": "Address", **stamp, **said, "country": country, "verifications": {}}


def parcel_of(given: Any, new_id: NewId, stamp: Json) -> Json:
    """Raises Problem."""
    if not isinstance(given, dict):
        raise missing("parcel")
    try:
        weight = float(given.get("weight") or 0)
        sides = {name: float(given[name]) if given.get(name) else None for name in _SIDES}
    except (TypeError, ValueError):
        raise Problem(422, "PARCEL.PARAMETERS.INVALID", "Wrong parameter type.") from None
    if weight <= 0:
        raise Problem(422, "PARCEL.PARAMETERS.INVALID", "Wrong parameter type.", weight="must be greater than 0")
    package = given.get("predefined_package") or None
    return {
        "id": new_id("prcl_"),
        "object": "Parcel",
        **stamp,
        **sides,
        "predefined_package": package,
        "weight": round(weight, 1),
    }


def customs_of(given: Any, new_id: NewId, stamp: Json) -> Json | None:
    """Raises Problem."""
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("customs_items"), list):
        raise Problem(422, "CUSTOMS_INFO.PARAMETERS.INVALID", "Invalid customs info.")
    if given.get("customs_certify") and not given.get("customs_signer"):
        raise Problem(422, "CUSTOMS_INFO.PARAMETERS.INVALID", "Invalid customs info.", customs_signer="cannot be blank")
    items = [_item(one, new_id, stamp) for one in given["customs_items"]]
    return {"id": new_id("cstinfo_"), "object": "CustomsInfo", **stamp, **given, "customs_items": items}


def _item(given: Any, new_id: NewId, stamp: Json) -> Json:
    for name in ("description", "origin_country"):
        if not isinstance(given, dict) or not given.get(name):
            raise Problem(422, "CUSTOMS_ITEM.PARAMETERS.INVALID", "Invalid customs item.", **{name: "cannot be blank"})
    for name in ("quantity", "value", "weight"):
        if not float(given.get(name) or 0) > 0:
            raise Problem(422, "CUSTOMS_ITEM.PARAMETERS.INVALID", "Invalid customs item.", **{name: "must be greater than 0"})
    return {"id": new_id("cstitem_"), "object": "CustomsItem", **stamp, **given, "value": str(given["value"])}


def tracker_of(shipment: Json, new_id: NewId, stamp: Json) -> Json:
    """As it is right after the purchase."""
    return {
        "id": new_id("trk_"),
        "object": "Tracker",
        **stamp,
        "tracking_code": shipment["tracking_code"],
        "status": "pre_transit",
        "status_detail": "status_update",
        "shipment_id": shipment["id"],
        "carrier": shipment["selected_rate"]["carrier"],
        "tracking_details": [tracking_detail("pre_transit", "status_update", "Shipping Label Created", str(stamp["created_at"]))],
        "fees": [],
    }


def tracking_detail(status: str, status_detail: str, message: str, at: str, city: str = "", country: str = "") -> Json:
    """One scan."""
    location = {"object": "TrackingLocation", "city": city or None, "state": None, "country": country or None, "zip": None}
    return {
        "object": "TrackingDetail",
        "message": message,
        "description": None,
        "status": status,
        "status_detail": status_detail,
        "datetime": at,
        "source": "EasyPost",
        "carrier_code": None,
        "tracking_location": location,
    }
