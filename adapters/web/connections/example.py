"""The order that was delegated last as its provider sees it, for the merchant to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from adapters.web.formatting import country, field_name, field_value, money, number, weight
from adapters.web.orders.sections import address_of
from adapters.web.wording import STATUSES, in_words
from rules.order_document import Document
from rules.values import is_blank


@dataclass(frozen=True, slots=True)
class ExampleField:
    label: str
    values: tuple[Markup | str, ...]  # one below the other


def example_of(document: Document) -> tuple[ExampleField, ...]:
    """What the document says, each part by what people call it; what is empty is left out."""
    return tuple(ExampleField(label, values) for label, values in _fields(document) if values)


def _fields(document: Document) -> Iterator[tuple[str, tuple[Markup | str, ...]]]:
    currency = document.get("currency")
    for name, value in document.items():
        if name == "items":
            yield gettext("Lines"), tuple(_line(item, currency) for item in value)
        elif name == "ship_to":
            yield gettext("Ship to"), _address(value)
        elif name == "status":
            yield field_name(name), (in_words(STATUSES, value),)
        else:
            yield from ((field_name(part), (field_value(part, told, currency),)) for part, told in _parts(name, value))


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What a part of the order consists of, each by its name from the order on: `customs.tax_ids.ioss`."""
    if isinstance(value, Mapping):
        for inner, told in value.items():
            yield from _parts(f"{name}.{inner}", told)
    elif not is_blank(value):
        yield name, value


def _address(value: Any) -> tuple[str, ...]:
    address = address_of(value)
    if address is None:
        return ()
    rest = (country(address.country) if address.country else "", str(address.phone or ""))
    return (*address.lines, *(line for line in rest if line))


def _line(item: Mapping[str, Any], currency: Any) -> str:
    """`2 × MUG Mug, blue · 350 g · Unit price: 12.00 €`: what is known of the line, in words."""
    known = (
        weight(item["weight_g"]) if item.get("weight_g") else "",
        _said(gettext("Unit price"), money(item["unit_price"], currency) if item.get("unit_price") else ""),
        _said(gettext("Barcode"), item.get("barcode")),
        _options(item.get("options")),
        _said(gettext("Customs code"), item.get("hs_code")),
        _said(gettext("Country of origin"), country(item["origin_country"]) if item.get("origin_country") else ""),
        _said(gettext("Customs description"), item.get("customs_description")),
    )
    head = f"{number(item['quantity'])} × {item['sku']} {item['name']}".strip()
    return " · ".join((head, *(words for words in known if words)))


def _options(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {chosen}" for name, chosen in value.items())
    return str(value or "")


def _said(label: str, value: Any) -> str:
    return f"{label}: {value}" if value else ""
