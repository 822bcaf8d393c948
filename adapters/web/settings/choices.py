"""Countries and time zones to choose from."""

from __future__ import annotations

from babel import Locale
from flask_babel import get_locale
from wtforms.fields.choices import SelectChoice

from engine.model.country_zones import every_zone

NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # the CLDR has names for these too


def countries() -> list[SelectChoice]:
    """In the order of their names in the page's language."""
    locale = get_locale() or Locale("en")
    known = {code: name for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()}
    named = sorted((pair for pair in known.items() if pair[0] not in NO_COUNTRIES), key=lambda pair: _as_sorted(pair[1]))
    return [SelectChoice(code, name) for code, name in named]


def _as_sorted(name: str) -> str:
    return name.translate(str.maketrans("ÅÁÉÍÓÚÜÑáéíóúüñåô", "AAEIOUUNaeiouunao")).lower()


def time_zones(current: str) -> list[SelectChoice]:
    """Zones by region; the one that is set is among them, whatever it is."""
    zones = sorted({*every_zone(), "UTC", current})
    return [SelectChoice(zone, zone.replace("_", " "), optgroup=zone.partition("/")[0]) for zone in zones]
