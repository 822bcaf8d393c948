"""What the API finds wrong with a shipment: every fault at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from .catalogue import EU, find_option
from .service_points import find_point

Json = dict[str, Any]

MOST_PARCELS: Final = 15
REQUIRED: Final = "This field is required."
_KNOWN: Final = frozenset(
    {
        "brand_id",
        "customs_information",
        "delivery_dates",
        "external_reference_id",
        "from_address",
        "label_details",
        "order_number",
        "parcels",
        "reference",
        "ship_with",
        "to_address",
        "to_service_point",
        "total_order_price",
        "validation_methods",
    }
)
_ADDRESS: Final = ("name", "address_line_1", "postal_code", "city", "country_code")
_STATES: Final = ("US", "CA", "IT", "AU")


class Refusal(Exception):
    """An answer that is not a success: its status and its errors."""

    def __init__(self, status: int, *errors: Json) -> None:
        super().__init__(f"{status} {errors}")
        self.status = status
        self.errors = [{"status": str(status), **error} for error in errors]


def error(code: str, detail: str, pointer: str = "") -> Json:
    """One error as JSON:API writes it."""
    return {"code": code, "detail": detail, **({"source": {"pointer": pointer}} if pointer else {})}


def check_shipment(body: Json) -> None:
    """Raises Refusal."""
    errors = list(_bad_fields(body)) or list(_bad_choices(body))  # what is chosen is looked at once the fields are right
    if errors:
        raise Refusal(400, *errors)


def check_quotes(body: Json) -> None:
    """The same for a question for shipping options."""
    for place, parcel in enumerate(_list(body, "parcels")):
        if _number(_object(parcel, "weight").get("value")) <= 0:
            raise Refusal(400, error("invalid", "A valid weight is required.", f"/parcels/{place}/weight"))


def needs_customs(body: Json) -> bool:
    """Whether it leaves the European Union, or comes into it."""
    countries = {_origin(body), _destination(body)}
    return len(countries) > 1 and not countries <= EU


def _bad_fields(body: Json) -> Iterator[Json]:
    yield from (error("unknown_field", "Unknown field.", f"/{name}") for name in sorted(set(body) - _KNOWN))
    yield from _address(body, "to_address")
    sender = _object(body, "from_address")
    if "sender_address_id" not in sender:
        yield from _address(body, "from_address")
    elif len(sender) > 1:
        detail = "Provide either 'sender_address_id' or address fields in 'from_address', not both."
        yield error("invalid", detail, "/from_address")


def _bad_choices(body: Json) -> Iterator[Json]:
    yield from _ship_with(body)
    yield from _service_point(body)
    yield from _parcels(body)
    if needs_customs(body):
        yield from _customs(body)


def _address(body: Json, end: str) -> Iterator[Json]:
    address = _object(body, end)
    yield from (error("required", REQUIRED, f"/{end}/{name}") for name in _ADDRESS if not address.get(name))
    country = str(address.get("country_code") or "")
    if country and not (len(country) == 2 and country.isalpha() and country.isupper()):
        yield error("invalid", "Not a valid country code.", f"/{end}/country_code")
    if end == "to_address" and country in _STATES:
        state = str(address.get("state_province_code") or "")
        if not state.startswith(f"{country}-"):
            yield error("required", "A state is required for this country.", f"/{end}/state_province_code")


def _ship_with(body: Json) -> Iterator[Json]:
    properties = _object(_object(body, "ship_with"), "properties")
    pointer = "/ship_with/properties/shipping_option_code"
    option = find_option(properties.get("shipping_option_code"))
    if _object(body, "ship_with").get("type") != "shipping_option_code":
        yield error("required", REQUIRED, "/ship_with/type")
    elif option is None:
        yield error("invalid", "Shipping option code is not valid.", pointer)
    elif properties.get("contract_id") not in (None, option.contract_id):
        yield error("invalid", "Contract not found.", "/ship_with/properties/contract_id")
    elif not option.goes(_origin(body), _destination(body)):
        yield error("invalid", "The shipping option is not available for this destination.", pointer)
    elif len(_list(body, "parcels")) > 1 and not option.multicollo:
        yield error("invalid", "The shipping option does not support multicollo.", pointer)


def _service_point(body: Json) -> Iterator[Json]:
    option = find_option(_object(_object(body, "ship_with"), "properties").get("shipping_option_code"))
    point_id, pointer = _object(body, "to_service_point").get("id"), "/to_service_point"
    if option is None:
        return
    if option.to_point and point_id is None:
        yield error("required", "A service point is required for this shipping option.", pointer)
    elif point_id is not None and not isinstance(point_id, str):
        yield error("invalid", "Not a valid string.", f"{pointer}/id")
    elif point_id is not None and (not option.to_point or find_point(point_id, option.carrier_code) is None):
        yield error("invalid", "The service point is not available for this shipping option.", pointer)


def _parcels(body: Json) -> Iterator[Json]:
    parcels = _list(body, "parcels")
    option = find_option(_object(_object(body, "ship_with"), "properties").get("shipping_option_code"))
    if not 1 <= len(parcels) <= MOST_PARCELS:
        yield error("invalid", f"Ensure this field has 1 to {MOST_PARCELS} elements.", "/parcels")
    for place, parcel in enumerate(parcels):
        weight = _object(parcel, "weight")
        if not isinstance(weight.get("value"), str) or weight.get("unit") != "kg" or _number(weight["value"]) <= 0:
            yield error("invalid", "A valid weight is required.", f"/parcels/{place}/weight")
        elif option is not None and _number(weight["value"]) > option.most_kg:
            yield error("invalid", "The parcel is too heavy for the shipping option.", f"/parcels/{place}/weight")
        insured = parcel.get("additional_insured_price")
        if insured is not None and not 2 <= _number(insured.get("value")) <= 5000:
            yield error("invalid", "Insure from 2 to 5000.", f"/parcels/{place}/additional_insured_price")


def _customs(body: Json) -> Iterator[Json]:
    information = _object(body, "customs_information")
    for name in ("invoice_number", "export_reason"):
        if not information.get(name):
            yield error("required", REQUIRED, f"/customs_information/{name}")
    numbers = information.get("tax_numbers")
    if numbers is not None and set(numbers) != {"sender", "receiver", "importer_of_record"}:
        yield error("required", REQUIRED, "/customs_information/tax_numbers")
    for place, parcel in enumerate(_list(body, "parcels")):
        items = _list(parcel, "parcel_items")
        if not items:
            yield error("required", REQUIRED, f"/parcels/{place}/parcel_items")
        for number, item in enumerate(items):
            for name in ("hs_code", "weight", "description", "price", "origin_country", "quantity"):
                if not item.get(name):
                    yield error("required", REQUIRED, f"/parcels/{place}/parcel_items/{number}/{name}")


def _origin(body: Json) -> str:
    """A sender that is known by its id is Dutch."""
    return str(_object(body, "from_address").get("country_code") or "NL")


def _destination(body: Json) -> str:
    return str(_object(body, "to_address").get("country_code") or "")


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Decimal(-1)
    return number if number.is_finite() else Decimal(-1)


def _object(data: Any, name: str) -> Json:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _list(data: Any, name: str) -> list[Json]:
    found = data.get(name) if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
