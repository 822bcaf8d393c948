"""How much of an order stands on its goods-out notes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from adapters.stores.brightpearl.bundles import FREE_TEXT_PRODUCT, is_bundle
from adapters.stores.brightpearl.raw_values import id_in, number_in

Raw = Mapping[str, Any]


def products_without_note(order: Raw, notes: Iterable[Raw]) -> set[int]:
    """The products of the rows of which some units stand on none of these notes; 0 for a row without a product.

    A bundle's own row and rows that are text only never stand on a note.
    """
    on_notes: dict[str, Decimal] = {}
    for note in notes:
        for row_id, units in _units_of(note):
            on_notes[row_id] = on_notes.get(row_id, Decimal(0)) + units
    waiting: set[int] = set()
    for row_id, row in _object(order.get("orderRows")).items():
        if not isinstance(row, dict) or is_bundle(row):
            continue
        product, quantity = id_in(row.get("productId")) or 0, row.get("quantity")
        ordered = number_in(quantity.get("magnitude")) if isinstance(quantity, dict) else None
        if product != FREE_TEXT_PRODUCT and ordered is not None and ordered > on_notes.get(row_id, Decimal(0)):
            waiting.add(product)
    return waiting


def is_stock_tracked(product: Raw | None) -> bool:
    """Whether a product stands on goods-out notes, which one that is not stock-tracked never does."""
    stock = product.get("stock") if product is not None else None
    return not isinstance(stock, dict) or stock.get("stockTracked") is not False


def _units_of(note: Raw) -> Iterable[tuple[str, Decimal]]:
    for row_id, places in _object(note.get("orderRows")).items():
        for place in places if isinstance(places, list) else ():
            quantity = number_in(place.get("quantity")) if isinstance(place, dict) else None
            yield row_id, quantity or Decimal(0)


def _object(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}
