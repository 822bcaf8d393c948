"""Whether an address can be one of its country: what is missing, and what does not look as it does there.

It says nothing of whether somebody lives there, asks nobody, and blocks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.messages import Message, Text

LONGEST_POSTAL_CODE = 20  # none in the world has more than 10; what is longer is not looked at any further
# Parcels go by the postal code alone, and shops write provinces, communities and islands alike.
REGION_BY_POSTAL_CODE = frozenset({"ES"})


class Verdict(StrEnum):
    """What came of a check, as the field `ship_to.verified` says it."""

    VERIFIED = "verified"
    WARNING = "warning"  # it may arrive all the same
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province; `postal_codes` is what its postal codes begin with, where that is known."""

    name: str
    postal_codes: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class CountryAddresses:
    """How addresses of one country are written. `regions` are found by each of their names and codes, and its `region_key`."""

    country: str
    name: Text
    required: tuple[str, ...]  # of street1, city, state, postal_code, in this order
    postal_code: re.Pattern[str] | None = None
    example: str = ""
    regions: Mapping[str, Region] | None = None


AddressRules = Callable[[str], CountryAddresses | None]  # by the country's two letters; None where nothing is known of it


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """What came of a check; without a verdict where nothing is known of the country."""

    verdict: Verdict | None
    problems: tuple[Message, ...] = ()


NOT_CHECKED = AddressCheck(None)
VERIFIED = AddressCheck(Verdict.VERIFIED)
_MISSING = {
    "street1": Text("The street is missing.", "Falta la calle."),
    "city": Text("The city is missing.", "Falta la ciudad."),
    "postal_code": Text(
        "The postal code is missing: {country} has one for every address.",
        "Falta el código postal: en {country} lo tiene toda dirección.",
    ),
    "state": Text(
        "The state or province is missing: addresses in {country} need one.",
        "Falta el estado o la provincia: las direcciones en {country} lo necesitan.",
    ),
}
_BAD_POSTAL_CODE = Text(
    "{code} is not a postal code of {country}: they look like {example}.",
    "{code} no es un código postal de {country}: son como {example}.",
)
_UNKNOWN_REGION = Text(
    '{country} has no state or province called "{region}".',
    '{country} no tiene ningún estado ni provincia con el nombre "{region}".',
)
_ELSEWHERE = Text(
    "The postal code {code} is not one of {region}: one of the two is wrong.",
    "El código postal {code} no es de {region}: uno de los dos está mal.",
)


def check_address(rules: AddressRules, address: Mapping[str, Any]) -> AddressCheck:
    """Check an address by its country; the same address always gets the same answer."""
    country = _part(address, "country").upper()
    known = rules(country) if len(country) == 2 and country.isascii() and country.isalpha() else None
    if known is None:
        return NOT_CHECKED
    written = _part(address, "postal_code")
    code = _postal_code(known, written)
    wrong = _missing(known, address)
    if written and code is None:
        params = {"code": written[:LONGEST_POSTAL_CODE], "country": known.name, "example": known.example}
        wrong.append(Message("bad_postal_code", _BAD_POSTAL_CODE, params))
    if wrong:
        return AddressCheck(Verdict.ERROR, tuple(wrong))
    doubt = _doubt(known, _part(address, "state"), code)
    return VERIFIED if doubt is None else AddressCheck(Verdict.WARNING, (doubt,))


def region_key(name: str) -> str:
    """A region's name or code, so that spellings which differ in case and points only are one."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _part(address: Mapping[str, Any], name: str) -> str:
    value = address.get(name)
    if type(value) is str:
        return value.strip()
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)


def _missing(known: CountryAddresses, address: Mapping[str, Any]) -> list[Message]:
    missing = [part for part in known.required if not _part(address, part)]
    if "state" in missing and known.country in REGION_BY_POSTAL_CODE:
        missing.remove("state")
    return [Message(f"{part}_missing", _MISSING[part], {"country": known.name}) for part in missing]


def _postal_code(known: CountryAddresses, written: str) -> str | None:
    """The code as the country writes it, however its blanks and hyphens are set; None when it is none."""
    if not written or known.postal_code is None or len(written) > LONGEST_POSTAL_CODE:
        return written if known.postal_code is None else None
    if known.postal_code.fullmatch(written):
        return written
    plain = " ".join(written.upper().split()).removeprefix(f"{known.country}-")
    compact = "".join(char for char in plain if char.isalnum())
    spellings = (plain, compact, _spaced_like(known.example, compact), f"{known.country}-{compact}")
    return next((one for one in spellings if known.postal_code.fullmatch(one)), None)


def _spaced_like(example: str, compact: str) -> str:
    """`1250096` is `1250-096` where codes look like `2725-079`."""
    if len(compact) != sum(char.isalnum() for char in example):
        return compact
    left = iter(compact)
    return "".join(next(left) if char.isalnum() else char for char in example)


def _doubt(known: CountryAddresses, named: str, code: str | None) -> Message | None:
    """What is odd about the region of an address that is complete."""
    if not named or not known.regions:
        return None
    region = known.regions.get(named) or known.regions.get(region_key(named.removeprefix(f"{known.country}-")))
    if region is None:
        if "state" not in known.required or known.country in REGION_BY_POSTAL_CODE:
            return None
        return Message("unknown_region", _UNKNOWN_REGION, {"country": known.name, "region": named})
    if not code or region.postal_codes is None or region.postal_codes.match(code):
        return None
    return Message("postal_code_elsewhere", _ELSEWHERE, {"code": code, "region": region.name})
