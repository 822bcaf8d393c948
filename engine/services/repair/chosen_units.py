"""Which units of an order a person has chosen, by line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.model.order import Order
from engine.services.refusals import Refused
from rules.messages import Text
from rules.order_document import Document, plain

NO_SUCH_LINE = Text(
    "Order {order} has no line {line}. It has {known}.", "El pedido {order} no tiene ninguna línea {line}. Tiene {known}."
)
NOT_SO_MANY = Text(
    "Line {line} ({name}): write a number above 0 and at most {most}.",
    "Línea {line} ({name}): escribe un número mayor que 0 y como máximo {most}.",
)
NOTHING_CHOSEN = Text(
    "Choose at least one line of order {order}, and how many units of it.",
    "Elige al menos una línea del pedido {order} y cuántas unidades de ella.",
)


def check_units(order: Order, wanted: Mapping[str, Decimal], there: Mapping[str, Decimal]) -> None:
    """Whether these units are among those that there are, at least one of them. Raises Refused."""
    if not wanted:
        raise Refused("nothing_chosen", NOTHING_CHOSEN, order=order.order_number)
    names = {key: str(item.get("name") or item.get("sku") or "-") for key, item in items_by_key(order.document()).items()}
    for key, units in wanted.items():
        if key not in there:
            raise Refused("no_such_line", NO_SUCH_LINE, order=order.order_number, line=key, known=", ".join(there) or "-")
        if not (units.is_finite() and 0 < units <= there[key]):
            raise Refused("not_so_many", NOT_SO_MANY, line=key, name=names.get(key, "-"), most=there[key])


def items_by_key(document: Document) -> dict[str, dict[str, Any]]:
    """The lines of a document by their keys; a line without one has its place, counted from 1."""
    items = document.get("items")
    found = enumerate(items if isinstance(items, list) else [], 1)
    return {str(item.get("line_key") or number): item for number, item in found if isinstance(item, dict)}


def with_units(document: Document, units: Mapping[str, Decimal]) -> Document:
    """The document with these units of its lines alone, each line under its key; what the lines are worth follows."""
    items = [
        {**item, "line_key": key, "quantity": written_units(units[key])}
        for key, item in items_by_key(document).items()
        if units.get(key)
    ]
    changed = {**document, "items": items}
    value = value_of(items)
    if "shipment_value" in document:
        changed.pop("shipment_value")
    if value is not None and "shipment_value" in document:
        changed["shipment_value"] = plain(value)
    if "weight_g" in document:
        changed.pop("weight_g")  # that of the whole order: without it the lines are weighed
    return changed


def value_of(items: list[dict[str, Any]]) -> Decimal | None:
    """What lines are worth together, in the order's currency; None where one has no price."""
    priced = [(number_of(item.get("unit_price")), number_of(item.get("quantity"))) for item in items]
    if any(price is None or quantity is None for price, quantity in priced):
        return None
    return sum(((price or Decimal(0)) * (quantity or Decimal(0)) for price, quantity in priced), Decimal(0))


def number_of(value: Any) -> Decimal | None:
    """A finite number as documents have it: a number, or plain decimal text."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def written_units(units: Decimal) -> int | str:
    """A quantity as documents have it: whole numbers as such, others as plain text."""
    return int(units) if units == units.to_integral_value() else plain(units.normalize())
