"""What shipping options cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

from adapters.carriers.sendcloud.addresses import address_of
from adapters.carriers.sendcloud.parcels import parcels_of
from adapters.carriers.sendcloud.settings import SendcloudSettings
from engine.model.carrier import ServiceRate
from engine.model.label import LabelRequest
from engine.model.money import Money

_HOURS = 24


def quotes_request(request: LabelRequest, settings: SendcloudSettings) -> dict[str, Any]:
    """The question for all shipping options that can take the shipment, with their prices."""
    body: dict[str, Any] = {
        "from_address": _place(request, is_origin=True),
        "to_address": _place(request, is_origin=False),
        "parcels": [{name: value for name, value in parcel.items() if name != "package_type"} for parcel in parcels_of(request)],
        "calculate_quotes": True,
    }
    if settings.contract_id is not None:
        body["contract_id"] = settings.contract_id
    return body


def parse_options(data: Mapping[str, Any], parcels: int) -> dict[str, Mapping[str, Any]]:
    """The shipping options that Sendcloud has for so many parcels, by code."""
    listed = data.get("data")
    options: dict[str, Mapping[str, Any]] = {}
    for option in listed if isinstance(listed, list) else []:
        if isinstance(option, Mapping) and (parcels == 1 or _part(option, "functionalities").get("multicollo") is True):
            options.setdefault(str(option.get("code")), option)
    return options


def parse_rates(data: Mapping[str, Any], services: Sequence[str], parcels: int) -> list[ServiceRate]:
    """Those of the services that Sendcloud has for the shipment, in their order."""
    options = parse_options(data, parcels)
    return [ServiceRate(service, *_quoted(options[service])) for service in services if service in options]


def price_of(option: Mapping[str, Any]) -> Money | None:
    """What a shipping option is quoted at."""
    return _quoted(option)[0]


def _place(request: LabelRequest, *, is_origin: bool) -> dict[str, Any]:
    """What prices depend on; who lives there does not matter yet."""
    address = address_of(request.ship_from if is_origin else request.ship_to)
    names = ("country_code", "postal_code", "city", "address_line_1", "state_province_code")
    return {name: address[name] for name in names if name in address}


def _quoted(option: Mapping[str, Any]) -> tuple[Money | None, int | None]:
    """Price and days of the first quote; contracts of one's own have none."""
    quotes = option.get("quotes")
    quote = quotes[0] if isinstance(quotes, list) and quotes and isinstance(quotes[0], Mapping) else {}
    hours = quote.get("lead_time")
    days = None
    if isinstance(hours, int | Decimal) and not isinstance(hours, bool) and hours > 0:
        days = int((Decimal(hours) / _HOURS).to_integral_value(ROUND_CEILING))
    return _money(_part(_part(quote, "price"), "total")), days


def _money(total: Mapping[str, Any]) -> Money | None:
    try:
        amount = Decimal(str(total.get("value")))
        return Money(amount, str(total.get("currency"))) if amount.is_finite() and amount >= 0 else None
    except (InvalidOperation, ValueError):
        return None


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}
