"""A goods-out note that leaves in parts is written to with each part, and marked as shipped once, whatever dies meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import (
    SHIPPED_STATUS,
    Killed,
    breaking,
    configure,
    later,
    new_order,
    order_status,
    order_texts,
    reference,
    ship,
    shipped_events,
    telling_shop,
    unship,
)

from adapters.stores.brightpearl.description.steps import STEPS
from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.order import OrderState
from engine.model.write_back import TELL_PARTS, PartsTelling
from engine.services.fulfillment.answer_parts import answer_parts
from engine.services.fulfillment.shipments import keep_shipment, take_back_shipment
from storage.database import Database

REFERENCE, SHIPPED, STATUS, NOTE = (step.code for step in STEPS)


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(sqlite_database, clock) as shop:
        configure(shop, **{TELL_PARTS: PartsTelling.EACH_PART.value})
        yield shop


def part_leaves(shop: SandboxShop, note: int, number: str = "A1") -> Shipment:
    """One unit of a note's first line."""
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.note_order(note).id, for_change=True)
        lines = {next(iter(order.quantities())): Decimal(1)}
        parcels = (Parcel(new_id("par"), tracking_number=number),)
        planned = Shipment(new_id("shp"), order.account_id, order.id, None, "seur", "24h", lines, parcels)
        shipment = planned.ship(shop.clock.now())
        keep_shipment(shop.app, unit, order, shipment, "operator", shop.clock.now())
        unit.commit()
    return shipment


def wants_three(shop: SandboxShop, note: int) -> None:
    """Of a note's first line."""
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.note_order(note).id, for_change=True)
        lines = order.document()["items"]
        lines[0]["quantity"] = 3
        order.person["items"] = lines
        unit.orders.update_many([order])
        unit.commit()


def take_back(shop: SandboxShop, shipment: Shipment) -> None:
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shipment.order_id, for_change=True)
        take_back_shipment(shop.app, unit, order, shipment, "operator", shop.clock.now())
        unit.commit()


def is_open_with(shop: SandboxShop, note: int, numbers: str) -> None:
    """Brightpearl knows these numbers, and holds nothing for shipped."""
    assert (reference(shop, note), shipped_events(shop, note)) == (numbers, 0)
    assert [text for text in order_texts(shop, note) if "Status changed" in text] == []


def is_shipped_with(shop: SandboxShop, note: int, numbers: str) -> None:
    """The same, once each, of what has left altogether."""
    assert (reference(shop, note), shipped_events(shop, note)) == (numbers, 1)
    assert len([text for text in order_texts(shop, note) if "Status changed" in text]) == 1
    for number in numbers.split(", "):
        assert len([text for text in order_texts(shop, note) if text.endswith(f": {number}")]) == 1


def test_the_note_gets_each_number_and_is_marked_once_at_the_end(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    part_leaves(shop, note)
    shop.work_off()
    is_open_with(shop, note, "A1")
    ship(shop, note)
    later(shop)

    is_shipped_with(shop, note, f"A1, T{note}")


@pytest.mark.parametrize("telling", [PartsTelling.ALL_OUT, PartsTelling.ASK])
def test_nothing_is_written_before_all_has_left_or_somebody_has_said_so(shop: SandboxShop, telling: PartsTelling) -> None:
    configure(shop, **{TELL_PARTS: telling.value})
    [note] = new_order(shop)
    before = shop.requests()
    part_leaves(shop, note)
    later(shop)
    assert shop.requests() == before
    answer_parts(shop.app, shop.merchant.id, shop.note_order(note).id, PartsTelling.EACH_PART, "operator")
    shop.work_off()

    is_open_with(shop, note, "A1")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("at", "of_rest"), [(step.code, rest) for step in STEPS for rest in (False, True)])
def test_a_crash_around_a_step_is_taken_up_where_it_was(shop: SandboxShop, at: str, of_rest: bool, moment: str) -> None:
    [note] = new_order(shop)
    part_leaves(shop, note)
    if of_rest:
        shop.work_off()
        ship(shop, note)
    died: list[str] = []

    def die(step: str) -> None:
        if step == at:
            died.append(step)
            raise Killed

    with suppress(Killed):
        breaking(shop, **{moment: die}).work_off()
    assert died == [at]
    assert shipped_events(shop, note) <= of_rest
    shop.clock.sleep(11)
    shop.work_off()
    if not of_rest:
        is_open_with(shop, note, "A1")
        ship(shop, note)
        shop.work_off()

    is_shipped_with(shop, note, f"A1, T{note}")
    assert shop.note_order(note).state is OrderState.SHIPPED


def test_what_is_taken_back_goes_and_what_has_left_stays(shop: SandboxShop) -> None:
    configure(shop, on_ship="none")
    [note] = new_order(shop)
    first = part_leaves(shop, note)
    ship(shop, note)
    later(shop)
    assert reference(shop, note) == f"A1, T{note}"
    unship(shop, note)
    later(shop)
    assert reference(shop, note) == "A1"
    take_back(shop, first)
    later(shop)

    assert (reference(shop, note), order_status(shop, note) > 0) == ("", True)


def test_a_first_part_that_is_taken_back_leaves_the_second(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    wants_three(shop, note)
    first = part_leaves(shop, note)
    part_leaves(shop, note, "B2")
    later(shop)
    is_open_with(shop, note, "A1, B2")
    take_back(shop, first)
    later(shop)

    is_open_with(shop, note, "B2")


def test_a_note_that_is_open_in_part_does_not_complete_the_order(shop: SandboxShop) -> None:
    configure(shop, on_ship="order_status")
    first, second = new_order(shop, notes=2)
    wants_three(shop, first)
    part_leaves(shop, first)
    ship(shop, second)
    later(shop)
    assert (reference(shop, first), order_status(shop, first) == SHIPPED_STATUS) == ("A1", False)
    ship(shop, first)
    later(shop)

    assert order_status(shop, first) == SHIPPED_STATUS


def test_a_note_of_which_all_has_left_while_people_have_added_units_is_written_to_instead_of_split(shop: SandboxShop) -> None:
    configure(shop, **{TELL_PARTS: PartsTelling.SPLIT.value})
    [note] = new_order(shop)
    on_note = shop.note_order(note).quantities()
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.note_order(note).id, for_change=True)
        lines = order.document()["items"]
        lines[0]["quantity"] += 1
        order.person["items"] = lines
        parcels = (Parcel(new_id("par"), tracking_number="A1"),)
        planned = Shipment(new_id("shp"), order.account_id, order.id, None, "seur", "24h", on_note, parcels)
        keep_shipment(shop.app, unit, order, planned.ship(shop.clock.now()), "operator", shop.clock.now())
        unit.commit()
    shop.work_off()

    is_open_with(shop, note, "A1")
