"""Whether two orders can leave in one parcel: the same recipient at the same address, and nothing that only one of them wants."""

from __future__ import annotations

from typing import Any

from engine.model.order import Order
from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text
from rules.order_document import Document, read_field

ANOTHER_ADDRESS = Text(
    "Orders {order} and {other} do not go to the same address: {field} is different.",
    "Los pedidos {order} y {other} no van a la misma dirección: {field} es distinto.",
)
ANOTHER_WISH = Text(
    "Orders {order} and {other} cannot leave in one parcel: {field} is different.",
    "Los pedidos {order} y {other} no pueden salir en un mismo paquete: {field} es distinto.",
)
_PARTS = ("name", "company", "street1", "street2", "street3", "postal_code", "city", "state", "country")
ADDRESS = tuple(f"ship_to.{name}" for name in _PARTS)
WISHES = ("currency", "requested_service", "confirmation", "deliver_by")


def why_not_one_parcel(lead: Order, other: Order) -> Message | None:
    """In which field they differ so that one parcel cannot have both; None where it can."""
    one, two = lead.document(), other.document()
    for names, text, code in ((ADDRESS, ANOTHER_ADDRESS, "another_address"), (WISHES, ANOTHER_WISH, "another_wish")):
        for name in names:
            if _plain(one, name) != _plain(two, name):
                params: dict[str, Any] = {"order": lead.order_number, "other": other.order_number, "field": _label(name)}
                return Message(code, text, params)
    return None


def _plain(document: Document, name: str) -> str:
    value = read_field(document, name)
    return "" if value is None else " ".join(str(value).casefold().split())


def _label(name: str) -> Text | str:
    field = ORDER_FIELDS.find(name)
    return name if field is None else field.label
