"""Splits of what a store has for one order, as a note to ship: what has left gets a note of its own, the rest another one.

Each is kept before its first step, in the person's layer of the order and of its parts, so that it is carried on and never
begun again, and so that imports know which notes are not orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from engine.model.order import Order
from engine.model.order_part import original_key
from rules.order_document import Document, plain

NOTE_SPLITS = "note_splits"


@dataclass(frozen=True, slots=True)
class NoteSplit:
    """One split; `part` and `rest` are empty until the store has both."""

    note: str  # external id of what is split
    shipment_ids: tuple[str, ...]  # which left as the part
    items: tuple[Mapping[str, Any], ...]  # lines of the part, as documents have them
    plan: Mapping[str, Any]  # the connector's own
    part: str = ""
    rest: str = ""
    is_done: bool = False  # the rest stands for the order; whether the store was told of the part is the shipments' business


def note_splits(order: Order) -> list[NoteSplit]:
    """An order's splits, the oldest first."""
    kept = order.person.get(NOTE_SPLITS) or ()
    return [
        NoteSplit(
            note=one["note"],
            shipment_ids=tuple(one["shipment_ids"]),
            items=tuple(one["items"]),
            plan=one["plan"],
            part=one["part"],
            rest=one["rest"],
            is_done=one["is_done"],
        )
        for one in kept
    ]


def keep_split(orders: Iterable[Order], split: NoteSplit) -> None:
    """Put a split, new or further than before, on record with an order and its parts."""
    for order in orders:
        _write(order, [*_others(order, split), split])


def drop_split(orders: Iterable[Order], split: NoteSplit) -> None:
    """Take a split that did not come to be off the record."""
    for order in orders:
        _write(order, _others(order, split))


def _others(order: Order, split: NoteSplit) -> list[NoteSplit]:
    return [one for one in note_splits(order) if one.shipment_ids != split.shipment_ids]


def _write(order: Order, splits: Sequence[NoteSplit]) -> None:
    if splits:
        order.person[NOTE_SPLITS] = [
            {**asdict(one), "shipment_ids": list(one.shipment_ids), "items": [dict(item) for item in one.items]} for one in splits
        ]
    else:
        order.person.pop(NOTE_SPLITS, None)


def begun_split(order: Order) -> NoteSplit | None:
    """The split that is not done yet; what the store says of the order meanwhile says nothing."""
    return next((one for one in note_splits(order) if not one.is_done), None)


def split_with(order: Order, shipment_id: str) -> NoteSplit | None:
    """The split by which a shipment got a note of its own."""
    return next((one for one in note_splits(order) if shipment_id in one.shipment_ids), None)


def stand_for_rest(orders: Iterable[Order], split: NoteSplit) -> None:
    """Give an order and its parts the external id of the rest; what is kept of the store's document is read anew."""
    for order in orders:
        if original_key(order.external_id) == split.note:
            order.external_id = split.rest + order.external_id.removeprefix(split.note)
            order.source_version = ""


def whole_document(order: Order, document: Document) -> Document:
    """What a store says of the rest, with the lines that left by notes of their own; under the order's number of before."""
    splits = note_splits(order)
    if not splits:
        return document
    items = {str(item["line_key"]): dict(item) for item in document["items"]}
    more = Decimal(0)
    for left in (item for split in splits for item in split.items):
        key, quantity = str(left["line_key"]), Decimal(str(left["quantity"]))
        more += Decimal(str(left.get("unit_price") or 0)) * quantity
        if key in items:
            items[key]["quantity"] = _written(Decimal(str(items[key]["quantity"])) + quantity)
        else:
            items[key] = dict(left)
    known = [str(item.get("line_key")) for item in order.source.get("items", ())]
    in_turn = sorted(items.values(), key=lambda item: _place(known, str(item["line_key"])))
    whole = {**document, "items": in_turn, "order_number": order.order_number}
    if "shipment_value" in document:
        whole["shipment_value"] = plain(Decimal(str(document["shipment_value"])) + more)
    return whole


def item_of(item: Mapping[str, Any], quantity: Decimal) -> dict[str, Any]:
    """A line with so many units."""
    return {**item, "quantity": _written(quantity)}


def _written(quantity: Decimal) -> int | str:
    return int(quantity) if quantity == quantity.to_integral_value() else plain(quantity.normalize())


def _place(known: Sequence[str], key: str) -> int:
    return known.index(key) if key in known else len(known)
