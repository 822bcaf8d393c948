"""Telling a store in the right order: nobody writes after having lost the right to, nothing is told or noted in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import (
    actions,
    breaking,
    configure,
    job_of,
    later,
    new_order,
    reference,
    ship,
    shipped_events,
    steps,
    telling_shop,
    unship,
)

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from engine.model.job import JobState
from engine.services.lease import LeaseWatch
from storage.database import Database

REFERENCE = BRIGHTPEARL.write_back_steps[0].code


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(sqlite_database, clock) as shop:
        yield shop


def test_who_loses_the_lease_between_two_steps_does_not_make_the_next(shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    [note] = new_order(shop)
    watches: list[LeaseWatch] = []

    @contextmanager
    def watched(_clock: object, _renew: Callable[[datetime], bool]) -> Iterator[LeaseWatch]:
        watches.append(LeaseWatch())
        yield watches[-1]

    def lose(step: str) -> None:
        if step is REFERENCE:
            watches[-1].mark_lost()

    shipped = ship(shop, note)
    with monkeypatch.context() as patch:
        patch.setattr("engine.services.fulfillment.notify_store.kept_alive", watched)
        breaking(shop, after=lose).work_off()

    assert steps(shop, shipped) == [REFERENCE]
    assert shipped_events(shop, note) == 0
    assert job_of(shop, shipped).state is JobState.DUE
    later(shop)
    assert shipped_events(shop, note) == 1


def test_each_shipping_that_was_told_is_on_the_audit_trail(shop: SandboxShop) -> None:
    """The second one has the same numbers as the first, which was taken back."""
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    for _ in range(2):
        shipped = ship(shop, note)
        shop.work_off()
        unship(shop, note)
        shop.work_off()
        shop.clock.sleep(60)
    told = [action for action in actions(shop, shipped.order) if action.startswith("store.")]
    assert told == ["store.notified", "store.withdrawn"] * 2


def test_a_shipment_with_the_numbers_of_an_earlier_one_is_withdrawn_though_it_was_never_told(shop: SandboxShop) -> None:
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    ship(shop, note, "SAME")
    shop.work_off()
    unship(shop, note)  # its withdrawal has not begun when the next shipment has the number again
    ship(shop, note, "SAME")
    back = unship(shop, note)
    assert back.job_id is not None
    shop.work_off()
    assert reference(shop, note) == ""


def test_a_shipment_with_a_number_of_its_own_that_was_never_told_needs_no_withdrawal(shop: SandboxShop) -> None:
    configure(shop, on_ship="none", order_note="")
    [note] = new_order(shop)
    ship(shop, note, "FIRST")
    shop.work_off()
    unship(shop, note)
    ship(shop, note, "OTHER")
    assert unship(shop, note).job_id is None
