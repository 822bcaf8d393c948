"""Telling a store of a shipment: each step once, whatever comes between, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import (
    SHIPPED_STATUS,
    Killed,
    actions,
    agrees,
    alerts,
    breaking,
    configure,
    job_of,
    later,
    new_order,
    order_status,
    order_texts,
    progress,
    reference,
    ship,
    ship_untracked,
    shipped_events,
    steps,
    telling_shop,
    unship,
)

from adapters.stores.brightpearl.description.steps import STEPS
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.store import StoreState
from engine.model.write_back import WriteBackStatus
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.refusals import Refused
from storage.database import Database

REFERENCE, SHIPPED, STATUS, NOTE = (step.code for step in STEPS)


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(sqlite_database, clock) as shop:
        yield shop


@pytest.fixture
def shop_anywhere(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """The same on each kind of database."""
    with telling_shop(database, clock) as shop:
        yield shop


def test_a_shipment_is_told_in_kept_steps(shop_anywhere: SandboxShop) -> None:
    shop = shop_anywhere
    [note] = new_order(shop)
    shipped = ship(shop, note)
    assert progress(shop, shipped).state is WriteBackStatus.DUE

    shop.work_off()

    agrees(shop, note)
    told = progress(shop, shipped)
    assert (told.state, told.error) == (WriteBackStatus.DONE, None)
    assert [done.step for done in told.steps] == [REFERENCE, SHIPPED, STATUS, NOTE]
    assert actions(shop, shipped.order)[-2:] == ["order.shipped", "store.notified"]
    assert shop.note_order(note).state is OrderState.SHIPPED
    shop.run_import()
    assert shop.note_order(note).state_reason is None  # the import closes nothing that was shipped here


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"on_ship": "none", "order_note": ""}, [REFERENCE]),
        ({"on_ship": "none"}, [REFERENCE, NOTE]),
        ({"on_ship": "mark_shipped", "order_note": ""}, [REFERENCE, SHIPPED]),
        ({"on_ship": "order_status"}, [REFERENCE, STATUS, NOTE]),
        ({"on_ship": "both"}, [REFERENCE, SHIPPED, STATUS, NOTE]),
    ],
)
def test_the_settings_say_what_is_told(shop: SandboxShop, settings: dict[str, Any], told: list[str]) -> None:
    configure(shop, **settings)
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.work_off()

    assert steps(shop, shipped) == told
    assert reference(shop, note) == f"T{note}"
    assert shipped_events(shop, note) == (SHIPPED in told)
    assert (order_status(shop, note) == SHIPPED_STATUS) == (STATUS in told)
    assert len(order_texts(shop, note)) == (STATUS in told) + (NOTE in told)


@pytest.mark.parametrize("on_ship", ["both", "order_status"])
def test_the_status_waits_for_the_last_note_of_the_order(shop: SandboxShop, on_ship: str) -> None:
    configure(shop, on_ship=on_ship)
    first, second = new_order(shop, notes=2)
    one = ship(shop, first)
    shop.work_off()
    assert order_status(shop, first) != SHIPPED_STATUS
    assert progress(shop, one).state is WriteBackStatus.DONE
    assert STATUS not in steps(shop, one)

    other = ship(shop, second)
    shop.work_off()
    assert order_status(shop, first) == SHIPPED_STATUS
    assert STATUS in steps(shop, other)
    assert len([text for text in order_texts(shop, first) if text.startswith("Status")]) == 1


def test_or_it_is_set_with_the_first(shop: SandboxShop) -> None:
    configure(shop, status_when="always")
    first, second = new_order(shop, notes=2)
    for note in (first, second):
        shipped = ship(shop, note)
        shop.work_off()
        assert STATUS in steps(shop, shipped)
        assert order_status(shop, first) == SHIPPED_STATUS
    assert len([text for text in order_texts(shop, first) if text.startswith("Status")]) == 1


WRITES = [("PUT", r"goods-out/\d+$"), ("POST", r"/event$"), ("PUT", r"/status$"), ("POST", r"/note$")]


@pytest.mark.parametrize("write", WRITES, ids=[f"{method} {path}" for method, path in WRITES])
@pytest.mark.parametrize(
    "kind", ["error_500", "outage_503", "html_502", "html_200", "truncated", "reset", "expire_token", "throttled"]
)
def test_a_fault_at_a_write_changes_nothing_in_the_end(shop: SandboxShop, write: tuple[str, str], kind: str) -> None:
    [note] = new_order(shop)
    shop.server.fault(kind, write[1], method=write[0], seconds=1)
    shipped = ship(shop, note)
    shop.work_off()
    later(shop)

    agrees(shop, note)
    assert steps(shop, shipped) == [REFERENCE, SHIPPED, STATUS, NOTE]
    assert shop.server.pending_faults() == []


@pytest.mark.parametrize("put_style", ["merge", "replace"])
def test_what_the_note_had_stays(shop: SandboxShop, put_style: str) -> None:
    shop.server.options = shop.server.options.changed({"put_style": put_style})
    [note] = new_order(shop)
    with shop.server.data.edit_note(note) as document:
        document["priority"] = True
        document["labelUri"] = "https://labels.example/1.pdf"
        document["shipping"].update({"shippingMethodId": 7, "boxes": 9, "weight": "2.50"})
    ship(shop, note, "A1", "A2")
    shop.work_off()

    document = shop.server.data.note(note)
    assert document["shipping"] == {"reference": "A1, A2", "shippingMethodId": 7, "boxes": 2, "weight": "2.50"}
    assert (document["priority"], document["labelUri"]) == (True, "https://labels.example/1.pdf")


def test_an_outage_is_outlasted(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shop.server.fault("outage_503", times=60)
    shipped = ship(shop, note)
    shop.work_off()
    waiting = progress(shop, shipped)
    assert waiting.state is WriteBackStatus.DUE
    assert waiting.error is not None
    assert alerts(shop, shipped.order) == []

    for _ in range(20):
        later(shop)
    agrees(shop, note)


def test_what_shipped_elsewhere_is_given_up_and_named(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.server.data.ship_note(note, "ELSEWHERE")
    shop.work_off()

    assert progress(shop, shipped).state is WriteBackStatus.DEAD
    [alert] = alerts(shop, shipped.order)
    assert shipped.order.order_number in alert
    assert "ELSEWHERE" in alert
    assert f"T{note}" in alert
    assert NEEDS_ATTENTION in shop.note_order(note).flags
    assert reference(shop, note) == "ELSEWHERE"


def test_what_shipped_elsewhere_with_our_number_counts_as_done(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.server.data.ship_note(note, f"T{note}")
    shop.work_off()

    agrees(shop, note)
    assert progress(shop, shipped).state is WriteBackStatus.DONE


def test_a_deleted_note_is_given_up_until_somebody_asks_again(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    kept = shop.server.data.note(note)
    shipped = ship(shop, note)
    shop.server.data.delete_note(note)
    shop.work_off()
    assert progress(shop, shipped).state is WriteBackStatus.DEAD
    assert "no longer exists" in alerts(shop, shipped.order)[0]
    later(shop)
    assert progress(shop, shipped).state is WriteBackStatus.DEAD

    shop.server.data._put_note(note, kept)
    assert retry_write_backs(shop.app, shop.merchant.id, shipped.order.id, "usr_1") == [shipped.job_id]
    shop.work_off()
    agrees(shop, note)
    with pytest.raises(Refused, match="nothing to try again"):
        retry_write_backs(shop.app, shop.merchant.id, shipped.order.id, "usr_1")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", [step.code for step in STEPS])
def test_a_crash_around_a_step_is_taken_up_where_it_was(shop: SandboxShop, at: str, moment: str) -> None:
    def die(step: str) -> None:
        if step is at:
            raise Killed

    [note] = new_order(shop)
    shipped = ship(shop, note)
    with suppress(Killed):
        breaking(shop, **{moment: die}).work_off()
    assert job_of(shop, shipped).state is JobState.RUNNING
    assert at not in steps(shop, shipped)

    shop.clock.sleep(11)
    shop.work_off()
    agrees(shop, note)
    assert steps(shop, shipped) == [REFERENCE, SHIPPED, STATUS, NOTE]
    assert actions(shop, shipped.order).count("store.notified") == 1


def test_a_step_that_is_kept_is_not_asked_for_again(shop: SandboxShop) -> None:
    begun: list[str] = []

    def die_at_the_last(step: str) -> None:
        begun.append(step)
        if step is NOTE and begun.count(NOTE) == 1:
            raise Killed

    [note] = new_order(shop)
    ship(shop, note)
    broken = breaking(shop, before=die_at_the_last)
    with suppress(Killed):
        broken.work_off()
    shop.clock.sleep(11)
    broken.work_off()
    assert begun == [REFERENCE, SHIPPED, STATUS, NOTE, NOTE]


def test_only_one_shipment_of_an_order_is_told_at_a_time(shop: SandboxShop) -> None:
    first, second = new_order(shop, notes=2)
    one, other = ship(shop, first), ship(shop, second)
    seen: list[WriteBackStatus] = []

    def meanwhile(step: str) -> None:
        if step is SHIPPED and not seen:
            seen.append(WriteBackStatus.DUE)
            shop.work_off()  # another worker, which finds the other job due
            seen.append(progress(shop, other).state)

    breaking(shop, before=meanwhile).work_off()
    assert seen == [WriteBackStatus.DUE, WriteBackStatus.DUE]
    assert progress(shop, one).state is WriteBackStatus.DONE
    assert steps(shop, other) == []
    later(shop)
    for note in (first, second):
        assert shipped_events(shop, note) == 1
    assert len([text for text in order_texts(shop, first) if text.startswith("Status")]) == 1


def test_a_closed_store_is_told_once_it_is_connected_again(shop: SandboxShop) -> None:
    [note, other] = [*new_order(shop), *new_order(shop)]
    shipped = ship(shop, note)
    with shop.database.unit_of_work() as unit:
        unit.stores.set_state(shop.store.account_id, shop.store.id, StoreState.CLOSED)
        unit.commit()
    before = shop.requests()
    shop.work_off()
    also = ship(shop, other)
    shop.work_off()
    for one in (shipped, also):
        waits = progress(shop, one)
        assert (waits.state, job_of(shop, one).state) == (WriteBackStatus.DUE, JobState.WAITING)
        assert str(waits.error) == "The store is disconnected. It is told once the same account is connected again."
    assert shop.requests() == before


def test_letters_complete_an_order_whose_notes_are_not_marked(shop: SandboxShop) -> None:
    configure(shop, on_ship="order_status")
    first, second = new_order(shop, notes=2)
    ship_untracked(shop, first)
    shop.work_off()
    assert order_status(shop, first) != SHIPPED_STATUS
    ship_untracked(shop, second)
    shop.work_off()
    assert order_status(shop, first) == SHIPPED_STATUS
    assert [reference(shop, note) for note in (first, second)] == ["", ""]


def test_a_letter_is_marked_as_shipped(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship_untracked(shop, note)
    shop.work_off()
    assert (progress(shop, shipped).state, shipped_events(shop, note), reference(shop, note)) == (WriteBackStatus.DONE, 1, "")
    assert order_status(shop, note) == SHIPPED_STATUS


QUIET = b"""
name: quiet
rules:
  - {id: quiet, when: always, then: [{do: notify_marketplace, enabled: false}]}
  - {id: loud, when: {field: order_number, is: equals, value: "%d"}, then: [{do: notify_marketplace, enabled: true}]}
"""


def test_a_rule_keeps_a_shipment_from_the_store(shop: SandboxShop) -> None:
    order_id, note = shop.server.data.create_order()
    _, loud = shop.server.data.create_order()
    shop.publish(QUIET % (order_id + 1))
    shop.run_import()
    assert note is not None
    assert loud is not None
    before = shop.server.data.note(note)
    kept, told = ship(shop, note), ship(shop, loud)
    assert kept.job_id is None
    shop.work_off()
    assert shop.server.data.note(note) == before
    assert order_texts(shop, note) == []
    agrees(shop, loud)
    assert [progress(shop, one).state for one in (kept, told)] == [WriteBackStatus.NOT_WANTED, WriteBackStatus.DONE]
    assert str(progress(shop, kept).error) == 'The store is not told of the shipment, because the rule "quiet" says so.'

    shop.run_import()
    assert shop.note_order(note).state is OrderState.SHIPPED
    assert unship(shop, note).job_id is None
    shop.work_off()
    assert shop.server.data.note(note) == before
    assert shop.note_order(note).state is OrderState.OPEN


def test_the_status_is_set_when_the_rest_of_the_order_is_shipped_elsewhere(database: Database, clock: FixedClock) -> None:
    with telling_shop(database, clock) as shop:
        ours, theirs = new_order(shop, notes=2)
        shipped = ship(shop, ours)
        shop.work_off()
        assert STATUS not in {done.step for done in progress(shop, shipped).steps}

        shop.server.data.ship_note(theirs, "ELSEWHERE")
        shop.run_import()
        shop.work_off()

        assert [done.step for done in progress(shop, shipped).steps] == [step.code for step in STEPS]
        order = shop.server.data.order(shop.server.data.note(ours)["orderId"])
        assert order["orderStatus"]["orderStatusId"] == SHIPPED_STATUS
        events = [event["eventCode"] for event in shop.server.data.note(ours)["events"]]
        assert events.count("SHW") == 1
