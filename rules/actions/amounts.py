"""Amounts of rules: a number, or the amount that the order itself has in a field. All are in the order's currency."""

from __future__ import annotations

from decimal import Decimal

from rules.actions.draft import IN_FIELD, ActionFailed, Draft
from rules.actions.operations import Inapplicable, storable
from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text

BLANK_AMOUNT = Text(
    "the order has no {label} (`{field}`) to take the amount from",
    "el pedido no tiene {label} (`{field}`) de donde tomar el importe",
)


def amounts_of_order(*fields: str) -> dict[str, Text]:
    """The choices of an AMOUNT parameter: fields, under the names that conditions give them."""
    return {name: ORDER_FIELDS[name].label for name in fields}


def amount_of(draft: Draft, amount: Decimal | int | str) -> Decimal | int:
    """An AMOUNT parameter for this order. Raises ActionFailed when the field it names has no number."""
    if not isinstance(amount, str):
        return amount
    value: Decimal | int | None = draft.read(amount)
    if value is None:
        params = {"field": amount, "label": ORDER_FIELDS[amount].label}
        raise ActionFailed(Message("blank_amount", BLANK_AMOUNT, params))
    try:
        return storable(value)
    except Inapplicable as error:
        params = {"field": amount, "reason": error.message}
        raise ActionFailed(Message(error.message.code, IN_FIELD, params)) from error
