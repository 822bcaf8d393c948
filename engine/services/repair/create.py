"""A person makes an order by hand, without any store: a sale by telephone, a sample, a spare part."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.application import Application
from engine.model.address_check import Verdict, check_address
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.model.written_number import NumberLimits, show_written
from engine.services.refusals import Refused
from engine.services.repair.chosen_units import number_of, value_of, written_units
from engine.services.repair.new_order import keep_new_order, order_without_store
from rules.fields.closed_values import COUNTRIES, CURRENCIES
from rules.messages import LANGUAGES, Text
from rules.order_document import Document, plain

ADDRESS_PARTS = ("name", "company", "street1", "street2", "city", "state", "postal_code", "country", "phone")
MOST_LINES = 100
LONGEST_TEXT = 200
LONGEST_NOTE = 2000
LONGEST_NUMBER = 50
NUMBERS = NumberLimits(Decimal(1_000_000), 6)  # of quantities, prices and weights
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read for another

NO_RECIPIENT = Text("Say who gets it: a name or a company.", "Indica quién lo recibe: un nombre o una empresa.")
BAD_COUNTRY = Text(
    '"{country}" is not a country: write its two letters, such as ES.',
    '"{country}" no es un país: escribe sus dos letras, como ES.',
)
BAD_ADDRESS = Text(
    "The address does not look right: {problems} Correct it, or say that it is to be taken as it is.",
    "La dirección no parece correcta: {problems} Corrígela o indica que se acepte como está.",
)
TOO_LONG = Text("{what} has at most {limit} characters.", "{what} tiene como máximo {limit} caracteres.")
NO_LINES = Text("Write at least one line, with a SKU and a quantity.", "Escribe al menos una línea, con SKU y cantidad.")
TOO_MANY_LINES = Text(
    "An order made by hand has at most {limit} lines.", "Un pedido creado manualmente tiene como máximo {limit} líneas."
)
NO_SKU = Text("Line {line} has no SKU.", "La línea {line} no tiene SKU.")
BAD_QUANTITY = Text(
    'Line {line}: "{value}" is not a quantity: write a number above 0.',
    'Línea {line}: "{value}" no es una cantidad: escribe un número mayor que 0.',
)
BAD_PRICE = Text(
    'Line {line}: "{value}" is not a price: write a number of 0 or more, or nothing.',
    'Línea {line}: "{value}" no es un precio: escribe un número de 0 o más, o nada.',
)
BAD_WEIGHT = Text(
    'Line {line}: "{value}" is not a weight: write grams, a number above 0, or nothing.',
    'Línea {line}: "{value}" no es un peso: escribe gramos, un número mayor que 0, o nada.',
)
IN_LINE = Text("Line {line}: {problem}", "Línea {line}: {problem}")
NO_CURRENCY = Text(
    '"{currency}" is not a currency: write its three letters, such as EUR.',
    '"{currency}" no es una moneda: escribe sus tres letras, como EUR.',
)
_WHAT = {
    "number": Text("The order's number", "El número de pedido"),
    "address": Text("A part of the address", "Cada parte de la dirección"),
    "line": Text("A SKU, and a line's name,", "Un SKU, y el nombre de una línea,"),
    "service": Text("The wanted service", "El servicio deseado"),
    "note": Text("The note", "La nota"),
}


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it was written; numbers are plain decimal text, the weight is that of one unit in grams."""

    sku: str
    quantity: str
    name: str = ""
    unit_price: str = ""
    weight_g: str = ""

    @property
    def is_blank(self) -> bool:
        return not any((self.sku, self.quantity, self.name, self.unit_price, self.weight_g))


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as it was written. `ship_to` has the parts of `ADDRESS_PARTS`; without a number it gets one."""

    ship_to: Mapping[str, str]
    lines: Sequence[NewLine]
    currency: str = "EUR"
    requested_service: str = ""
    number: str = ""
    email: str = ""
    note: str = ""
    takes_any_address: bool = field(default=False)  # also one that the check of addresses finds wrong


def create_order(app: Application, account_id: str, wanted: NewOrder, actor: str) -> Order:
    """A new order of the account that no store knows; the rules have run over it. Raises Refused."""
    now = app.clock.now()
    document = _document(app, wanted, now)
    with app.unit_of_work() as uow:
        number = wanted.number.strip() or _number(now)
        document |= {"order_number": number, "imported_at": now.isoformat()}
        order = order_without_store(account_id, number, document, now)
        keep_new_order(app, uow, order, actor, "order.created", number)
        uow.commit()
    app.wake.notify()
    return order


def _number(now: datetime) -> str:
    """Such as `M261130-7KQF`: made by hand, on which day, and letters that no two share."""
    return f"M{now:%y%m%d}-" + "".join(secrets.choice(_LETTERS) for _ in range(4))


def _document(app: Application, wanted: NewOrder, now: datetime) -> Document:
    ship_to = _ship_to(app, wanted)
    currency = wanted.currency.strip().upper()
    if currency not in CURRENCIES.codes:
        raise Refused("bad_currency", NO_CURRENCY, currency=wanted.currency.strip())
    _check_length("number", wanted.number, LONGEST_NUMBER)
    _check_length("service", wanted.requested_service, LONGEST_TEXT)
    _check_length("note", wanted.note, LONGEST_NOTE)
    items = _items(wanted.lines)
    document: Document = {
        "source": "manual",
        "status": "awaiting_shipment",
        "order_date": now.isoformat(),
        "currency": currency,
        "ship_to": ship_to,
        "items": items,
    }
    value = value_of(items)
    if value is not None:
        document |= {name: plain(value) for name in ("subtotal", "order_total", "shipment_value")}
    customer = {"name": ship_to.get("name"), "email": wanted.email.strip(), "phone": ship_to.get("phone")}
    document["customer"] = {name: part for name, part in customer.items() if part}
    if wanted.requested_service.strip():
        document["requested_service"] = wanted.requested_service.strip()
    if wanted.note.strip():
        document["notes"] = {"internal": wanted.note.strip()}
    return document


def _ship_to(app: Application, wanted: NewOrder) -> dict[str, str]:
    written = {part: wanted.ship_to.get(part, "").strip() for part in ADDRESS_PARTS}
    for text in (*written.values(), wanted.email):
        _check_length("address", text, LONGEST_TEXT)
    ship_to = {part: text for part, text in written.items() if text}
    if not (ship_to.get("name") or ship_to.get("company")):
        raise Refused("no_recipient", NO_RECIPIENT)
    country = ship_to.get("country", "").upper()
    if country not in COUNTRIES.codes:
        raise Refused("bad_country", BAD_COUNTRY, country=country)
    ship_to["country"] = country
    check = check_address(app.address_rules, ship_to)
    if check.verdict is Verdict.ERROR and not wanted.takes_any_address:
        problems = Sentence(*(" ".join(one.format(language) for one in check.problems) for language in LANGUAGES))
        raise Refused("bad_address", BAD_ADDRESS, problems=problems)
    return ship_to


def _items(lines: Sequence[NewLine]) -> list[dict[str, Any]]:
    written = [line for line in lines if not line.is_blank]
    if not written:
        raise Refused("no_lines", NO_LINES)
    if len(written) > MOST_LINES:
        raise Refused("too_many_lines", TOO_MANY_LINES, limit=MOST_LINES)
    return [_item(number, line) for number, line in enumerate(written, 1)]


def _item(number: int, line: NewLine) -> dict[str, Any]:
    if not line.sku.strip():
        raise Refused("no_sku", NO_SKU, line=number)
    for text in (line.sku, line.name):
        _check_length("line", text, LONGEST_TEXT)
    quantity = _number_in(number, line.quantity, "bad_quantity", BAD_QUANTITY)
    item: dict[str, Any] = {"line_key": str(number), "sku": line.sku.strip(), "quantity": written_units(quantity)}
    if line.name.strip():
        item["name"] = line.name.strip()
    if line.unit_price.strip():
        item["unit_price"] = plain(_number_in(number, line.unit_price, "bad_price", BAD_PRICE, may_be_0=True))
    if line.weight_g.strip():
        item["weight_g"] = written_units(_number_in(number, line.weight_g, "bad_weight", BAD_WEIGHT))
    return item


def _number_in(line: int, text: str, code: str, refusal: Text, *, may_be_0: bool = False) -> Decimal:
    number = number_of(text.strip())
    if number is None or number < 0 or not (number or may_be_0):
        raise Refused(code, refusal, line=line, value=show_written(text))
    beyond = NUMBERS.beyond(text)
    if beyond is not None:
        raise Refused(code, IN_LINE, line=line, problem=beyond)
    return number if len(text) <= LONGEST_NUMBER else number.normalize()  # without the zeros that make it long


def _check_length(what: str, text: str, limit: int) -> None:
    if len(text.strip()) > limit:
        raise Refused("too_long", TOO_LONG, what=_WHAT[what], limit=limit)
