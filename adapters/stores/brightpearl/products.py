"""What a product record says about weight and barcode. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_BARCODES = ("barcode", "ean", "upc")


def details_of(product: Mapping[str, Any]) -> dict[str, str]:
    """Texts `weight` (the magnitude, in the account's unit) and `barcode`; a weight of 0 counts as missing."""
    details: dict[str, str] = {}
    stock, identity = product.get("stock"), product.get("identity")
    weight = stock.get("weight") if isinstance(stock, dict) else None
    magnitude = weight.get("magnitude") if isinstance(weight, dict) else None
    text = magnitude.strip() if isinstance(magnitude, str) else ""
    if isinstance(magnitude, int | float) and not isinstance(magnitude, bool):
        text = format(Decimal(repr(magnitude)), "f")  # as a float the smallest weights have an exponent
    if _NUMBER.fullmatch(text) and Decimal(text) > 0:
        details["weight"] = text
    for name in _BARCODES:
        code = identity.get(name) if isinstance(identity, dict) else None
        if isinstance(code, str) and code.strip():
            details["barcode"] = code.strip()
            break
    return details
