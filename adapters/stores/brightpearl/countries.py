"""Country names as addresses spell them, in any language that Unicode has lists for, to ISO 3166 alpha-2 codes.

A name that could mean two countries finds neither. Lists are loaded when a name needs them: codes and our own spellings are at
hand, English costs milliseconds, and all languages together about a second, once in a process.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from adapters.stores.brightpearl.country_names import AMBIGUOUS, FURTHER_NAMES

_FIRST_LANGUAGES = ("en", "es", "de", "fr", "it", "pt", "nl", "ca", "pl", "sv", "da", "nb", "fi")
# Codes of the Unicode territory list that are groups, placeholders, or places without a code in ISO 3166.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "CP", "CQ", "DG"})
_PART_OF = {"IC": "ES", "EA": "ES", "AC": "SH", "TA": "SH"}  # in the list of territories, under the code of their country in ISO
_OLD_CODES = {"UK": "GB", "EL": "GR"}  # as the European Union writes them

_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("(?<=[^\\W\\d_])['’`´ʻʼ](?=[^\\W\\d_])")
_BRACKETS = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]\s*")
_BETWEEN_NAMES = re.compile(r"\s*[/|]\s*|\s+[-–—]\s+")
_WORDS = {"saint": "st", "sint": "st", "sankt": "st", "rep": "republic", "dem": "democratic", "isl": "islands", "is": "islands"}
_FORMAL = re.compile(
    r"(?:(?:federal|federative|federated|democratic|socialist|people s|peoples|islamic|arab|hashemite|bolivarian|oriental|united"
    r"|co operative|cooperative|plurinational|independent|union) )*"
    r"(?:republic|kingdom|state|principality|grand duchy|duchy|sultanate|commonwealth|union|federation|republique|royaume"
    r"|republica|reino|republik|koninkrijk) (?:of|de|del|du|de la|von|d) (?:la |el )?(.+)"
)
_NOT_APPLICABLE = frozenset({"n/a", "n.a.", "n.a"})  # no abbreviation of Namibia
_LONGEST = 200
_SHORTEST_NAME = 4
_HARMLESS = frozenset({"mainland", "eu", "non eu", "island", "islands", "state", "republic", "republic of"})


@lru_cache(maxsize=4096)
def find_country(name: str) -> str | None:
    """The code of the one country that a name, or two or three letters, stand for; None for anything else.

    Case, accents and punctuation do not matter; `Korea, Republic of`, `Slovakia (Slovak Republic)` and `Belgique / België` are
    understood.
    """
    if len(name) > _LONGEST or name.strip().casefold() in _NOT_APPLICABLE:
        return None
    key = _key(name)
    if not key or key in AMBIGUOUS:
        return None
    return _find_at_hand(key) or _in_parts(name) or _find_in_languages(key, is_code=name.isascii() and len(key) < _SHORTEST_NAME)


def _in_parts(name: str) -> str | None:
    """A name with a comma, brackets or a second name."""
    if match := _BRACKETS.search(name):
        outside, inside = f"{name[: match.start()]} {name[match.end() :]}", match[1]
        if inverted := _find_at_hand(_key(f"{inside} {outside}")):
            return inverted
        if _key(inside) in _HARMLESS or not _key(inside):
            return find_country(outside)
        return _agreed((inside, outside))
    before, comma, after = name.partition(",")
    if comma and (inverted := _find_at_hand(_key(f"{after} {before}"))):
        return inverted
    parts = _BETWEEN_NAMES.split(name)
    return _agreed(parts) if len(parts) > 1 else None


def _agreed(names: Iterable[str]) -> str | None:
    """The country that all of these names are of."""
    codes = {find_country(name) for name in names}
    return codes.pop() if len(codes) == 1 else None


def _find_at_hand(key: str) -> str | None:
    """The country of a code, of a spelling of ours, or of an English name, also a formal one."""
    if key in AMBIGUOUS:
        return None
    if code := _own_names().get(key):
        return code
    english = _names_in(("en",))
    if code := english.get(key):
        return code
    formal = _FORMAL.fullmatch(key)
    return None if formal is None else _own_names().get(formal[1]) or english.get(formal[1])


def _find_in_languages(key: str, *, is_code: bool) -> str | None:
    if is_code:  # of something else, such as a currency
        return None
    formal = _FORMAL.fullmatch(key)
    spellings = (key,) if formal is None else (key, formal[1])
    for names in (_names_in(_FIRST_LANGUAGES), _names_in(None)):
        for spelling in spellings:
            if spelling in names:
                return names[spelling]
    return None


def _key(name: str) -> str:
    """A name without case, accents, punctuation and articles, and with its usual abbreviations in one form.

    Only the accents of Latin, Greek and Cyrillic go: in other scripts such marks are letters.
    """
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", name).casefold()).replace("&", " and ")
    text = _APOSTROPHES.sub(" ", text)
    letters = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in text)
    words = [_WORDS.get(word, word) for word in letters.split() if word != "the"]
    if len(words) > 1 and all(len(word) == 1 for word in words) and letters.isascii():
        return "".join(words)  # U.S.A.
    return " ".join(words)


@cache
def _own_names() -> dict[str, str]:
    names = {code.casefold(): code for code in _territories("en") if code not in _PART_OF}
    for alias, replacement in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(replacement) == 1 and _is_country(replacement[0]):
            names[alias.casefold()] = replacement[0]
    for code, further in FURTHER_NAMES.items():
        names.update((_key(name), code) for name in further.split(";"))
    names.update((old.casefold(), code) for old, code in _OLD_CODES.items())
    return names


@cache
def _names_in(languages: tuple[str, ...] | None) -> dict[str, str | None]:
    """Countries by their names in these languages, or in all; None where the languages do not agree."""
    names: dict[str, str | None] = {}
    for language in _all_languages() if languages is None else languages:
        for code, name in _territories(language).items():
            key, country = _key(name), _PART_OF.get(code, code)
            names[key] = country if names.get(key, country) == country else None
    return names


def _all_languages() -> Iterator[str]:
    """All that Unicode has lists for, without the variants of countries, which hardly differ."""
    for identifier in locale_identifiers():
        parts = identifier.split("_")
        if all(len(part) == 4 for part in parts[1:]):  # scripts
            yield identifier


def _territories(language: str) -> dict[str, str]:
    try:
        territories = Locale.parse(language).territories
    except (ValueError, LookupError):
        return {}
    return {str(code): str(name) for code, name in territories.items() if _is_country(str(code))}


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
