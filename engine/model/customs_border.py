"""Where parcels cross a customs border: countries that clear goods together, and regions that do not do as their country does."""

from __future__ import annotations

from typing import Final

from engine.model.label import PostalAddress

EU: Final = "EU"
# The member states, and Monaco, which belongs to their customs territory.
_EU_COUNTRIES: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
# Beyond these, a country is an area of its own.
_SHARED: Final = {"IM": frozenset({"GB"}), "LI": frozenset({"CH"})}
# By country and the beginning of the postal code: Northern Ireland, which has no border with either side, and what is outside of
# the Union's customs or value added tax, so that goods are declared there.
_REGIONS: Final = {
    "DE": {"27498": {"Helgoland"}, "78266": {"Büsingen"}},
    "ES": {"35": {"Canarias"}, "38": {"Canarias"}, "51": {"Ceuta"}, "52": {"Melilla"}},
    "FI": {"22": {"AX"}},
    "FR": {
        "971": {"GP"},
        "972": {"MQ"},
        "973": {"GF"},
        "974": {"RE"},
        "975": {"PM"},
        "976": {"YT"},
        "977": {"BL"},
        "978": {"MF"},
        "986": {"WF"},
        "987": {"PF"},
        "988": {"NC"},
    },
    "GB": {"BT": {"GB", EU}, "GY": {"GG"}, "JE": {"JE"}},
    "GR": {"63086": {"Athos"}},
    "IT": {"22061": {"Campione"}, "23041": {"Livigno"}},
}


def crosses_customs_border(ship_from: PostalAddress, ship_to: PostalAddress) -> bool:
    """Whether customs have to know what is inside."""
    return not _areas(ship_from) & _areas(ship_to)


def _areas(address: PostalAddress) -> frozenset[str]:
    """The areas within which an address is reached without a declaration."""
    code = "".join(address.postal_code.split()).upper()
    for beginning, areas in _REGIONS.get(address.country, {}).items():
        if code.startswith(beginning):
            return frozenset(areas)
    if address.country in _EU_COUNTRIES:
        return frozenset({EU})
    return _SHARED.get(address.country, frozenset({address.country}))
