"""What stands on a goods-out note of how it ships: the method, the boxes and the weight, beside the reference."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.stores.brightpearl.raw_values import Raw, id_in, number_in
from engine.model.note_shipping import NoteShipping, Stated
from engine.model.store_preferences import WeightUnit
from engine.model.write_back import ShipmentNotice

METHOD, BOXES, WEIGHT = "shippingMethodId", "boxes", "weight"
_NUMBERS = (METHOD, BOXES, WEIGHT)
_MAX_WEIGHT = Decimal("999999.99")


def stated_on(note: Raw) -> dict[str, Decimal]:
    """What a note says of it."""
    shipping = note.get("shipping") or {}
    numbers = {name: number_in(shipping.get(name)) for name in _NUMBERS}
    return {name: number for name, number in numbers.items() if number}


def told_by(notice: ShipmentNotice, unit: WeightUnit, method: int | None) -> dict[str, Decimal]:
    """What a notice has to say of it; a single box without a number is not worth saying. None of a method leaves the note's."""
    boxes = notice.boxes if notice.tracking_numbers or notice.boxes != 1 else 0
    weight = round(Decimal(notice.weight_g or 0) / unit.grams, 2)
    told = {METHOD: Decimal(method or 0), BOXES: Decimal(boxes), WEIGHT: weight if weight <= _MAX_WEIGHT else Decimal(0)}
    return {name: number for name, number in told.items() if number > 0}


def still_to_say(note: Raw, told: Stated, kept: NoteShipping) -> dict[str, Decimal]:
    """What a note does not say yet: of what is not told any more, what it said before us."""
    stated = stated_on(note)
    wanted = {**kept.unwritten(stated), **told}
    return {name: wanted.get(name, Decimal(0)) for name in _NUMBERS if wanted.get(name) != stated.get(name)}


def shipping_body(note: Raw, reference: str, changed: Stated) -> dict[str, Any]:
    """The body that gives a note this reference and these numbers and keeps all else, whether Brightpearl merges or replaces."""
    old = note.get("shipping") or {}
    kept = {name: old[name] for name in _NUMBERS if old.get(name) is not None}
    kept[METHOD] = id_in(kept.get(METHOD)) or 0
    shipping = {**kept, "reference": reference, **{name: _written(name, number) for name, number in changed.items()}}
    body: dict[str, Any] = {"priority": note.get("priority") is True, "shipping": shipping}
    if note.get("labelUri"):
        body["labelUri"] = note["labelUri"]
    return body


def bears_shipping(note: Raw, order: Raw) -> bool:
    """Whether a note says what it may have from a shipment: most that are not shipped yet do not."""
    stated, ordered = stated_on(note), number_in((order.get("delivery") or {}).get(METHOD))
    return BOXES in stated or WEIGHT in stated or (stated.get(METHOD) or ordered) != ordered


def unwritten_note(note: Raw, kept: NoteShipping) -> Raw:
    """A note as it was had nobody written to it from here; the same where nothing on it is ours."""
    stated = stated_on(note)
    own = kept.unwritten(stated)
    if own == stated:
        return note
    shipping: Mapping[str, Any] = note.get("shipping") or {}
    rest = {name: value for name, value in shipping.items() if name not in _NUMBERS}
    return {**note, "shipping": {**rest, **{name: _written(name, number) for name, number in own.items()}}}


def _written(name: str, number: Decimal) -> int | str:
    return f"{number:.2f}" if name == WEIGHT else int(number)
