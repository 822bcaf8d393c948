"""What whoever delivers is asked to do beside handing the parcel over, and what goes with it, as rules set it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engine.model.label import LabelRequest
from rules.actions.documents import STANDARD_SLIP
from rules.order_document import read_field
from rules.values import Unreadable, folded_text, is_blank, read_number

CASH_ON_DELIVERY = "cash_on_delivery.amount"
SATURDAY = "carrier_options.saturday_delivery"
SIGNATURE, ADULT_SIGNATURE = "signature", "adult_signature"

_NOTHING_TO_ASK: Final = ("", "none", "delivery")  # whoever delivers knows that they have


def cash_on_delivery(request: LabelRequest) -> Decimal | None:
    """The amount to collect, in the currency of the order; None where there is none."""
    value = read_field(request.options, CASH_ON_DELIVERY)
    number = None if is_blank(value) else read_number(value)
    return None if number is None or isinstance(number, Unreadable) or number <= 0 else Decimal(number)


def saturday_delivery(request: LabelRequest) -> bool:
    """Whether it has to arrive on a Saturday."""
    return read_field(request.options, SATURDAY) is True


def confirmation(request: LabelRequest) -> str:
    """What is asked for at the door, in small letters with `_` between words; empty where it is nothing."""
    code = request.confirmation.strip().casefold().replace("-", "_").replace(" ", "_")
    return "" if code in _NOTHING_TO_ASK else code


def packing_slip(request: LabelRequest) -> str:
    """The template of the packing slip, as it was written; where none was, the usual one."""
    value = request.options.get("packing_slip")
    return STANDARD_SLIP if is_blank(value) else folded_text(str(value))


def gift_message(request: LabelRequest) -> str:
    """What is said to whom it is a gift for."""
    value = request.options.get("gift_message")
    return "" if is_blank(value) else str(value)
