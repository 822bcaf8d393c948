"""Telling a store of a shipment: each step once, whatever comes between, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox
from support.shipping import (
    actions,
    alerts,
    configure,
    job_of,
    later,
    new_order,
    order_status,
    order_texts,
    progress,
    reference,
    ship,
    shipped_events,
    steps,
    unship,
)

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.store import Store, StoreState
from engine.model.write_back import ShipmentNotice, Told, WriteBackStep
from engine.ports import StoreSession
from engine.services.notify_store import tell_again
from engine.services.refusals import Refused
from storage.database import Database

REFERENCE, SHIPPED, STATUS, NOTE = WriteBackStep
SHIPPED_STATUS = 23
EVERYTHING = {
    "on_ship": "both",
    "shipped_status_id": SHIPPED_STATUS,
    "order_note": "Sent with {carrier} {service}: {tracking}",
    "status_when": "all_shipped",
}


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """A shop whose store is told everything there is to tell; no rule interferes."""
    with sandbox(clock.now, orders=4) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock, rules=None)
        configure(shop, **EVERYTHING)
        yield shop


@pytest.fixture
def shop_anywhere(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """The same on each kind of database."""
    with sandbox(clock.now, orders=4) as server:
        shop = open_sandbox_shop(database, server, clock, rules=None)
        configure(shop, **EVERYTHING)
        yield shop


def agrees(shop: SandboxShop, note_id: int, sent: str | None = None) -> None:
    """The sandbox holds everything about the shipment, each of it once."""
    number = sent or f"T{note_id}"
    assert reference(shop, note_id) == number
    assert shipped_events(shop, note_id) == 1
    assert order_status(shop, note_id) == SHIPPED_STATUS
    texts = order_texts(shop, note_id)
    assert [text for text in texts if "Status changed" in text] == ["Status changed to Shipped"]
    assert [text for text in texts if number in text] == [f"Sent with seur 24h: {number}"]


def test_a_shipment_is_told_in_kept_steps(shop_anywhere: SandboxShop) -> None:
    shop = shop_anywhere
    [note] = new_order(shop)
    shipped = ship(shop, note)
    assert progress(shop, shipped).state is Told.DUE

    shop.work_off()

    agrees(shop, note)
    told = progress(shop, shipped)
    assert (told.state, told.error) == (Told.DONE, None)
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
def test_the_settings_say_what_is_told(shop: SandboxShop, settings: dict[str, Any], told: list[WriteBackStep]) -> None:
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
    assert progress(shop, one).state is Told.DONE
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
    assert waiting.state is Told.DUE
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

    assert progress(shop, shipped).state is Told.DEAD
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
    assert progress(shop, shipped).state is Told.DONE


def test_a_deleted_note_is_given_up_until_somebody_asks_again(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    kept = shop.server.data.note(note)
    shipped = ship(shop, note)
    shop.server.data.delete_note(note)
    shop.work_off()
    assert progress(shop, shipped).state is Told.DEAD
    assert "no longer exists" in alerts(shop, shipped.order)[0]
    later(shop)
    assert progress(shop, shipped).state is Told.DEAD

    shop.server.data._put_note(note, kept)
    assert tell_again(shop.app, shop.merchant.id, shipped.order.id, "usr_1") == [shipped.job_id]
    shop.work_off()
    agrees(shop, note)
    with pytest.raises(Refused, match="nothing to try again"):
        tell_again(shop.app, shop.merchant.id, shipped.order.id, "usr_1")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Breaking:
    """A connector whose sessions let something happen around a step."""

    real: Any
    before: Callable[[WriteBackStep], None] = lambda step: None
    after: Callable[[WriteBackStep], None] = lambda step: None
    kind: str = "brightpearl"

    def open(self, store: Store, vault: Any = None) -> StoreSession:
        session = self.real.open(store, vault)
        real_step = session.write_back

        def write_back(step: WriteBackStep, notice: ShipmentNotice) -> bool:
            self.before(step)
            done: bool = real_step(step, notice)
            self.after(step)
            return done

        session.write_back = write_back
        return session  # type: ignore[no-any-return]


def breaking(shop: SandboxShop, **hooks: Callable[[WriteBackStep], None]) -> SandboxShop:
    connectors = {"brightpearl": Breaking(shop.app.connector("brightpearl"), **hooks)}
    return replace(shop, app=replace(shop.app, connectors=connectors))


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", list(WriteBackStep))
def test_a_crash_around_a_step_is_taken_up_where_it_was(shop: SandboxShop, at: WriteBackStep, moment: str) -> None:
    def die(step: WriteBackStep) -> None:
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
    begun: list[WriteBackStep] = []

    def die_at_the_last(step: WriteBackStep) -> None:
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
    seen: list[Told] = []

    def meanwhile(step: WriteBackStep) -> None:
        if step is SHIPPED and not seen:
            seen.append(Told.DUE)
            shop.work_off()  # another worker, which finds the other job due
            seen.append(progress(shop, other).state)

    breaking(shop, before=meanwhile).work_off()
    assert seen == [Told.DUE, Told.DUE]
    assert progress(shop, one).state is Told.DONE
    assert steps(shop, other) == []
    later(shop)
    for note in (first, second):
        assert shipped_events(shop, note) == 1
    assert len([text for text in order_texts(shop, first) if text.startswith("Status")]) == 1


# Taking it back


def test_what_was_not_told_needs_no_withdrawal(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    back = unship(shop, note)
    assert back.job_id is None
    assert job_of(shop, shipped).state is JobState.DONE
    before = shop.requests()
    later(shop)
    assert (reference(shop, note), shop.requests()) == ("", before)
    assert shop.note_order(note).state is OrderState.OPEN


def test_a_reference_is_taken_back(shop: SandboxShop) -> None:
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    ship(shop, note)
    shop.work_off()
    back = unship(shop, note)
    assert progress(shop, back).state is Told.DUE
    shop.work_off()
    assert reference(shop, note) == ""
    assert progress(shop, back).state is Told.DONE
    assert actions(shop, back.order)[-2:] == ["order.unshipped", "store.withdrawn"]
    assert unship(shop, note).shipment.id == back.shipment.id  # asked again, answered as before


@pytest.mark.parametrize("kind", ["error_500", "reset", "truncated", "expire_token"])
def test_a_fault_at_the_withdrawal_changes_nothing_in_the_end(shop: SandboxShop, kind: str) -> None:
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    ship(shop, note)
    shop.work_off()
    unship(shop, note)
    shop.server.fault(kind, r"goods-out/\d+$", method="PUT")
    shop.work_off()
    later(shop)
    assert reference(shop, note) == ""


def test_what_the_store_has_shipped_cannot_be_taken_back(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    ship(shop, note)
    shop.work_off()
    with pytest.raises(Refused, match="cannot be taken back: the store has marked it as shipped"):
        unship(shop, note)
    assert shop.note_order(note).state is OrderState.SHIPPED


def test_nor_while_the_store_is_being_told(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    ship(shop, note)
    refused: list[str] = []

    def meanwhile(step: WriteBackStep) -> None:
        if step is REFERENCE:
            with pytest.raises(Refused) as refusal:
                unship(shop, note)
            refused.append(refusal.value.message.code)

    breaking(shop, before=meanwhile).work_off()
    assert refused == ["being_told"]
    agrees(shop, note)


def test_a_withdrawal_that_comes_too_late_ships_the_order_again(shop_anywhere: SandboxShop) -> None:
    """The event was carried out, but neither its answer nor anything after it came through."""
    shop = shop_anywhere
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.server.fault("reset", r"/event$", method="POST")
    shop.server.fault("outage_503", r"goods-out/\d+$", method="GET", skip=2, times=6)
    shop.work_off()
    assert progress(shop, shipped).state is Told.DUE
    assert steps(shop, shipped) == [REFERENCE]
    assert shipped_events(shop, note) == 1

    shop.server.clear_faults()
    unship(shop, note)
    assert shop.note_order(note).state is OrderState.OPEN
    shop.work_off()
    order = shop.note_order(note)
    assert order.state is OrderState.SHIPPED
    assert NEEDS_ATTENTION in order.flags
    assert "taken back too late" in alerts(shop, order)[0]
    assert steps(shop, shipped) == [REFERENCE, SHIPPED, STATUS, NOTE]
    agrees(shop, note)
    with pytest.raises(Refused, match="cannot be taken back"):
        unship(shop, note)


@pytest.mark.parametrize("numbers", [("NEW",), ("OLD",)])
@pytest.mark.parametrize("told_between", [True, False])
def test_a_new_shipment_after_one_taken_back_is_the_one_that_counts(
    shop: SandboxShop, numbers: tuple[str, ...], told_between: bool
) -> None:
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    ship(shop, note, "OLD")
    shop.work_off()
    unship(shop, note)
    if told_between:
        shop.work_off()
    again = ship(shop, note, *numbers)
    shop.work_off()
    later(shop)
    assert reference(shop, note) == numbers[0]
    assert progress(shop, again).state is Told.DONE

    unship(shop, note)
    shop.work_off()
    assert reference(shop, note) == ""


def test_an_earlier_reference_does_not_outlive_a_second_withdrawal(shop: SandboxShop) -> None:
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    ship(shop, note, "OLD")
    shop.work_off()
    unship(shop, note)
    ship(shop, note, "OLD")
    unship(shop, note)
    shop.work_off()
    assert reference(shop, note) == ""


def test_a_reference_of_somebody_else_stays(shop: SandboxShop) -> None:
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    ship(shop, note)
    shop.work_off()
    unship(shop, note)
    with shop.server.data.edit_note(note) as document:
        document["shipping"]["reference"] = "THEIRS"
    shop.work_off()
    assert reference(shop, note) == "THEIRS"


def test_a_closed_store_is_not_told(shop: SandboxShop) -> None:
    [note, other] = [*new_order(shop), *new_order(shop)]
    shipped = ship(shop, note)
    with shop.database.unit_of_work() as unit:
        unit.stores.set_state(shop.store.id, StoreState.CLOSED)
        unit.commit()
    before = shop.requests()
    shop.work_off()
    assert progress(shop, shipped).state is Told.DONE
    assert progress(shop, ship(shop, other)).state is Told.NONE
    assert shop.requests() == before
