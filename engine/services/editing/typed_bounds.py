"""How large and how fine numbers are that people write into orders: as where they enter shipments, and as money has coins."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.model.money import minor_digits
from engine.services.labels.label_request import HEAVIEST_G, LONGEST_MM
from rules.messages import Message, Text
from rules.order_document import Document, plain

LARGEST_AMOUNT = 1_000_000_000
_HIGHEST: Mapping[str, int] = {
    "weight_g": HEAVIEST_G,
    **dict.fromkeys(("length_mm", "width_mm", "height_mm"), LONGEST_MM),
    **dict.fromkeys(("insured_value", "cash_on_delivery.amount"), LARGEST_AMOUNT),
}
_AMOUNTS = ("insured_value", "cash_on_delivery.amount")

TOO_LARGE = Text("{value} is above {highest}.", "{value} es mayor que {highest}.")
TOO_FINE = Text(
    "{value} has more decimals than amounts of the order have: {digits}.",
    "{value} tiene más decimales que los importes del pedido: {digits}.",
)


def typed_bounds(field: str, value: Any, document: Document) -> Message | None:
    """Why a number cannot be what a person meant; None for anything else."""
    highest = _HIGHEST.get(field)
    if highest is None or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if value > highest:
        return Message("too_large", TOO_LARGE, {"value": plain(value), "highest": highest})
    digits = minor_digits(str(document.get("currency") or ""))
    if field in _AMOUNTS and value != round(Decimal(value), digits):
        return Message("too_fine", TOO_FINE, {"value": plain(value), "digits": digits})
    return None
