"""What Brightpearl is told of a shipment in words: the reference, the note on the order, and the body of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.stores.brightpearl.note_shipping import shipping_body
from adapters.stores.brightpearl.write_back import note_text, reference_of
from engine.model.write_back import ShipmentNotice

SHIPPED_AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


def a_notice(*tracking: str, **changes: Any) -> ShipmentNotice:
    values = {
        "external_id": "81",
        "external_order_id": "7001",
        "order_number": "7001/2",
        "carrier": "seur",
        "service": "24h",
        "tracking_numbers": tracking or ("T1",),
        "weight_g": None,
        "shipped_at": SHIPPED_AT,
    }
    return ShipmentNotice(**{**values, **changes})


@pytest.mark.parametrize(
    ("numbers", "reference", "rest"),
    [
        (("T1",), "T1", ()),
        (("T1", "T2"), "T1, T2", ()),
        (("A" * 64,), "A" * 64, ()),
        (("A" * 31, "B" * 31), "A" * 31 + ", " + "B" * 31, ()),
        (("A" * 31, "B" * 32), "A" * 31, ("B" * 32,)),
        (("A" * 31, "B" * 32, "C"), "A" * 31, ("B" * 32, "C")),
        ((), "", ()),
    ],
)
def test_a_reference_holds_whole_numbers_only(numbers: tuple[str, ...], reference: str, rest: tuple[str, ...]) -> None:
    assert reference_of(numbers) == (reference, rest)


LONG = ("A" * 40, "B" * 40, "C" * 40)


@pytest.mark.parametrize(
    ("template", "numbers", "text"),
    [
        ("", ("T1",), ""),
        ("  ", ("T1",), ""),
        ("", LONG, f"Tracking 7001/2: {LONG[1]}, {LONG[2]}"),
        ("{carrier} {service} {order_number} {tracking} {else}", ("T1", "T2"), "seur 24h 7001/2 T1, T2 {else}"),
        ("On its way", ("T1", "T2"), "On its way\nTracking 7001/2: T1, T2"),
        ("{tracking}", LONG, ", ".join(LONG)),
        ("{tracking}", ("{carrier}",), "{carrier}"),
    ],
)
def test_the_note_says_what_the_reference_has_no_room_for(template: str, numbers: tuple[str, ...], text: str) -> None:
    assert note_text(template, a_notice(*numbers)) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [("", ""), ("Sent: {tracking}", ""), ("On its way\nSent: {tracking}\nby {carrier}", "On its way\nby seur")],
)
def test_a_note_without_numbers_does_not_name_them(template: str, text: str) -> None:
    assert note_text(template, replace(a_notice(), tracking_numbers=())) == text


def test_a_body_keeps_what_the_note_had() -> None:
    shipping = {"reference": "old", "shippingMethodId": 5, "boxes": "3", "weight": "1.00"}
    note = {"priority": True, "labelUri": "u", "shipping": shipping}
    assert shipping_body(note, "new", {}) == {
        "priority": True,
        "shipping": {"shippingMethodId": 5, "boxes": "3", "weight": "1.00", "reference": "new"},
        "labelUri": "u",
    }
    assert shipping_body({}, "new", {"boxes": Decimal(2), "weight": Decimal("0.5")}) == {
        "priority": False,
        "shipping": {"shippingMethodId": 0, "boxes": 2, "weight": "0.50", "reference": "new"},
    }
