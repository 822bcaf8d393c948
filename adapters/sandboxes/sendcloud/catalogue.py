"""The shipping options of the stand-in's account, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

Json = dict[str, Any]

CURRENCY: Final = "EUR"
EU: Final = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Option:
    """A product of a carrier with what is done beyond it. `most_kg` is for each parcel."""

    code: str
    name: str
    carrier_code: str
    carrier_name: str
    contract_id: int
    price: Decimal
    price_per_kg: Decimal
    most_kg: Decimal
    hours: int
    multicollo: bool = False
    overseas: bool = False  # also where goods are declared
    to_point: bool = False  # the recipient fetches it at a service point
    functionalities: Mapping[str, Any] = field(default_factory=dict)

    def goes(self, origin: str, destination: str) -> bool:
        return self.overseas or (origin in EU and destination in EU)

    def cost(self, weights_kg: Sequence[Decimal]) -> Decimal:
        """Of all parcels together."""
        per_parcel = (self.price + self.price_per_kg * weight for weight in weights_kg)
        return sum(per_parcel, Decimal(0)).quantize(Decimal("0.01"))

    def to_data(self, quotes: list[Json] | None) -> Json:
        product = self.code.partition("/")[0]
        return {
            "code": self.code,
            "name": self.name,
            "carrier": {"code": self.carrier_code, "name": self.carrier_name},
            "product": {"code": product, "name": self.name},
            "functionalities": {
                "tracked": True,
                "signature": False,
                "age_check": None,
                "incoterm": None,
                "insurance": None,
                "cash_on_delivery": None,
                "weekend_delivery": None,
                "last_mile": "service_point" if self.to_point else "home_delivery",
                "multicollo": self.multicollo,
                **self.functionalities,
            },
            "weight": {"min": {"value": "0.001", "unit": "kg"}, "max": {"value": f"{self.most_kg:.3f}", "unit": "kg"}},
            "contract": {"id": self.contract_id, "carrier_code": self.carrier_code, "name": f"{self.carrier_name} contract"},
            "requirements": {"is_service_point_required": self.to_point},
            "charging_type": "label_creation",
            "quotes": quotes,
        }


CATALOGUE: Final = (
    Option(
        "sendcloud:letter",
        "Unstamped letter",
        "sendcloud",
        "Sendcloud",
        1,
        Decimal(0),
        Decimal(0),
        Decimal(2),
        48,
        overseas=True,
        functionalities={"form_factor": "letter"},
    ),
    Option("postnl:standard", "PostNL Standard", "postnl", "PostNL", 517, Decimal("4.35"), Decimal("0.50"), Decimal(23), 24),
    Option(
        "postnl:standard/signature",
        "PostNL Standard, signature",
        "postnl",
        "PostNL",
        517,
        Decimal("5.60"),
        Decimal("0.50"),
        Decimal(23),
        24,
        functionalities={"signature": True},
    ),
    Option(
        "postnl:service_point",
        "PostNL Service point",
        "postnl",
        "PostNL",
        517,
        Decimal("3.60"),
        Decimal("0.50"),
        Decimal(23),
        24,
        to_point=True,
    ),
    Option("dpd:home", "DPD Home", "dpd", "DPD", 52024, Decimal("5.10"), Decimal("0.40"), Decimal("31.5"), 48, multicollo=True),
    Option(
        "dhl_express:worldwide/incoterm=dap",
        "DHL Express Worldwide, DAP",
        "dhl_express",
        "DHL Express",
        4195,
        Decimal("28.40"),
        Decimal("6.20"),
        Decimal(70),
        72,
        overseas=True,
        functionalities={"incoterm": "dap"},
    ),
    Option(
        "dhl_express:worldwide/incoterm=ddp",
        "DHL Express Worldwide, DDP",
        "dhl_express",
        "DHL Express",
        4195,
        Decimal("44.90"),
        Decimal("6.20"),
        Decimal(70),
        72,
        overseas=True,
        functionalities={"incoterm": "ddp"},
    ),
)


def find_option(code: Any) -> Option | None:
    return next((option for option in CATALOGUE if option.code == code), None)


def options_for(body: Json) -> list[Json]:
    """The answer to a question for shipping options, with prices where they are asked for and both ends are known."""
    origin, destination = _country(body, "from"), _country(body, "to")
    weights = [Decimal(str(parcel["weight"]["value"])) for parcel in body.get("parcels") or []]
    fitting = [
        option
        for option in CATALOGUE
        if option.goes(origin or "NL", destination or "NL")
        and all(weight <= option.most_kg for weight in weights)
        and body.get("contract_id") in (None, option.contract_id)
        and body.get("carrier_code") in (None, option.carrier_code)
        and body.get("shipping_option_code") in (None, option.code)
    ]
    priced = bool(body.get("calculate_quotes") and origin and destination and weights)
    return [option.to_data([_quote(option, weights)] if priced else None) for option in fitting]


def _quote(option: Option, weights: Sequence[Decimal]) -> Json:
    total = {"value": str(option.cost(weights)), "currency": CURRENCY}
    breakdown = [{"type": "price_without_insurance", "label": "Label", "price": total}]
    return {"price": {"total": total, "breakdown": breakdown}, "lead_time": option.hours}


def _country(body: Json, end: str) -> str:
    address = body.get(f"{end}_address")
    return str((address if isinstance(address, dict) else {}).get("country_code") or body.get(f"{end}_country_code") or "")
