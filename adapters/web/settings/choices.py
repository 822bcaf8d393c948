"""Countries and time zones to choose from."""

from __future__ import annotations

from babel import Locale
from flask_babel import get_locale

from engine.model.country_zones import every_zone

NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # the CLDR has names for these too


def countries() -> list[tuple[str, str]]:
    """Codes and names, in the order of the names in the page's language."""
    locale = get_locale() or Locale("en")
    known = {code: name for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()}
    named = [(code, name) for code, name in known.items() if code not in NO_COUNTRIES]
    return sorted(named, key=lambda pair: _as_sorted(pair[1]))


def _as_sorted(name: str) -> str:
    return name.translate(str.maketrans("ÅÁÉÍÓÚÜÑáéíóúüñåô", "AAEIOUUNaeiouunao")).lower()


def time_zones(current: str) -> dict[str, list[tuple[str, str]]]:
    """Zones by region; the one that is set is among them, whatever it is."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted({*every_zone(), "UTC", current}):
        regions.setdefault(zone.partition("/")[0], []).append((zone, zone.replace("_", " ")))
    return regions
