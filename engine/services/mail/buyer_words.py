"""What buyers read of what has left and what has arrived, in their language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from engine.model.buyer_mail import BuyerMail
from engine.model.carrier import ServiceWords
from engine.model.fulfillment import Shipment
from engine.model.mail import MailBrand, MailContent, OutsideLink
from engine.model.order import Order, OrderState
from engine.model.tracking_links import tracking_link
from engine.services.mail.reader_language import country_name
from rules.messages import Language, Text
from rules.order_document import Document, read_field
from rules.values import is_blank

HELLO = Text("Hello {name},", "Hola, {name}:")
HELLO_NOBODY = Text("Hello,", "Hola:")
IN_IT = Text("In this shipment:", "En este envío:")
UNITS = Text("{units} × {name}", "{units} × {name}")
ITS_CARRIER = Text("Carrier: {carrier}", "Empresa de transporte: {carrier}")
ITS_NUMBER = Text("Tracking number: {numbers}", "Número de seguimiento: {numbers}")
ITS_NUMBERS = Text("Tracking numbers: {numbers}", "Números de seguimiento: {numbers}")
NO_NUMBER = Text("This shipment has no tracking number.", "Este envío no tiene número de seguimiento.")
IT_GOES_TO = Text("It goes to:", "Va a:")
TRACK = Text("Track the parcel", "Seguir el paquete")
TRACK_ONE_OF = Text("Track the parcel {number}", "Seguir el paquete {number}")


class _Share(Enum):
    """How much of the order a shipment is: subject and sentence, when it leaves and when it arrives."""

    ALL = (
        Text("Your order {order} from {brand} is on its way", "Tu pedido {order} de {brand} está en camino"),
        Text("your order {order} has left and is on its way to you.", "tu pedido {order} ha salido y está en camino."),
        Text("Your order {order} from {brand} has been delivered", "Tu pedido {order} de {brand} se ha entregado"),
        Text("your order {order} has been delivered.", "tu pedido {order} se ha entregado."),
    )
    PART = (
        Text(
            "A part of your order {order} from {brand} is on its way", "Una parte de tu pedido {order} de {brand} está en camino"
        ),
        Text(
            "a part of your order {order} has left and is on its way to you. The rest follows.",
            "una parte de tu pedido {order} ha salido y está en camino. El resto llegará después.",
        ),
        Text(
            "A part of your order {order} from {brand} has been delivered",
            "Una parte de tu pedido {order} de {brand} se ha entregado",
        ),
        Text("a part of your order {order} has been delivered.", "una parte de tu pedido {order} se ha entregado."),
    )
    REST = (
        Text(
            "The rest of your order {order} from {brand} is on its way", "El resto de tu pedido {order} de {brand} está en camino"
        ),
        Text(
            "the rest of your order {order} has left and is on its way to you.",
            "el resto de tu pedido {order} ha salido y está en camino.",
        ),
        Text(
            "A part of your order {order} from {brand} has been delivered",
            "Una parte de tu pedido {order} de {brand} se ha entregado",
        ),
        Text("a part of your order {order} has been delivered.", "una parte de tu pedido {order} se ha entregado."),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A shipment, its order, what its service is called, and the language in which a buyer reads of them."""

    order: Order
    document: Document
    shipment: Shipment
    words: ServiceWords
    language: Language

    def say(self, text: Text, **params: Any) -> str:
        return text.format(self.language, **params)


def buyer_content(
    mail: BuyerMail,
    order: Order,
    document: Document,
    shipment: Shipment,
    brand: MailBrand,
    words: ServiceWords,
    language: Language,
) -> MailContent:
    """All that a mail about a shipment says."""
    reading = _Reading(order, document, shipment, words, language)
    leaves = mail is BuyerMail.SHIPMENT
    subject, sentence = _share_of(order, shipment).value[:2] if leaves else _share_of(order, shipment).value[2:]
    named = {"order": order.order_number, "brand": brand.name}
    paragraphs = [_greeting(reading), _capital(reading.say(sentence, **named)), _lines(reading)]
    if leaves:
        paragraphs += [_carriage(reading), _address(reading)]
    links = tuple(_links(reading)) if leaves else ()
    return MailContent(reading.say(subject, **named), tuple(filter(None, paragraphs)), outside=links, brand=brand)


def _share_of(order: Order, shipment: Shipment) -> _Share:
    if order.state is OrderState.PARTIALLY_SHIPPED:
        return _Share.PART
    ordered = order.quantities()
    complete = all(shipment.lines.get(key, Decimal(0)) >= quantity for key, quantity in ordered.items())
    return _Share.ALL if complete else _Share.REST


def _greeting(reading: _Reading) -> str:
    names = (read_field(reading.document, "customer.name"), read_field(reading.document, "ship_to.name"))
    name = next((str(one).strip() for one in names if not is_blank(one)), "")
    return reading.say(HELLO, name=name) if name else reading.say(HELLO_NOBODY)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _lines(reading: _Reading) -> str:
    """What is in the shipment, a line each; empty where that is not known."""
    items = dict(_items(reading.document))
    said = [
        reading.say(UNITS, units=quantity.normalize(), name=_name_of(items.get(key, {}), key))
        for key, quantity in reading.shipment.lines.items()
        if quantity > 0
    ]
    return "\n".join([reading.say(IN_IT), *said]) if said else ""


def _items(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    found = document.get("items")
    for number, item in enumerate(found if isinstance(found, list) else [], 1):
        if isinstance(item, Mapping):
            yield str(item.get("line_key") or number), item


def _name_of(item: Mapping[str, Any], key: str) -> str:
    name, sku = (str(item.get(part) or "").strip() for part in ("name", "sku"))
    return f"{name} ({sku})" if name and sku else name or sku or key


def _carriage(reading: _Reading) -> str:
    shipment = reading.shipment
    numbers = ", ".join(shipment.numbers)
    carrier = f"{reading.words.carrier} {reading.words.service}".strip()
    how = NO_NUMBER if not numbers else ITS_NUMBER if len(shipment.numbers) == 1 else ITS_NUMBERS
    return "\n".join([reading.say(ITS_CARRIER, carrier=carrier), reading.say(how, numbers=numbers)])


def _address(reading: _Reading) -> str:
    def part(name: str) -> str:
        value = read_field(reading.document, f"ship_to.{name}")
        return "" if is_blank(value) else str(value).strip()

    place = " ".join(filter(None, (part("postal_code"), part("city"))))
    country = country_name(part("country"), reading.language)
    lines = [*map(part, ("name", "company", "street1", "street2", "street3")), place, part("state"), country]
    said = [line for line in lines if line]
    return "\n".join([reading.say(IT_GOES_TO), *said]) if said else ""


def _links(reading: _Reading) -> Iterator[OutsideLink]:
    shipment = reading.shipment
    for number in shipment.numbers:
        address = tracking_link(shipment.carrier, shipment.service, number)
        if address is not None:
            label = TRACK if len(shipment.numbers) == 1 else TRACK_ONE_OF
            yield OutsideLink(reading.say(label, number=number), address)
