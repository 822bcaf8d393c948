"""What the carriers of the stand-in ask: made-up prices that are the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

Json = dict[str, Any]

CARRIER_ACCOUNTS: Final = {
    "ca_00000000000000000000000000000001": "USPS",
    "ca_00000000000000000000000000000002": "UPSDAP",
    "ca_00000000000000000000000000000003": "DHLExpress",
    "ca_00000000000000000000000000000004": "USPS",  # a second contract, without a discount
}
_DEARER: Final = {"ca_00000000000000000000000000000004": Decimal("1.25")}
_UNION: Final = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"


@dataclass(frozen=True, slots=True)
class Service:
    """One service, with its price in dollars."""

    carrier: str
    name: str
    scope: str  # "domestic" | "foreign" | "customs"
    base: Decimal
    per_ounce: Decimal
    days: int
    saturday: bool = False


def _service(carrier: str, name: str, scope: str, base: str, per_ounce: str, days: int, *, saturday: bool = False) -> Service:
    return Service(carrier, name, scope, Decimal(base), Decimal(per_ounce), days, saturday)


SERVICES: Final = (
    _service("USPS", "GroundAdvantage", "domestic", "5.10", "0.054", 3),
    _service("USPS", "Priority", "domestic", "6.95", "0.091", 2),
    _service("USPS", "Express", "domestic", "29.40", "0.187", 1, saturday=True),
    _service("USPS", "FirstClassPackageInternationalService", "foreign", "14.20", "0.39", 10),
    _service("USPS", "PriorityMailInternational", "foreign", "38.75", "0.43", 8),
    _service("UPSDAP", "Ground", "domestic", "9.30", "0.08", 3),
    _service("UPSDAP", "NextDayAir", "domestic", "46.10", "0.31", 1, saturday=True),
    _service("UPSDAP", "UPSStandard", "foreign", "12.40", "0.12", 4),
    _service("UPSDAP", "UPSSaver", "foreign", "41.80", "0.36", 2),
    _service("DHLExpress", "ExpressWorldwide", "foreign", "44.15", "0.41", 2),
    _service("DHLExpress", "ExpressWorldwideNonDoc", "customs", "46.90", "0.41", 2),
)
_USPS_FROM: Final = "US"
_HEAVIEST_OZ: Final = Decimal(1120)


def needs_customs(shipment: Json) -> bool:
    """Whether it leaves one customs area for another, as far as the stand-in knows."""
    countries = {shipment["from_address"]["country"], shipment["to_address"]["country"]}
    return len(countries) > 1 and not countries <= set(_UNION.split())


def rates_of(shipment: Json, accounts: list[str]) -> tuple[list[Json], list[Json]]:
    """The rates that these carrier accounts offer for a shipment, without their ids, and what the others say."""
    rates: list[Json] = []
    messages: list[Json] = []
    for account in accounts:
        problem = _problem(CARRIER_ACCOUNTS[account], shipment)
        if problem:
            carrier = CARRIER_ACCOUNTS[account]
            messages.append({"carrier": carrier, "carrier_account_id": account, "type": "rate_error", "message": problem})
        else:
            rates += _rates(account, shipment)
    return rates, messages


def _problem(carrier: str, shipment: Json) -> str:
    if Decimal(str(shipment["parcel"]["weight"])) > _HEAVIEST_OZ:
        return "Shipment cannot weigh more than 1120oz"
    if carrier == "USPS" and shipment["from_address"]["country"] != _USPS_FROM:
        return "shipment.from_address.country: has to be US"
    package = shipment["parcel"]["predefined_package"]
    if package and carrier != "USPS":
        return f"shipment.parcel.predefined_package: {package} is not a package of this carrier"
    return ""


def _rates(account: str, shipment: Json) -> Iterator[Json]:
    abroad = shipment["from_address"]["country"] != shipment["to_address"]["country"]
    scopes = {"foreign", *(["customs"] if needs_customs(shipment) else [])} if abroad else {"domestic"}
    weight, options = Decimal(str(shipment["parcel"]["weight"])), shipment["options"]
    for service in SERVICES:
        if service.carrier != CARRIER_ACCOUNTS[account] or service.scope not in scopes:
            continue
        if options.get("saturday_delivery") and not service.saturday:
            continue
        price = (service.base + service.per_ounce * weight) * _DEARER.get(account, Decimal(1))
        price += Decimal("3.20") if options.get("delivery_confirmation") not in (None, "NO_SIGNATURE") else Decimal(0)
        written = str(price.quantize(Decimal("0.01"), ROUND_HALF_UP))
        yield {
            "service": service.name,
            "carrier": service.carrier,
            "rate": written,
            "currency": "USD",
            "retail_rate": None,
            "retail_currency": None,
            "list_rate": written,
            "list_currency": "USD",
            "billing_type": "easypost",
            "delivery_days": service.days,
            "delivery_date": None,
            "delivery_date_guaranteed": False,
            "est_delivery_days": service.days,
            "carrier_account_id": account,
        }
