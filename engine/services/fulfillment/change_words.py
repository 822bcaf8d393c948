"""What a client has changed of an order that has a label, as people read it: part by part, as it was and as it is to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.request_change import RequestChange
from engine.model.sentence import Sentence
from rules.messages import LANGUAGES, Language, Text
from rules.said_values import said_number
from rules.values import Unreadable, read_number

PARTS: Mapping[str, Text] = {
    "ship_to": Text("Ship-to address", "Dirección de envío"),
    "ship_by": Text("Ship by", "Enviar antes del"),
    "deliver_by": Text("Deliver by", "Entregar antes del"),
    "items": Text("Lines", "Líneas"),
    "requested_service": Text("Requested service", "Servicio pedido"),
    "order_date": Text("Order date", "Fecha del pedido"),
    "currency": Text("Currency", "Moneda"),
    "incoterm": Text("Incoterm", "Incoterm"),
    "customs": Text("Customs settings", "Opciones de aduana"),
    "duties": Text("Duties", "Aranceles"),
    "tax_ids": Text("Tax numbers", "Números fiscales"),
    "gift": Text("Gift", "Regalo"),
    "gift_message": Text("Gift message", "Mensaje de regalo"),
    "insured_value": Text("Insured value", "Valor asegurado"),
    "confirmation": Text("Delivery confirmation", "Confirmación de entrega"),
}
_YES, _NO = Text("yes", "sí"), Text("no", "no")


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """One part of an order, in words; empty where the order does not have it."""

    label: str
    before: str
    after: str


def changed_parts(change: RequestChange, language: Language) -> list[ChangedPart]:
    """All that is to change."""
    return [
        ChangedPart(
            part_words(name, language), _value(change.kept.get(name), language), _value(change.wanted.get(name), language)
        )
        for name in change.fields
    ]


def part_words(name: str, language: Language) -> str:
    """What people call a part."""
    return PARTS[name].format(language) if name in PARTS else name.replace("_", " ")


def parts_told(names: Iterable[str]) -> Sentence:
    """Several parts in one sentence."""
    listed = tuple(names)
    return Sentence(*(", ".join(part_words(name, language) for name in listed) for language in LANGUAGES))


def _value(value: Any, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return (_YES if value else _NO).format(language)
    if (number := said_number(value)) is not None:
        return number.format(language)
    if isinstance(value, list):
        return "; ".join(_item(one, language) if isinstance(one, Mapping) else _value(one, language) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(filter(None, (_value(part, language) for part in value.values())))
    return str(value)


def _item(item: Mapping[str, Any], language: Language) -> str:
    if "quantity" not in item:
        return ", ".join(filter(None, (_value(part, language) for part in item.values())))
    read = read_number(item["quantity"])  # kept as text where it is not whole
    quantity = item["quantity"] if isinstance(read, Unreadable) else read
    return " ".join(f"{_value(quantity, language)} × {item.get('sku') or ''} {item.get('name') or ''}".split())
