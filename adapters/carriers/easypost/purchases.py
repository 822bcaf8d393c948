"""What a bought shipment says: number, price, and whether it was given back."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from adapters.carriers.easypost.answers import Json, money, part, parts, shipment_id, text, unreadable
from engine.model.label import BoughtLabel
from engine.model.money import Money
from engine.model.tracking_numbers import clean_number

_BESIDES = ("LabelFee", "InsuranceFee", "CarbonOffsetFee")  # what the rate does not say


class Refund(StrEnum):
    """How far a label has been given back."""

    NONE = "none"
    GIVEN_BACK = "given_back"  # the carrier has been told; the money may take weeks
    REJECTED = "rejected"
    UNCLEAR = "unclear"


# A carrier that charges when it scans a parcel has nothing to pay back.
_REFUNDS = {
    "submitted": Refund.GIVEN_BACK,
    "refunded": Refund.GIVEN_BACK,
    "not_applicable": Refund.GIVEN_BACK,
    "rejected": Refund.REJECTED,
}


def is_bought(shipment: Json) -> bool:
    """Whether it has a label."""
    return bool(part(shipment, "postage_label"))


def refund_of(shipment: Json) -> Refund:
    """Whether its label was given back."""
    status = shipment.get("refund_status")
    return Refund.NONE if status is None else _REFUNDS.get(str(status), Refund.UNCLEAR)


def parse_bought(shipment: Json) -> BoughtLabel:
    """The label of a shipment that has one, without its documents. Raises CarrierUnavailable where it lacks its number."""
    number = clean_number(text(shipment, "tracking_code"))
    if not is_bought(shipment) or not number:
        raise unreadable()
    return BoughtLabel(shipment_id(shipment), (number,), cost=_cost(shipment))


def insured_for(shipment: Json) -> Decimal:
    """For how much it is insured, in dollars."""
    amount = money(shipment.get("insurance"), "USD")
    return Decimal(0) if amount is None else amount.amount


def _cost(shipment: Json) -> Money | None:
    """The rate that was bought, and what EasyPost charges besides: it does in dollars, for the label and the insurance."""
    rate = part(shipment, "selected_rate")
    price = money(rate.get("rate"), rate.get("currency"))
    if price is None or price.currency != "USD":
        return price
    for fee in parts(shipment, "fees"):
        amount = money(fee.get("amount"), "USD")
        if amount is not None and fee.get("charged") is True and text(fee, "type") in _BESIDES:
            price += amount
    return price.rounded()
