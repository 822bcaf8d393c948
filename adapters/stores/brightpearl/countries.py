"""Country names as Brightpearl's addresses spell them, to ISO 3166 alpha-2 codes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

_LANGUAGES = ("en", "es", "de", "fr", "it", "pt", "nl", "ca", "pl", "sv", "da", "nb", "fi")
# Codes of the Unicode territory list that are groups, placeholders, or parts of a country that ISO 3166 gives no code.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "IC", "EA", "AC", "CP", "CQ", "DG", "TA"})
_FURTHER_NAMES = {
    "GB": "UK;U.K.;Great Britain;Britain;England;Scotland;Wales;Northern Ireland",
    "US": "USA;U.S.A.;U.S.;United States of America;America;Estados Unidos de América",
    "IE": "Eire;Republic of Ireland;Ireland, Republic of",
    "NL": "Holland;The Netherlands",
    "CZ": "Czech Republic",
    "SK": "Slovak Republic",
    "RU": "Russian Federation",
    "KR": "Korea;Korea, Republic of;Republic of Korea;South Korea",
    "KP": "Korea, Democratic People's Republic of",
    "VN": "Viet Nam",
    "HK": "Hong Kong",
    "MO": "Macau;Macao",
    "TW": "Taiwan, Province of China",
    "IR": "Iran, Islamic Republic of",
    "SY": "Syrian Arab Republic",
    "LA": "Lao People's Democratic Republic",
    "LY": "Libyan Arab Jamahiriya",
    "BN": "Brunei Darussalam",
    "BO": "Bolivia, Plurinational State of",
    "VE": "Venezuela, Bolivarian Republic of",
    "TZ": "Tanzania, United Republic of",
    "MD": "Moldova, Republic of;Republic of Moldova",
    "MK": "Macedonia;Macedonia, the Former Yugoslav Republic of",
    "FM": "Micronesia, Federated States of",
    "CD": "Congo, the Democratic Republic of the;Democratic Republic of the Congo",
    "CG": "Congo;Republic of the Congo",
    "CI": "Ivory Coast;Cote D'Ivoire",
    "CV": "Cape Verde",
    "SZ": "Swaziland",
    "MM": "Burma;Myanmar",
    "TR": "Turkey",
    "TL": "East Timor",
    "VA": "Holy See;Holy See (Vatican City State);Vatican",
    "PS": "Palestine;Palestinian Territory, Occupied;Palestine, State of",
    "FK": "Falkland Islands;Falkland Islands (Malvinas)",
    "VG": "Virgin Islands, British",
    "VI": "Virgin Islands, U.S.",
    "SH": "Saint Helena",
    "ES": "Canary Islands;Islas Canarias;Canarias;Balearic Islands;Islas Baleares;Baleares;Ceuta;Melilla",
    "CN": "People's Republic of China",
}
_NOT_LETTERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def find_country(name: str) -> str | None:
    """The ISO 3166 alpha-2 code for a country's name in any of a dozen languages, or for its two or three letters.

    Case, accents and punctuation do not matter. None for a name nobody knows.
    """
    key = _key(name)
    code = _codes_and_further_names().get(key)
    if code is not None:
        return code
    # One language after the other, because each costs a few milliseconds to load and English nearly always knows.
    return next((found for language in _LANGUAGES if (found := _names_in(language).get(key))), None)


def _key(name: str) -> str:
    """A name without case, accents, punctuation and leading article."""
    letters = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    return _NOT_LETTERS.sub(" ", letters.replace("&", " and ")).strip().removeprefix("the ")


@cache
def _codes_and_further_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for alias, replacement in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(replacement) == 1:
            names[_key(alias)] = replacement[0]
    for code, further in _FURTHER_NAMES.items():
        names.update((_key(name), code) for name in further.split(";"))
    names.update((code.casefold(), code) for code in _territories("en") if _is_country(code))
    return names


@cache
def _names_in(language: str) -> dict[str, str]:
    return {_key(name): code for code, name in _territories(language).items() if _is_country(code)}


@cache
def _territories(language: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale(language).territories.items()}


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
