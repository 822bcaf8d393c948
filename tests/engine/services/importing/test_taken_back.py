"""What has shipped and its store takes back before it was told: people decide, and the store is not told over their heads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.imports import of_acme
from support.sandbox_shop import SandboxShop
from support.shipping import (
    EVERYTHING,
    actions,
    agrees,
    alerts,
    breaking,
    configure,
    job_of,
    later,
    new_order,
    progress,
    reference,
    ship,
    shipped_events,
    telling_shop,
)

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.write_back import WriteBackStatus
from engine.ports import StoreUnavailable
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.list_untold import list_untold
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.fulfillment.ship_order import Shipped, ship_order
from engine.services.fulfillment.shipments import keep_shipment
from engine.services.importing.import_store import import_named
from engine.services.repair.split import split_order
from engine.services.stores.sessions import open_session
from rules.messages import Message, Text
from storage.database import Database

DOWN = StoreUnavailable(Message("down", Text("The store is down.", "La tienda no responde.")))


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(sqlite_database, clock) as shop:
        yield shop


@pytest.fixture
def shop_anywhere(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(database, clock) as shop:
        yield shop


def ship_with_label(shop: SandboxShop, note: int) -> Shipped:
    """The order leaves whole, by a label that was made here."""
    with shop.database.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.note_order(note).id, for_change=True)
        parcels = (Parcel(new_id("par"), tracking_number=f"T{note}", label_id=new_id("lbl")),)
        planned = Shipment(new_id("shp"), order.account_id, order.id, None, "seur", "24h", order.quantities(), parcels)
        shipment = planned.ship(shop.clock.now())
        job = keep_shipment(shop.app, unit, order, shipment, "operator", shop.clock.now())
        unit.commit()
    return Shipped(order, shipment, job)


def out_of_order(shop: SandboxShop) -> None:
    """The store is told, but cannot be written to."""

    def fail(step: str) -> None:
        raise DOWN

    breaking(shop, before=fail).work_off()


def read_alone(shop: SandboxShop, note: int) -> None:
    """Read a note as after a call of the store's."""
    with closing(open_session(shop.app, shop.store)) as session:
        import_named(shop.app, shop.store, [str(note)], session)


@pytest.mark.parametrize(("event", "problem"), [("unprint_note", "not printed"), ("delete_note", "no longer exists")])
@pytest.mark.parametrize("full", [False, True])
def test_an_order_with_a_label_that_is_taken_back_is_flagged_and_not_told(
    shop_anywhere: SandboxShop, event: str, problem: str, full: bool
) -> None:
    shop = shop_anywhere
    [note] = new_order(shop)
    shipped = ship_with_label(shop, note)
    out_of_order(shop)
    getattr(shop.server.data, event)(note)

    summary = shop.run_import(full=full)

    order = shop.note_order(note)
    assert (summary.closed, summary.flagged, order.state) == (0, 1, OrderState.SHIPPED)
    assert NEEDS_ATTENTION in order.flags
    [alert] = alerts(shop, order)
    assert alert.startswith(f"Order {order.order_number} has a label, but Brightpearl no longer wants it shipped from here: ")
    assert problem in alert
    assert alert.endswith("Decide whether the parcel goes.")
    later(shop)
    told = progress(shop, shipped)
    assert (told.state, told.steps) == (WriteBackStatus.DEAD, ())
    assert "It hears of the shipment once somebody has it told again." in str(told.error)
    if event == "unprint_note":
        assert (reference(shop, note), shipped_events(shop, note)) == ("", 0)
        assert summary.skipped["not_printed"] == summary_of_search(shop)
    assert shop.run_import(full=full).flagged == 0  # told once
    assert len(alerts(shop, order)) == 1


def summary_of_search(shop: SandboxShop) -> int:
    """How many notes an import sees that are not printed."""
    return sum(not shop.server.data.note(note)["status"]["printed"] for note in shop.server.data.notes)


def test_a_person_may_have_the_store_told_all_the_same(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.server.data.unprint_note(note)
    shop.run_import()
    order = shop.note_order(note)
    [alert] = alerts(shop, order)
    assert alert.startswith(f"Order {order.order_number} counts as shipped, but Brightpearl no longer wants it shipped from here")
    assert [(one.order_id, one.is_given_up) for one in list_untold(shop.app, order.account_id)] == [(order.id, True)]

    retry_write_backs(shop.app, order.account_id, order.id, "operator")
    shop.run_import()  # it has not changed its mind
    shop.work_off()

    agrees(shop, note)
    assert progress(shop, shipped).state is WriteBackStatus.DONE
    assert "store.notified" in actions(shop, order)
    assert len(alerts(shop, order)) == 1


def test_a_call_of_the_store_flags_it_at_once(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.server.data.unprint_note(note)

    read_alone(shop, note)

    assert NEEDS_ATTENTION in shop.note_order(note).flags
    assert job_of(shop, shipped).state is JobState.DEAD


def test_what_the_store_was_told_of_is_no_concern(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.work_off()

    summary = shop.run_import(full=True)
    read_alone(shop, note)

    assert (summary.flagged, alerts(shop, shipped.order)) == (0, [])
    assert NEEDS_ATTENTION not in shop.note_order(note).flags


def test_what_is_on_its_way_to_the_store_is_not_taken_for_shipped_elsewhere(shop: SandboxShop) -> None:
    """The store has marked the note as shipped, and its answer was lost."""
    [note] = new_order(shop)
    shipped = ship(shop, note)

    def lose(step: str) -> None:
        if shipped_events(shop, note):
            raise DOWN

    breaking(shop, after=lose).work_off()
    assert progress(shop, shipped).state is WriteBackStatus.DUE

    assert shop.run_import().flagged == 0
    read_alone(shop, note)
    later(shop)

    agrees(shop, note)
    assert alerts(shop, shop.note_order(note)) == []


def test_what_the_store_shipped_with_another_reference_is_flagged_once(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship_with_label(shop, note)
    out_of_order(shop)
    shop.server.data.ship_note(note, "THEIRS")
    shop.run_import()
    later(shop)
    shop.run_import()

    assert NEEDS_ATTENTION in shop.note_order(note).flags
    assert len(alerts(shop, shop.note_order(note))) == 1
    assert progress(shop, shipped).state is WriteBackStatus.DEAD


def test_of_an_order_that_was_split_no_part_is_told(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    order = shop.note_order(note)
    line = next(iter(order.quantities()))
    _, part = split_order(shop.app, shop.merchant.id, order.id, {line: Decimal(1)}, "operator")
    for one in (order, part):
        ship_order(shop.app, shop.merchant.id, one.id, Shipping("seur", "24h", (f"T{one.id}",)), "operator")
    out_of_order(shop)
    shop.server.data.unprint_note(note)

    shop.run_import()

    with shop.database.reading_unit_of_work() as unit:
        both = unit.orders.get_many(shop.merchant.id, [order.id, part.id])
        open_jobs = unit.jobs.by_order(shop.merchant.id, [order.id, part.id])
    flagged = {one.id for one in both if NEEDS_ATTENTION in one.flags}
    assert flagged == set(open_jobs) != set()
    assert {job.state for jobs in open_jobs.values() for job in jobs} == {JobState.DEAD}
    later(shop)
    assert (reference(shop, note), shipped_events(shop, note)) == ("", 0)


def test_what_a_provider_has_sent_is_flagged_with_whoever_delegated_it(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    configure(shop, **EVERYTHING)
    shop.run_import()
    note = of_acme(shop)
    shop.work_off()
    order = shop.note_order(note)
    with shop.database.reading_unit_of_work() as unit:
        [request] = unit.requests.list_for_order(order.account_id, order.id)
    copy_id = str(request.copy_id)
    ship_order(shop.app, str(request.provider_id), copy_id, Shipping("seur", "24h", ("T1",)), "operator")
    out_of_order(shop)
    shop.server.data.unprint_note(note)

    assert shop.run_import().flagged == 1

    assert NEEDS_ATTENTION in shop.note_order(note).flags
    assert "counts as shipped, but Brightpearl no longer wants it" in alerts(shop, order)[0]
    later(shop)
    assert (reference(shop, note), shipped_events(shop, note)) == ("", 0)
    with shop.database.reading_unit_of_work() as unit:
        assert NEEDS_ATTENTION not in unit.orders.get(str(request.provider_id), copy_id).flags
