"""The time zone of a country, where it has one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

# Of the countries with several zones in the time zone database, those whose people nearly all live in one: as the CLDR names
# their primary zone, or because all of their zones show the same time by now.
PRIMARY_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
_NOT_IN_THE_DATABASE = {"XK": ("Europe/Belgrade",)}  # Kosovo


def zone_of(country: str) -> str | None:
    """The IANA name of the zone of a country (ISO 3166 alpha-2); None where nobody can tell without asking."""
    if country in PRIMARY_ZONES:
        return PRIMARY_ZONES[country]
    zones = zones_of(country)
    return zones[0] if len(zones) == 1 else None


def every_zone() -> tuple[str, ...]:
    """The zones of all countries, by their names."""
    return tuple(sorted({zone for zones in _all_zones().values() for zone in zones}))


def zones_of(country: str) -> tuple[str, ...]:
    """All zones of a country, in the order of the time zone database: those of most people mostly first."""
    return _all_zones().get(country, ())


def countries() -> tuple[str, ...]:
    """All countries that have a zone."""
    return tuple(sorted(_all_zones()))


@cache
def _all_zones() -> dict[str, tuple[str, ...]]:
    """From the table that comes with Python's tzdata, so that it fits the zones that can be used."""
    found: dict[str, tuple[str, ...]] = dict(_NOT_IN_THE_DATABASE)
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), zone)
    return found
