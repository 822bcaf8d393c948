"""What an order says about a field: its value, derived ones included, as conditions and placeholders see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context as DecimalContext
from decimal import Decimal
from typing import Any

from rules.context import RuleContext
from rules.fields import Field
from rules.messages import Text
from rules.values import (
    NOT_ITEMS,
    NOT_OBJECT,
    READERS,
    Unreadable,
    as_written,
    folded_text,
    is_blank,
    moment_text,
    read_number,
    read_text,
    shown,
)

BAD_QUANTITY = Text("the quantity of line {line}: {reason}", "la cantidad de la línea {line}: {reason}")
BAD_SKU = Text("the SKU of line {line} is not text", "el SKU de la línea {line} no es un texto")

NOW = "now"  # the field that is the time of the run

# Which written fields each derived or defaulted field is computed from.
DERIVED_FROM: dict[str, frozenset[str]] = {
    "line_count": frozenset({"items"}),
    "total_quantity": frozenset({"items"}),
    "skus": frozenset({"items"}),
    "international": frozenset({"ship_to.country", "ship_from"}),
}


def items_of(document: Mapping[str, Any]) -> list[Any] | Unreadable:
    """The order's items; blank is an empty list."""
    items = document.get("items")
    if is_blank(items):
        return []
    return items if isinstance(items, list) else Unreadable("not_items", NOT_ITEMS, value=shown(items))


def order_value(field: Field, document: Mapping[str, Any], context: RuleContext, now: int) -> Any:
    """The value of an order field before its type is looked at: None when blank, or Unreadable."""
    derive = DERIVED.get(field.name)
    if derive is not None:
        value = derive(document, context, now)
        return None if is_blank(value) else value
    head, dot, rest = field.name.partition(".")
    value = document.get(head)
    if dot and value is not None:
        if not isinstance(value, dict):
            return None if is_blank(value) else Unreadable("not_an_object", NOT_OBJECT, value=shown(value))
        value = value.get(rest)
    return None if is_blank(value) else value


def item_value(field: Field, item: Any) -> Any:
    """The value of an item field before its type is looked at: None when blank, or Unreadable."""
    if not isinstance(item, dict):
        return Unreadable("not_an_object", NOT_OBJECT, value=shown(item))
    value = item.get(field.name)
    return None if is_blank(value) else value


def typed(field: Field, value: Any) -> Any:
    """A value by its field's type: None when blank, Unreadable when it is of another kind."""
    if value is None or isinstance(value, Unreadable):
        return value
    return READERS[field.type](value)


_SAFE = 10**18  # past it a whole number is a Decimal, as in every order document


def _line_count(document: Mapping[str, Any], _context: RuleContext, _now: int) -> Any:
    items = items_of(document)
    return items if isinstance(items, Unreadable) else len(items)


def _total_quantity(document: Mapping[str, Any], _context: RuleContext, _now: int) -> Any:
    items = items_of(document)
    if isinstance(items, Unreadable):
        return items
    total: Decimal | int = 0
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            return Unreadable("not_an_item", NOT_OBJECT, value=shown(item))
        quantity = item.get("quantity")
        if type(quantity) is int and type(total) is int and -_SAFE < total < _SAFE and -_SAFE < quantity < _SAFE:
            total += quantity
            continue
        if is_blank(quantity):
            continue
        counted = read_number(quantity)
        if isinstance(counted, Unreadable):
            return Unreadable("not_a_number", BAD_QUANTITY, line=number, reason=counted.message)
        total = exact_sum(total, counted)
    return total


_EXACT = DecimalContext(prec=2_000)  # every readable number has at most 400 digits on either side of the point


def exact_sum(left: Decimal | int, right: Decimal | int) -> Decimal | int:
    """The sum without rounding, as an order document can hold it."""
    if isinstance(left, int) and isinstance(right, int) and -_SAFE < left < _SAFE and -_SAFE < right < _SAFE:
        return left + right
    return _EXACT.add(Decimal(left), Decimal(right))


def exact_product(left: Decimal | int, right: Decimal | int) -> Decimal | int:
    """The product without rounding, as an order document can hold it."""
    product = _EXACT.multiply(Decimal(left), Decimal(right))
    return int(product) if isinstance(left, int) and isinstance(right, int) and -_SAFE < product < _SAFE else product


def _skus(document: Mapping[str, Any], _context: RuleContext, _now: int) -> Any:
    items = items_of(document)
    if isinstance(items, Unreadable):
        return items
    skus: dict[str, None] = {}
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            return Unreadable("not_an_item", NOT_OBJECT, value=shown(item))
        sku = item.get("sku")
        if type(sku) is str and sku and not sku.isspace():
            skus[sku] = None
            continue
        if is_blank(sku):
            continue
        written = as_written(sku)
        if written is None:
            return Unreadable("not_a_text", BAD_SKU, line=number)
        skus[written] = None
    return list(skus)


def _country(value: Any) -> str | Unreadable | None:
    if is_blank(value):
        return None
    text = read_text(value)
    return text if isinstance(text, Unreadable) else folded_text(text)


def _international(document: Mapping[str, Any], context: RuleContext, _now: int) -> Any:
    ship_to = document.get("ship_to")
    if not isinstance(ship_to, dict):
        return None if is_blank(ship_to) else Unreadable("not_an_object", NOT_OBJECT, value=shown(ship_to))
    there = _country(ship_to.get("country"))
    if there is None or isinstance(there, Unreadable):
        return there
    here = _home_country(document, context)
    if here is None or isinstance(here, Unreadable):
        return here
    return there != here


def _home_country(document: Mapping[str, Any], context: RuleContext) -> str | Unreadable | None:
    ship_from = _country(document.get("ship_from"))
    if isinstance(ship_from, Unreadable):
        return ship_from
    country = (context.locations or {}).get(ship_from) if ship_from is not None else None
    country = country or context.account_country
    return None if country is None else folded_text(country)


def _client(document: Mapping[str, Any], context: RuleContext, _now: int) -> Any:
    client = document.get("client")
    return context.account_slug if is_blank(client) else client


def _now_text(_document: Mapping[str, Any], _context: RuleContext, now: int) -> Any:
    return moment_text(now)


DERIVED: dict[str, Callable[[Mapping[str, Any], RuleContext, int], Any]] = {
    "line_count": _line_count,
    "total_quantity": _total_quantity,
    "skus": _skus,
    "international": _international,
    "client": _client,
    NOW: _now_text,
}


def with_derived_fields(document: Mapping[str, Any], context: RuleContext) -> dict[str, Any]:
    """The order with its derived fields as they are now; what cannot be computed is null."""
    complete = dict(document)
    for name in DERIVED_FROM:
        value = DERIVED[name](document, context, 0)
        complete[name] = None if isinstance(value, Unreadable) else value
    return complete
