"""Carriers that shops use, with their services, from what they publish: a fact of the trade, whatever accounts are connected.

The data is `carriers.json`: a code and a name, the country of the carrier, where it is documented, and of each service how fast
it goes, whether it leaves its country, and how the kinds of carrier accounts write it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from rules.messages import Text
from rules.values import folded_text

_DATA = Path(__file__).with_name("carriers.json")


class ServiceLevel(StrEnum):
    """How fast a service goes, the slowest first."""

    ECONOMY = "economy"
    STANDARD = "standard"
    EXPRESS = "express"
    OVERNIGHT = "overnight"


LEVEL_WORDS: Mapping[ServiceLevel, Text] = {
    ServiceLevel.ECONOMY: Text("economy", "económico"),
    ServiceLevel.STANDARD: Text("standard", "estándar"),
    ServiceLevel.EXPRESS: Text("express", "exprés"),
    ServiceLevel.OVERNIGHT: Text("overnight", "entrega al día siguiente"),
}
# The most days of a service that is not known here, by level; slower ones are economy.
_MOST_DAYS = ((1, ServiceLevel.OVERNIGHT), (2, ServiceLevel.EXPRESS), (5, ServiceLevel.STANDARD))


@dataclass(frozen=True, slots=True)
class KnownService:
    """One service. `written` is how kinds of carrier accounts write it: by the kind's code."""

    code: str
    name: str
    level: ServiceLevel
    is_international: bool
    written: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class KnownCarrier:
    """One carrier. `country` is where it is at home (ISO 3166), `source` names what it publishes."""

    code: str
    name: str
    country: str
    source: str
    services: tuple[KnownService, ...]


@cache
def list_known_carriers() -> tuple[KnownCarrier, ...]:
    """All of them, by code."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return tuple(
        KnownCarrier(
            code=carrier["code"],
            name=carrier["name"],
            country=carrier["country"],
            source=carrier["source"],
            services=tuple(
                KnownService(
                    code=service["code"],
                    name=service["name"],
                    level=ServiceLevel(service["level"]),
                    is_international=service["reach"] == "international",
                    written={kind: tuple(names) for kind, names in service.get("written", {}).items()},
                )
                for service in carrier["services"]
            ),
        )
        for carrier in data["carriers"]
    )


def names_written_by(kind: str) -> dict[str, str]:
    """The services that a kind of carrier account is known to have: as it writes them, with what people call them."""
    return {
        written: f"{carrier.name} {service.name}"
        for carrier in list_known_carriers()
        for service in carrier.services
        for written in service.written.get(kind, ())
    }


def find_known_service(kind: str, service: str, carrier_name: str = "") -> tuple[KnownCarrier, KnownService] | None:
    """What a service of a carrier account is: `kind` is the account's carrier, which may sell for others or be one itself.

    `carrier_name` is what people call the account. What stands after a slash belongs to the service, and changes no level.
    """
    written, product = folded_text(service), folded_text(service.partition("/")[0])
    found = _by_writing().get((folded_text(kind), written)) or _by_writing().get((folded_text(kind), product))
    for name in (kind, carrier_name):
        found = found or _by_carrier().get((folded_text(name), written))
    return found


def level_of(kind: str, service: str, days: int | None, carrier_name: str = "") -> ServiceLevel | None:
    """How fast a service goes: by what is known of it, else by its own name where that is a level, else by its days."""
    known = find_known_service(kind, service, carrier_name)
    if known is not None:
        return known[1].level
    if folded_text(service) in tuple(ServiceLevel):
        return ServiceLevel(folded_text(service))
    if days is None:
        return None
    return next((level for most, level in _MOST_DAYS if days <= most), ServiceLevel.ECONOMY)


_Known = tuple[KnownCarrier, KnownService]


@cache
def _by_writing() -> dict[tuple[str, str], _Known]:
    return {
        (kind, folded_text(written)): (carrier, service)
        for carrier in list_known_carriers()
        for service in carrier.services
        for kind, names in service.written.items()
        for written in names
    }


@cache
def _by_carrier() -> dict[tuple[str, str], _Known]:
    """By what a carrier is called or its code, and the same of the service."""
    return {
        (folded_text(carrier_name), folded_text(name)): (carrier, service)
        for carrier in list_known_carriers()
        for service in carrier.services
        for carrier_name in (carrier.code, carrier.name)
        for name in (service.code, service.name)
    }
