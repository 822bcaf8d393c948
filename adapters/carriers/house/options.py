"""What whoever delivers is asked to do beside handing the parcel over, as rules set it."""

from __future__ import annotations

from decimal import Decimal

from engine.model.label import LabelRequest
from rules.order_document import read_field
from rules.values import Unreadable, is_blank, read_number

CASH_ON_DELIVERY = "cash_on_delivery.amount"
SATURDAY = "carrier_options.saturday_delivery"


def cash_on_delivery(request: LabelRequest) -> Decimal | None:
    """The amount to collect, in the currency of the order; None where there is none."""
    value = read_field(request.options, CASH_ON_DELIVERY)
    number = None if is_blank(value) else read_number(value)
    return None if number is None or isinstance(number, Unreadable) or number <= 0 else Decimal(number)


def saturday_delivery(request: LabelRequest) -> bool:
    """Whether it has to arrive on a Saturday."""
    return read_field(request.options, SATURDAY) is True
