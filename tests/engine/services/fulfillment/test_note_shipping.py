"""What a goods-out note says of weight, boxes and method from here is never taken for the store's own word, and goes with what
was taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import Killed, breaking, configure, later, new_order, order_texts, reference, telling_shop

from adapters.stores.brightpearl.description.steps import STEPS
from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.store_preferences import StorePreferences, WeightUnit
from engine.model.write_back import TELL_PARTS, PartsTelling
from engine.services.fulfillment.shipments import keep_shipment, take_back_shipment
from storage.database import Database

REFERENCE = STEPS[0].code


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(sqlite_database, clock) as shop:
        configure(shop, **{TELL_PARTS: PartsTelling.EACH_PART.value, "on_ship": "none"})
        yield shop


def leaves(shop: SandboxShop, note: int, *parcels: tuple[str, int | None], line: int = 0, service: str = "seur 24h") -> Shipment:
    """All units of one line, in parcels of these numbers and weights."""
    carrier, _, its_service = service.partition(" ")
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.note_order(note).id, for_change=True)
        key, units = list(order.quantities().items())[line]
        made = tuple(Parcel(new_id("par"), weight_g=weight, tracking_number=number) for number, weight in parcels)
        shipment = Shipment(new_id("shp"), order.account_id, order.id, None, carrier, its_service, {key: units}, made)
        keep_shipment(shop.app, unit, order, shipment.ship(shop.clock.now()), "operator", shop.clock.now())
        unit.commit()
    return shipment


def taken_back(shop: SandboxShop, shipment: Shipment) -> None:
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shipment.order_id, for_change=True)
        kept = unit.fulfillment.get_shipment(shop.merchant.id, shipment.id)
        take_back_shipment(shop.app, unit, order, kept, "operator", shop.clock.now())
        unit.commit()
    later(shop)


def on_note(shop: SandboxShop, note: int) -> tuple[int, Decimal]:
    """How many boxes a note has, and what it weighs."""
    shipping = shop.server.data.note(note)["shipping"]
    return int(shipping.get("boxes") or 0), Decimal(shipping.get("weight") or 0)


def say(shop: SandboxShop, note: int, **shipping: Any) -> None:
    """Somebody writes that on a note in Brightpearl."""
    with shop.server.data.edit_note(note) as document:
        document["shipping"].update(shipping)


def weight(shop: SandboxShop, note: int) -> Any:
    return shop.note_order(note).document().get("weight_g")


def read_anew(shop: SandboxShop, note: int) -> None:
    shop.run_import(full=True)


@pytest.mark.parametrize("own", [None, "3.40"])
def test_the_weight_of_a_part_is_not_imported_as_that_of_the_order(shop: SandboxShop, own: str | None) -> None:
    [note] = new_order(shop)
    if own is not None:
        say(shop, note, weight=own)
        read_anew(shop, note)
    before = weight(shop, note)
    left = leaves(shop, note, ("A1", 200))
    shop.work_off()
    assert on_note(shop, note) == (1, Decimal("0.20"))
    read_anew(shop, note)
    assert (weight(shop, note), before) == (before, None if own is None else 3400)
    taken_back(shop, left)
    read_anew(shop, note)

    assert (weight(shop, note), on_note(shop, note)) == (before, (0, Decimal(own or 0)))


def test_another_unit_of_weight_does_not_make_it_the_store_s(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    leaves(shop, note, ("A1", 200))
    shop.work_off()
    shop.store = replace(shop.store, preferences=StorePreferences(weight_unit=WeightUnit.GRAM))
    with shop.database.unit_of_work() as unit:
        unit.stores.update(shop.store)
        unit.commit()
    read_anew(shop, note)

    assert weight(shop, note) is None


def test_a_weight_that_somebody_writes_there_afterwards_is_the_store_s(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    left = leaves(shop, note, ("A1", 200))
    shop.work_off()
    say(shop, note, weight="7.00")
    read_anew(shop, note)
    assert weight(shop, note) == 7000
    taken_back(shop, left)

    assert on_note(shop, note) == (0, Decimal("7.00"))


def test_the_method_of_what_left_is_not_what_was_asked_for(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    asked = shop.note_order(note).document()["requested_service_code"]
    configure(shop, service_methods="seur 24h: 7")
    left = leaves(shop, note, ("A1", None))
    shop.work_off()
    assert str(shop.server.data.note(note)["shipping"]["shippingMethodId"]) != asked
    read_anew(shop, note)
    assert shop.note_order(note).document()["requested_service_code"] == asked
    taken_back(shop, left)

    assert str(shop.server.data.note(note)["shipping"]["shippingMethodId"]) == asked


def test_what_stays_is_told_with_its_own_boxes_and_weight(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    heavy = leaves(shop, note, ("A1", 500), ("A2", 600))
    light = leaves(shop, note, ("B1", 300), line=1)
    shop.work_off()
    assert on_note(shop, note) == (3, Decimal("1.40"))
    taken_back(shop, heavy)
    assert (reference(shop, note), on_note(shop, note)) == ("B1", (1, Decimal("0.30")))
    taken_back(shop, light)

    assert (reference(shop, note), on_note(shop, note)) == ("", (0, Decimal(0)))


@pytest.mark.parametrize("own", [None, "9.00"])
def test_the_weight_of_one_part_is_none_of_both(shop: SandboxShop, own: str | None) -> None:
    [note] = new_order(shop)
    if own is not None:
        say(shop, note, weight=own)
    leaves(shop, note, ("A1", 500))
    shop.work_off()
    leaves(shop, note, ("B1", None), line=1)
    shop.work_off()

    assert on_note(shop, note) == (2, Decimal(own or 0))


def test_boxes_without_a_number_are_taken_back_too(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    say(shop, note, reference="theirs")
    left = leaves(shop, note, ("", 500), ("", 600))
    shop.work_off()
    assert on_note(shop, note) == (2, Decimal("1.10"))
    taken_back(shop, left)

    assert (reference(shop, note), on_note(shop, note)) == ("theirs", (0, Decimal(0)))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_reference_forgets_nothing(shop: SandboxShop, moment: str) -> None:
    [note] = new_order(shop)
    say(shop, note, weight="3.40", boxes=4)
    left = leaves(shop, note, ("A1", 200))

    def die(step: str) -> None:
        if step == REFERENCE:
            raise Killed

    with suppress(Killed):
        breaking(shop, **{moment: die}).work_off()
    shop.clock.sleep(11)
    shop.work_off()
    assert on_note(shop, note) == (1, Decimal("0.20"))
    taken_back(shop, left)

    assert on_note(shop, note) == (4, Decimal("3.40"))


def test_each_note_on_the_order_names_the_carrier_of_its_numbers(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    leaves(shop, note, ("A1", None), ("A2", None))
    shop.work_off()
    leaves(shop, note, ("D1", None), line=1, service="dhl express")
    shop.work_off()

    assert reference(shop, note) == "A1, A2, D1"
    sent = [text for text in order_texts(shop, note) if text.startswith("Sent")]
    assert sent == ["Sent with SEUR 24h: A1, A2", "Sent with DHL express: D1"]


def test_parts_that_are_told_at_once_still_have_their_own_notes(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    leaves(shop, note, ("A1", None))
    leaves(shop, note, ("D1", None), line=1, service="dhl express")
    later(shop)

    sent = [text for text in order_texts(shop, note) if text.startswith("Sent")]
    assert sorted(sent) == ["Sent with DHL express: D1", "Sent with SEUR 24h: A1"]


def test_a_store_that_hears_once_reads_each_carrier_with_its_numbers(shop: SandboxShop) -> None:
    configure(shop, **{TELL_PARTS: PartsTelling.ALL_OUT.value})
    [note] = new_order(shop)
    leaves(shop, note, ("A1", None))
    shop.work_off()
    leaves(shop, note, ("D1", None), line=1, service="dhl express")
    later(shop)

    sent = [text for text in order_texts(shop, note) if text.startswith("Sent")]
    assert sent == ["Sent with SEUR 24h: A1\nSent with DHL express: D1"]
