"""Countries and time zones to choose from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from wtforms.fields import SelectChoice

from engine.model.country_zones import countries, zones_of


def country_choices(locale: Locale | None) -> list[SelectChoice]:
    """Code and name of each, by their names in a language."""
    return [SelectChoice(code, name) for code, name in _countries_in("en" if locale is None else locale.language)]


def zone_choices(zones: Iterable[str] | None = None) -> list[SelectChoice]:
    """Zones with names that can be read; without any given, all that places on earth have."""
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in (_all_zones() if zones is None else zones)]


@cache
def _countries_in(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).territories
    return tuple(sorted(((code, names.get(code, code)) for code in countries()), key=lambda one: _plain(one[1])))


@cache
def _all_zones() -> tuple[str, ...]:
    there = available_timezones()
    return ("UTC", *sorted({zone for country in countries() for zone in zones_of(country)} & there))


def _plain(name: str) -> str:
    """Without accents: so `Álava` comes where people look for it."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
