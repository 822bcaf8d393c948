"""Completes what a store's orders say with its product records: weights and barcodes, as the store's owner wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engine.application import Application
from engine.model.store import Ready, Record, Store
from engine.model.store_preferences import ProductDetails, WeightUnit
from engine.ports import HasProducts, StoreSession
from rules.order_document import Document, plain
from rules.values import is_blank

Details = Mapping[str, Mapping[str, str]]

BLANK_FOR = timedelta(days=7)  # a product that is gone, or has neither weight nor barcode, is asked for again after that


@dataclass(frozen=True, slots=True)
class Completed:
    """Records with what the product records say, and those of the products that were asked for now, to be kept."""

    records: list[Record]
    fetched: Details = field(default_factory=dict)


def complete_records(app: Application, store: Store, session: StoreSession, records: Sequence[Record]) -> Completed:
    """Never inside a transaction: it may ask the store. Raises StoreUnavailable.

    A weight that the order has already is never replaced.
    """
    wanted = store.preferences.product_details
    if wanted is ProductDetails.NEVER or not isinstance(session, HasProducts):
        return Completed(list(records))
    ids = {product_id for record in records if isinstance(record, Ready) for product_id in _lacking(record.document)}
    if not ids:
        return Completed(list(records))
    known: dict[str, Mapping[str, str]] = {}
    if wanted is ProductDetails.WHEN_MISSING:
        with app.reading() as uow:
            known = dict(uow.stores.products(store.account_id, store.id, sorted(ids), app.clock.now() - BLANK_FOR))
    unknown = sorted(ids - known.keys())
    fetched = session.products(unknown) if unknown else {}  # what the store gave no answer for is asked for again
    details = {**known, **fetched}
    completed = [_complete(record, details, store.preferences.weight_unit) for record in records]
    return Completed(completed, fetched)


def _lacking(document: Document) -> list[str]:
    return [
        str(item["product_id"])
        for item in document.get("items", ())
        if item.get("product_id") and (is_blank(item.get("weight_g")) or is_blank(item.get("barcode")))
    ]


def _complete(record: Record, details: Details, unit: WeightUnit) -> Record:
    if not isinstance(record, Ready):
        return record
    items = [_with_details(item, details.get(str(item.get("product_id")), {}), unit) for item in record.document["items"]]
    document = {**record.document, "items": items}
    if is_blank(document.get("weight_g")) and (weight := _total_weight(items)) is not None:
        document["weight_g"] = weight
    return replace(record, document=document)


def _with_details(item: dict[str, Any], details: Mapping[str, str], unit: WeightUnit) -> dict[str, Any]:
    completed = dict(item)
    if "weight" in details and is_blank(item.get("weight_g")):
        completed["weight_g"] = _grams(Decimal(details["weight"]) * unit.grams)
    if "barcode" in details and is_blank(item.get("barcode")):
        completed["barcode"] = details["barcode"]
    return completed


def _total_weight(items: Sequence[Mapping[str, Any]]) -> int | str | None:
    """What all lines weigh together; None when one of them does not say: part of a weight is not a weight."""
    total = Decimal(0)
    for item in items:
        if is_blank(item.get("weight_g")):
            return None
        total += Decimal(str(item["weight_g"])) * Decimal(str(item["quantity"]))
    return _grams(total) if items else None


def _grams(weight: Decimal) -> int | str:
    """Whole grams as a number, else decimal text with at most 3 places."""
    rounded = weight.quantize(Decimal("0.001"), ROUND_HALF_UP).normalize()
    return int(rounded) if rounded == rounded.to_integral_value() else plain(rounded)
