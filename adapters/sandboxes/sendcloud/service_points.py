"""The places where the stand-in's carriers keep parcels for those who fetch them: three in each town, wherever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .catalogue import EU

Json = dict[str, Any]

CARRIERS: Final = {"postnl": "PostNL", "dpd": "DPD"}  # those that have any
_KINDS: Final = (("Kiosk", "servicepoint", 150), ("Parcel locker", "locker", 420), ("Post office", "post_office", 1300))
_FIRST_ID: Final = 1_000_000
_GONE: Final = 9  # the last digit of ids that nobody has any more


def list_points(query: Mapping[str, Sequence[str]]) -> tuple[list[Json], Json | None]:
    """Those near an address, the nearest first, and how well the address was found. A postal code of zeros is nowhere."""
    carriers = [code for code in query.get("carrier_code", ()) if code in CARRIERS]
    country = _first(query, "country_code")
    postal_code, city = _first(query, "address_postal_code"), _first(query, "address_city")
    if country not in EU or not (postal_code or city) or set(postal_code) == {"0"}:
        return [], {"status": "not_found", "precision": None}
    limit = int(_first(query, "limit") or 100)
    place = {"postal_code": postal_code or "1000", "city": city or "Sandbox", "country_code": country}
    points = [_point(code, number, place) for code in carriers for number in range(len(_KINDS))]
    points.sort(key=lambda point: int(point["distance"]))
    return points[:limit], {"status": "matched", "precision": "postal_code"}


def find_point(point_id: str, carrier_code: str | None = None) -> Json | None:
    """One by its id, of a carrier where one is named."""
    for code in CARRIERS:
        for number in range(len(_KINDS)):
            point = _point(code, number, {"postal_code": "1000", "city": "Sandbox", "country_code": "NL"})
            if str(point["id"]) == point_id and carrier_code in (None, code):
                del point["distance"]
                return point
    if point_id == str(_FIRST_ID + _GONE):
        return {**_point("postnl", 0, {}), "id": _FIRST_ID + _GONE, "is_expired": True}
    return None


def _point(code: str, number: int, place: Json) -> Json:
    words, kind, distance = _KINDS[number]
    at = list(CARRIERS).index(code)
    return {
        "id": _FIRST_ID + 10 * at + number + 1,
        "name": f"{CARRIERS[code]} {words}",
        "carrier": {"code": code, "name": CARRIERS[code]},
        "carrier_service_point_id": f"{code.upper()}-{number + 1}",
        "general_shop_type": kind,
        "address": {"street": "Stationsplein", "house_number": str(number + 1), **place},
        "is_expired": False,
        "distance": distance + 40 * at,
    }


def _first(query: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(query.get(name, ())), "")
