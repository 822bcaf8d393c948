"""What EasyPost's carriers ask for a shipment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.carriers.easypost.answers import Json, money, parts, text
from adapters.carriers.easypost.refusals import refused
from adapters.carriers.easypost.services import carrier_of, is_same, service_name
from engine.model.carrier import ServiceRate
from engine.model.money import Money
from engine.ports.carriers import CarrierRefused
from rules.messages import Text
from rules.visible import harmless_line

NOT_OFFERED = Text(
    "EasyPost has no {service} for this shipment. It offers: {offered}.",
    "EasyPost no tiene {service} para este envío. Ofrece: {offered}.",
)
NOT_OFFERED_BECAUSE = Text(
    'EasyPost has no {service} for this shipment: "{words}"', "EasyPost no tiene {service} para este envío: «{words}»"
)
_LONGEST_WORDS = 300
_MOST_OFFERED = 10


@dataclass(frozen=True, slots=True)
class OfferedRate:
    """A rate that can be bought, by its id."""

    id: str
    service: str  # `Carrier:Service`
    price: Money
    days: int | None


def parse_rates(shipment: Json) -> list[OfferedRate]:
    """The rates of a shipment, as far as they can be bought."""
    rates = []
    for rate in parts(shipment, "rates"):
        price = money(rate.get("rate"), rate.get("currency"))
        carrier, service, rate_id = text(rate, "carrier"), text(rate, "service"), text(rate, "id")
        if rate_id and carrier and service and price is not None:
            days = _days(rate.get("delivery_days")) or _days(rate.get("est_delivery_days"))
            rates.append(OfferedRate(rate_id, service_name(carrier, service), price, days))
    return rates


def service_rates(rates: Sequence[OfferedRate], services: Sequence[str]) -> list[ServiceRate]:
    """What the wanted services cost, under the names that they were asked for; those without a rate are left out."""
    found = [(service, _cheapest(rates, service)) for service in services]
    return [ServiceRate(service, rate.price, rate.days) for service, rate in found if rate is not None]


def choose_rate(shipment: Json, service: str) -> OfferedRate:
    """The cheapest rate of a service, which several carrier accounts may have. Raises CarrierRefused where there is none."""
    rates = parse_rates(shipment)
    rate = _cheapest(rates, service)
    if rate is None:
        raise _not_offered(shipment, rates, service)
    return rate


def _cheapest(rates: Sequence[OfferedRate], service: str) -> OfferedRate | None:
    fitting = [rate for rate in rates if is_same(rate.service, service)]
    return min(fitting, key=lambda rate: rate.price.amount, default=None)


def _not_offered(shipment: Json, rates: Sequence[OfferedRate], service: str) -> CarrierRefused:
    """With what the service's carrier says about it, else with what there is."""
    carrier = carrier_of(service)
    said = dict.fromkeys(text(one, "message") for one in parts(shipment, "messages") if is_same(text(one, "carrier"), carrier))
    words = harmless_line(" ".join(one for one in said if one))[:_LONGEST_WORDS]
    if words:
        return refused("not_offered", NOT_OFFERED_BECAUSE, service=service, words=words)
    offered = list(dict.fromkeys(rate.service for rate in rates))
    shown = ", ".join(offered[:_MOST_OFFERED]) + (", …" if len(offered) > _MOST_OFFERED else "")
    return refused("not_offered", NOT_OFFERED, service=service, offered=shown or "–")


def _days(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None
