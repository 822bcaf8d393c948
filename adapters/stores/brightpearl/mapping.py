"""A goods-out note and its order, as Brightpearl describes them, to an order document. Pure.

Numbers leave as whole numbers or plain decimal text, so that the document is JSON as it stands. What is blank is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adapters.stores.brightpearl.countries import find_country
from rules.messages import Message, Text
from rules.order_document import Document, plain
from rules.values import parse_time

Raw = Mapping[str, Any]

_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_MICRO = Decimal("0.000001")
_MAX_MAGNITUDE = 20  # digits before the point
_ADDRESS = (
    ("addressFullName", "name"),
    ("companyName", "company"),
    ("addressLine1", "street1"),
    ("addressLine2", "street2"),
    ("addressLine3", "city"),
    ("addressLine4", "state"),
    ("postalCode", "postal_code"),
)
_PHONES = ("telephone", "mobileTelephone")

_MISSING = Text("it is missing", "falta")
_NOT_AN_OBJECT = Text("it is not an object", "no es un objeto")
_NOT_A_NUMBER = Text("it is not a number: {value}", "no es un número: {value}")
_NEGATIVE = Text("it is below zero: {value}", "es menor que cero: {value}")
_NOT_A_TEXT = Text("it is not a text", "no es un texto")
_NOT_A_TIME = Text("it is not a date and time: {value}", "no es una fecha y hora: {value}")
_NOT_A_CURRENCY = Text("it is not a currency code: {value}", "no es un código de moneda: {value}")
_NO_SUCH_ROW = Text(
    "the goods-out note ships this row, but the order does not have it",
    "la nota de salida envía esta línea, pero el pedido no la tiene",
)


class MappingProblem(Exception):
    """A place in the raw document that cannot be read. `path` is inside the order; inside the note it starts with `note.`"""

    def __init__(self, path: str, problem: Message) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def order_number(note: Raw, order_id: int) -> str:
    """The order's number as people write it; the second and later notes of an order have their sequence behind it."""
    sequence = note.get("sequence")
    if isinstance(sequence, int) and sequence > 1:
        return f"{order_id}/{sequence}"
    return str(order_id)


def to_document(note: Raw, order: Raw, custom_fields: Sequence[tuple[str, str]] = ()) -> Document:
    """The order document of one goods-out note. Raises MappingProblem for the first place that cannot be read.

    `custom_fields` pairs fields of the document with the codes of Brightpearl's custom fields that fill them.
    """
    parties = _object(order, "parties", "parties")
    delivery = _object(parties, "delivery", "parties.delivery")
    customer = _optional_object(parties, "customer", "parties.customer")
    total = _number(_object(order, "totalValue", "totalValue").get("total"), "totalValue.total")
    items, value = _items(note, order)
    document: Document = {
        "order_number": order_number(note, order["id"]),
        "marketplace": "brightpearl",
        "source": "brightpearl",
        "status": "awaiting_shipment",
        "currency": _currency(_object(order, "currency", "currency").get("orderCurrencyCode")),
        "order_total": _money(total),
        "ship_to": _address(delivery, "parties.delivery", customer),
        "items": items,
    }
    if value is not None:
        document["shipment_value"] = _money(value)
    _put_text(document, "reference", order.get("reference"), "reference")
    placed_on = order.get("placedOn")
    if placed_on:
        document["order_date"] = _time(placed_on, "placedOn")
    if contact := _customer(customer, delivery):
        document["customer"] = contact
    billing = _optional_object(parties, "billing", "parties.billing")
    if billing and (bill_to := _address(billing, "parties.billing", {})):
        document["bill_to"] = bill_to
    _put_logistics(document, note, order)
    if fields := _custom_fields(order.get("customFields")):
        document["custom_fields"] = fields
        document.update((name, fields[code]) for name, code in custom_fields if code in fields)
    return document


def _custom_fields(fields: Any) -> dict[str, str]:
    """The order's custom fields by their codes; of a field that offers a choice, what was chosen."""
    texts: dict[str, str] = {}
    for code, value in fields.items() if isinstance(fields, dict) else ():
        chosen = value.get("value") if isinstance(value, dict) else value
        if isinstance(chosen, str | int | float) and not isinstance(chosen, bool) and str(chosen).strip():
            texts[code] = str(chosen)
    return texts


def _put_logistics(document: Document, note: Raw, order: Raw) -> None:
    """The shipping method that was asked for and the warehouse, both by their ids."""
    shipping, delivery = note.get("shipping"), order.get("delivery")
    method = shipping.get("shippingMethodId") if isinstance(shipping, dict) else None
    if not method and isinstance(delivery, dict):
        method = delivery.get("shippingMethodId")
    if isinstance(method, int | str) and method:
        document["requested_service"] = str(method)
    warehouse = note.get("warehouseId") or order.get("warehouseId")
    if isinstance(warehouse, int | str) and warehouse:
        document["custom_field_1"] = str(warehouse)


def _items(note: Raw, order: Raw) -> tuple[list[dict[str, Any]], Decimal | None]:
    """The note's lines in the order's sequence, and their value; None when an order row of quantity 0 hides a price."""
    note_rows = _object(note, "orderRows", "note.orderRows")
    order_rows = order.get("orderRows")
    if not isinstance(order_rows, dict):
        raise MappingProblem("orderRows", Message("missing", _MISSING if order_rows is None else _NOT_AN_OBJECT))
    lines: list[tuple[int, int, dict[str, Any]]] = []
    value: Decimal | None = Decimal(0)
    for row_id, parts in note_rows.items():
        row = order_rows.get(row_id)
        if not isinstance(row, dict):
            raise MappingProblem(f"orderRows.{row_id}", Message("no_such_row", _NO_SUCH_ROW))
        if _is_bundle_parent(row) and _ships_a_child(row_id, note_rows, order_rows):
            continue
        quantity = _note_quantity(parts, row_id)
        ordered, row_net = _ordered(row, row_id), _row_net(row, row_id)
        item = _item(row_id, row, quantity)
        if ordered:
            item["unit_price"] = _money(_exact_or_micro(row_net / ordered))
            if value is not None:
                value += row_net if quantity == ordered else _exact_or_micro(row_net * quantity / ordered)
        else:
            value = None
        lines.append((_sequence(row), len(lines), item))
    lines.sort()
    return [item for _, _, item in lines], value


def _item(row_id: str, row: Raw, quantity: int | Decimal) -> dict[str, Any]:
    shipped = quantity if isinstance(quantity, int) else plain(quantity.normalize())
    item: dict[str, Any] = {"line_key": row_id, "quantity": shipped}
    sku, name, product_id = row.get("productSku"), row.get("productName"), row.get("productId")
    if sku:
        _put_text(item, "sku", sku, f"orderRows.{row_id}.productSku")
    if name:
        _put_text(item, "name", name, f"orderRows.{row_id}.productName")
    if product_id:
        item["product_id"] = str(product_id)
    options = row.get("productOptions")
    if (
        options
        and isinstance(options, dict)
        and (chosen := {name: str(option) for name, option in options.items() if option not in (None, "")})
    ):
        item["options"] = chosen
    return item


def _note_quantity(parts: Any, row_id: str) -> int | Decimal:
    """What the note ships of a row, added up over the locations it comes from."""
    if not isinstance(parts, list) or not parts:
        raise MappingProblem(f"note.orderRows.{row_id}", Message("missing", _MISSING))
    total: int | Decimal = 0
    for position, part in enumerate(parts):
        quantity = part.get("quantity") if isinstance(part, dict) else None
        if type(quantity) is not int:
            path = f"note.orderRows.{row_id}.{position}.quantity"
            number = _number(quantity, path)
            quantity = int(number) if number == number.to_integral_value() else number
        total += quantity
    if isinstance(total, Decimal) and total == total.to_integral_value():
        total = int(total)
    if total < 0:
        raise MappingProblem(f"note.orderRows.{row_id}", Message("negative", _NEGATIVE, {"value": str(total)}))
    return total


def _ordered(row: Raw, row_id: str) -> Decimal:
    quantity = row.get("quantity")
    magnitude = quantity.get("magnitude") if isinstance(quantity, dict) else None
    return _number(magnitude, f"orderRows.{row_id}.quantity.magnitude")


def _row_net(row: Raw, row_id: str) -> Decimal:
    row_value = row.get("rowValue")
    net = row_value.get("rowNet") if isinstance(row_value, dict) else None
    return _number(net.get("value") if isinstance(net, dict) else None, f"orderRows.{row_id}.rowValue.rowNet.value")


def _sequence(row: Raw) -> int:
    sequence = row.get("orderRowSequence")
    if isinstance(sequence, str) and sequence.isascii() and sequence.isdigit():
        return int(sequence[:18])
    return sequence if isinstance(sequence, int) else 0


def _is_bundle_parent(row: Raw) -> bool:
    composition = row.get("composition")
    return isinstance(composition, dict) and composition.get("bundleParent") is True


def _ships_a_child(row_id: str, note_rows: Raw, order_rows: Raw) -> bool:
    """Whether the note holds a part of this bundle; then the bundle itself is no line of its own."""
    for other in note_rows:
        row = order_rows.get(other)
        composition = row.get("composition") if isinstance(row, dict) else None
        if isinstance(composition, dict) and str(composition.get("parentOrderRowId")) == row_id:
            return True
    return False


def _address(party: Raw, path: str, fallback: Raw) -> dict[str, str]:
    """A party's address; its phone is the party's own, else the fallback's."""
    address: dict[str, str] = {}
    for source, target in _ADDRESS:
        value = party.get(source)
        if value:
            if type(value) is not str:
                _put_text(address, target, value, f"{path}.{source}")
            elif not value.isspace():
                address[target] = value
    if country := _country(party):
        address["country"] = country
    if phone := _first_text(_PHONES, party, fallback):
        address["phone"] = phone
    return address


def _country(party: Raw) -> str | None:
    for key in ("countryIsoCode", "country", "countryIsoCode3"):
        name = party.get(key)
        if isinstance(name, str) and name and (code := find_country(name)):
            return code
    return None


def _customer(customer: Raw, delivery: Raw) -> dict[str, str]:
    contact: dict[str, str] = {}
    _put_text(contact, "name", customer.get("addressFullName"), "parties.customer.addressFullName")
    if email := _first_text(("email",), delivery, customer):
        contact["email"] = email
    contact_id = customer.get("contactId")
    if contact_id:
        _put_text(contact, "id", contact_id, "parties.customer.contactId")
    return contact


def _first_text(keys: tuple[str, ...], *parties: Raw) -> str | None:
    for party in parties:
        for key in keys:
            value = party.get(key)
            if isinstance(value, str) and value and not value.isspace():
                return value
    return None


def _put_text(target: dict[str, Any], name: str, value: Any, path: str) -> None:
    if isinstance(value, str):
        if value and not value.isspace():
            target[name] = value
    elif isinstance(value, int) and not isinstance(value, bool):
        target[name] = str(value)
    elif value is not None:
        raise MappingProblem(path, Message("not_a_text", _NOT_A_TEXT))


def _object(parent: Raw, key: str, path: str) -> Raw:
    value = parent.get(key)
    if isinstance(value, dict):
        return value
    raise MappingProblem(path, Message("missing", _MISSING) if value is None else Message("not_an_object", _NOT_AN_OBJECT))


def _optional_object(parent: Raw, key: str, path: str) -> Raw:
    return {} if parent.get(key) is None else _object(parent, key, path)


def _currency(code: Any) -> str:
    if isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha():
        return code.upper()
    raise MappingProblem("currency.orderCurrencyCode", _missing_or(_NOT_A_CURRENCY, code))


def _time(value: Any, path: str) -> str:
    if not isinstance(value, str) or parse_time(value) is None:
        raise MappingProblem(path, _missing_or(_NOT_A_TIME, value))
    return value


def _number(value: Any, path: str) -> Decimal:
    """A number as text, which is how Brightpearl writes money, or as a JSON number."""
    if type(value) is str and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value))
        if not number or abs(number.adjusted()) < _MAX_MAGNITUDE:
            return number
    raise MappingProblem(path, _missing_or(_NOT_A_NUMBER, value))


def _missing_or(text: Text, value: Any) -> Message:
    return Message("missing", _MISSING) if value is None else Message("unreadable", text, {"value": repr(value)[:60]})


def _exact_or_micro(number: Decimal) -> Decimal:
    """The number as it is with up to 6 places, else rounded to 6; one too large to have places stays as it is."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and (exponent >= -6 or number.adjusted() > _MAX_MAGNITUDE):
        return number
    return number.quantize(_MICRO, ROUND_HALF_UP)


def _money(amount: Decimal) -> str:
    """Plain decimal notation with two places, more only where they say something."""
    if not amount:
        return "0.00"
    whole, _, places = format(amount, "f").partition(".")
    return f"{whole}.{places[:2]:0<2}{places[2:].rstrip('0')}"
