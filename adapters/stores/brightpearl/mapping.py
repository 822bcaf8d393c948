"""A goods-out note and its order, as Brightpearl describes them, to an order document. Pure.

Numbers leave as whole numbers or plain decimal text, so that the document is JSON as it stands. What is blank is left out.
What each field of Brightpearl's documents is used for, or why it is not, stands in `known_fields`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adapters.stores.brightpearl.lines import read_lines
from adapters.stores.brightpearl.parties import read_address, read_customer
from adapters.stores.brightpearl.plain_text import is_html, strip_html
from adapters.stores.brightpearl.raw_values import (
    MappingProblem,
    Raw,
    code_in,
    id_in,
    id_text,
    missing_or,
    money,
    number_in,
    object_at,
    optional_object,
    put_text,
    read_number,
    read_paragraphs,
    read_time,
    time_in,
)
from engine.model.store_preferences import WeightUnit
from rules.messages import Text
from rules.order_document import Document, plain

_NOT_A_CURRENCY = Text("it is not a currency code: {value}", "no es un código de moneda: {value}")
_MIDNIGHT = time()
PRIORITY_TAG = "priority"
NOTES = "notes."  # what fields of the document begin with that are inside its notes


def order_number(note: Raw, order_id: object) -> str:
    """The order's number as people write it; the second and later notes of an order have their sequence behind it."""
    sequence = id_in(note.get("sequence"))
    if sequence is not None and sequence > 1:
        return f"{order_id}/{sequence}"
    return str(order_id)


def to_document(
    note: Raw,
    order: Raw,
    custom_fields: Sequence[tuple[str, str]] = (),
    weight_unit: WeightUnit = WeightUnit.KILOGRAM,
) -> Document:
    """The order document of one goods-out note. Raises MappingProblem for the first place that cannot be read.

    `custom_fields` pairs fields of the document with the codes of Brightpearl's custom fields that fill them.
    """
    parties = object_at(order, "parties", "parties")
    delivery = object_at(parties, "delivery", "parties.delivery")
    customer = optional_object(parties, "customer", "parties.customer")
    billing = optional_object(parties, "billing", "parties.billing")
    lines = read_lines(note, order)
    document: Document = {
        "order_number": order_number(note, id_in(order["id"]) or order["id"]),
        "source": "brightpearl",
        "status": "awaiting_shipment",
        "currency": _currency(object_at(order, "currency", "currency").get("orderCurrencyCode")),
        "ship_to": read_address(delivery, "parties.delivery", ("parties.customer", customer), ("parties.billing", billing)),
        "items": lines.items,
    }
    if lines.value is not None:
        document["shipment_value"] = money(lines.value)
    if lines.goods is not None:
        document["subtotal"] = money(lines.goods)
    _put_totals(document, order)
    put_text(document, "reference", order.get("reference"), "reference")
    placed_on = order.get("placedOn")
    if placed_on:
        read_time(placed_on, "placedOn")
        document["order_date"] = placed_on
    if contact := read_customer(customer, delivery, billing):
        document["customer"] = contact
    if billing and (bill_to := read_address(billing, "parties.billing")):
        document["bill_to"] = bill_to
    _put_logistics(document, note, order, weight_unit)
    if fields := _custom_fields(order.get("customFields")):
        document["custom_fields"] = fields
        for name, code in custom_fields:
            if code in fields:
                _put_field(document, name, fields[code])
    return document


def add_notes(document: Document, texts: Mapping[str, str]) -> None:
    """Append the texts written on an order to its document's notes."""
    notes = document.setdefault("notes", {})
    for name, text in texts.items():
        notes[name] = f"{notes[name]}\n{text}" if notes.get(name) else text


def contact_of(order: Raw) -> int | None:
    """The number of the contact who bought, if the order says it."""
    return id_in(_dict(_dict(order.get("parties")).get("customer")).get("contactId"))


def channel_of(order: Raw) -> int:
    """The channel of an order; 0 for none, as Brightpearl itself writes it."""
    assignment = order.get("assignment")
    current = assignment.get("current") if isinstance(assignment, dict) else None
    return id_in(current.get("channelId") if isinstance(current, dict) else None) or 0


def _put_totals(document: Document, order: Raw) -> None:
    """What the whole order costs. Older documents have no total: then it is net and tax; the base totals are of another
    currency. An order that says nothing of it has none."""
    totals = optional_object(order, "totalValue", "totalValue")
    written, net, tax = (totals.get(name) for name in ("total", "net", "taxAmount"))
    total: Decimal | None = None
    if written not in (None, ""):
        total = read_number(written, "totalValue.total")
    elif net not in (None, ""):
        total = read_number(net, "totalValue.net") + (
            Decimal(0) if tax in (None, "") else read_number(tax, "totalValue.taxAmount")
        )
    if total is not None:
        document["order_total"] = money(total)
    if (tax_paid := number_in(tax)) is not None:
        document["tax_paid"] = money(tax_paid)
    if payment := code_in(order.get("orderPaymentStatus")):
        document["payment_status"] = payment.lower()
        if payment == "UNPAID":
            document["amount_paid"] = "0.00"
        elif payment == "PAID" and total is not None:
            document["amount_paid"] = money(total)


def _put_logistics(document: Document, note: Raw, order: Raw, weight_unit: WeightUnit) -> None:
    """How and when it ships: shipping method and weight, ids of channel and warehouse, dates, priority."""
    delivery = _dict(order.get("delivery"))
    document.update(read_shipping(note, order, weight_unit))
    if channel := channel_of(order):
        document["channel_id"] = str(channel)
    if warehouse := id_text(note.get("warehouseId")) or id_text(order.get("warehouseId")):
        document["custom_field_1"] = warehouse
    if (due := _day_meant(delivery.get("deliveryDate"))) is not None:
        document["deliver_by"] = due
    if (release := _day_meant(note.get("releaseDate"))) is not None:
        document["ship_date"] = release
    if note.get("priority") is True:
        document["tags"] = [PRIORITY_TAG]


def read_shipping(note: Raw, order: Raw, weight_unit: WeightUnit) -> Document:
    """The fields of what a shipment writes on a note as well: see `note_shipping`."""
    shipping, delivery = _dict(note.get("shipping")), _dict(order.get("delivery"))
    fields: Document = {}
    if method := id_text(shipping.get("shippingMethodId")) or id_text(delivery.get("shippingMethodId")):
        fields["requested_service_code"] = method
    weight = number_in(shipping.get("weight"))
    if weight is not None and weight > 0:
        fields["weight_g"] = _grams(weight * weight_unit.grams)
    return fields


def _day_meant(value: Any) -> str | None:
    """A date of Brightpearl's, with the time of day only where it has one; None for what is none.

    Some dates are midnight in the account's zone. Others were entered as a date, read as midnight in UTC and are shown in the
    account's zone, in the Americas as the evening before: that midnight's date is the one that was meant. A midnight that
    names no zone is a date alone.
    """
    moment = time_in(value)
    if moment is None:
        return None
    if moment.tzinfo is None and moment.time() == _MIDNIGHT:
        return moment.date().isoformat()
    offset = moment.utcoffset()
    if offset and moment.time() != _MIDNIGHT:
        try:
            in_utc = moment.replace(tzinfo=None) - offset
        except OverflowError:  # in the first or last hours that there are
            return moment.isoformat()
        if in_utc.time() == _MIDNIGHT:
            moment = in_utc.replace(tzinfo=moment.tzinfo)
    return moment.isoformat()


def _custom_fields(fields: Any) -> dict[str, str]:
    """The order's custom fields by their codes, as text."""
    texts: dict[str, str] = {}
    for code, value in fields.items() if isinstance(fields, dict) else ():
        if text := _field_text(value, f"customFields.{code}"):
            texts[code] = text
    return texts


def _field_text(value: Any, path: str) -> str:
    """What a custom field of any type says: of a choice what was chosen, of several all; yes or no as these words;
    HTML as plain text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        chosen = value.get("value")
        return _field_text(value.get("id") if chosen in (None, "") else chosen, path)
    if isinstance(value, list):
        return ", ".join(text for member in value if (text := _field_text(member, path)))
    if isinstance(value, str):
        text = read_paragraphs(value, path)
        return strip_html(text) if is_html(text) else text
    number = number_in(value)
    return "" if number is None else plain(number)


def _put_field(document: Document, name: str, text: str) -> None:
    if name.startswith(NOTES):
        document.setdefault("notes", {})[name.removeprefix(NOTES)] = text
    else:
        document[name] = text.replace("\n", " ")


def _dict(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}


def _currency(written: Any) -> str:
    code = code_in(written)
    if len(code) == 3 and code.isascii() and code.isalpha():
        return code
    raise MappingProblem("currency.orderCurrencyCode", missing_or(_NOT_A_CURRENCY, written))


def _grams(weight: Decimal) -> int | str:
    rounded = weight.quantize(Decimal("0.001"), ROUND_HALF_UP).normalize()
    return int(rounded) if rounded == rounded.to_integral_value() else plain(rounded)
