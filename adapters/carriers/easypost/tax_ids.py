"""Tax numbers of the sender, as customs read them: IOSS, EORI, VAT and others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from adapters.carriers.easypost.refusals import refused
from engine.model.label import LabelRequest
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text
from rules.order_document import read_field
from rules.values import is_blank

TOO_MANY = Text(
    "EasyPost takes {limit} tax numbers at most, and this order has {count}: take some off.",
    "EasyPost admite como máximo {limit} números fiscales y este pedido tiene {count}: quita algunos.",
)
BAD_KIND = Text(
    '"{kind}" is not a kind of tax number: write letters, such as ioss, eori or vat.',
    '"{kind}" no es una clase de número fiscal: escribe letras, como ioss, eori o vat.',
)

ITN: Final = "ITN"  # what was filed of an export from the United States: no number of anybody
IOSS: Final = "IOSS"
MOST: Final = 8
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
_IOSS_NUMBER = re.compile(r"IM(\d{3})\d*", re.IGNORECASE)
# The numbers of the union's members (ISO 3166-1) that an IOSS number begins with, after IM.
_BY_NUMBER = {
    "040": "AT", "056": "BE", "100": "BG", "191": "HR", "196": "CY", "203": "CZ", "208": "DK", "233": "EE", "246": "FI",
    "250": "FR", "276": "DE", "300": "GR", "348": "HU", "372": "IE", "380": "IT", "428": "LV", "440": "LT", "442": "LU",
    "470": "MT", "528": "NL", "616": "PL", "620": "PT", "642": "RO", "703": "SK", "705": "SI", "724": "ES", "752": "SE",
}  # fmt: skip
_OWN_LETTERS = {"EL": "GR", "XI": "GB"}  # of tax offices, for Greece and Northern Ireland


def tax_numbers(request: LabelRequest) -> dict[str, str]:
    """The numbers by their kind in capital letters, from wherever rules put them. Raises CarrierRefused."""
    numbers: dict[str, str] = {}
    for found in (request.options.get("tax_ids"), read_field(request.options, "customs.tax_ids")):
        for kind, number in (found if isinstance(found, Mapping) else {}).items():
            if is_blank(number):
                continue
            if _KIND.fullmatch(kind) is None:
                raise refused("tax_kind", BAD_KIND, kind=kind)
            numbers[kind.upper()] = str(number).strip()
    return numbers


def tax_identifiers(request: LabelRequest, numbers: Mapping[str, str]) -> list[dict[str, Any]]:
    """As EasyPost takes them, all of them the sender's. Raises CarrierRefused where there are too many."""
    own = {kind: number for kind, number in numbers.items() if kind != ITN}
    if len(own) > MOST:
        raise refused("tax_numbers", TOO_MANY, limit=MOST, count=len(own))
    return [
        {
            "entity": "SENDER",
            "tax_id": number,
            "tax_id_type": kind,
            "issuing_country": _issued_in(kind, number) or request.ship_from.country,
        }
        for kind, number in own.items()
    ]


def _issued_in(kind: str, number: str) -> str | None:
    """The country that a number names itself."""
    if kind == IOSS:
        match = _IOSS_NUMBER.match(number)
        return _BY_NUMBER.get(match[1]) if match else None
    letters = number[:2].upper()
    country = _OWN_LETTERS.get(letters, letters)
    return country if country in COUNTRIES.codes else None
