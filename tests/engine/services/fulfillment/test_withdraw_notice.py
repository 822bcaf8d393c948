"""Taking back what a store was told of a shipment, in whatever phase it is, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import (
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
    steps,
    telling_shop,
    unship,
)

from adapters.stores.brightpearl.description.steps import STEPS
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.write_back import WriteBackStatus
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
    assert progress(shop, back).state is WriteBackStatus.DUE
    shop.work_off()
    assert reference(shop, note) == ""
    assert progress(shop, back).state is WriteBackStatus.DONE
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

    def meanwhile(step: str) -> None:
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
    shop.server.fault("outage_503", r"goods-out/\d+$", method="GET", skip=3, times=6)
    shop.work_off()
    assert progress(shop, shipped).state is WriteBackStatus.DUE
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
    assert progress(shop, again).state is WriteBackStatus.DONE

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
