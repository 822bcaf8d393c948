"""Whoever splits a goods-out note is killed before and after each step: in the end it is split once, and nothing is lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import actions, configure, reference, ship, shipped_events, telling_shop
from support.split_killer import SplitKiller
from support.split_notes import leaves, new_note, notes_of, now

from adapters.stores.brightpearl.note_split import CALL_STEPS
from engine.model.job import JobState
from engine.model.note_split import begun_split, note_splits
from engine.model.order import Order, OrderState
from engine.model.write_back import TELL_PARTS, PartsTelling
from engine.services.fulfillment.split_note import SPLIT_STEPS
from storage.database import Database

DEATHS = [(step.code, moment) for step in (*SPLIT_STEPS, *CALL_STEPS) for moment in ("before", "after")]


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(database, clock) as shop:
        configure(shop, **{TELL_PARTS: PartsTelling.SPLIT.value})
        yield shop


@pytest.fixture
def killer(shop: SandboxShop, database_url: str) -> Iterator[SplitKiller]:
    started = SplitKiller(database_url)
    yield started
    started.end()


def test_a_note_is_split_once_wherever_the_one_who_splits_it_dies(
    shop: SandboxShop, killer: SplitKiller, clock: FixedClock
) -> None:
    notes = [new_note(shop) for _ in DEATHS]
    shop.run_import()
    orders = [shop.note_order(note) for note in notes]
    known = len(shop.orders())
    for order, (step, moment) in zip(orders, DEATHS, strict=True):
        leaves(shop, order, f"A-{step}-{moment}")
        assert killer.work_off(clock.now(), step, moment) == -signal.SIGKILL, (step, moment)
    shop.run_import(full=True)
    assert len(shop.orders()) == known, "no note of a split that was broken off is an order of its own"
    assert all(is_open(shop, order) for order in orders)

    clock.sleep(timedelta(hours=24).total_seconds())  # what the dead had claimed is free again
    assert killer.work_off(clock.now()) == 0
    for order, old, (step, moment) in zip(orders, notes, DEATHS, strict=True):
        split_once(shop, order, old, f"A-{step}-{moment}")
    shop.run_import(full=True)
    assert len(shop.orders()) == known
    assert all(is_open(shop, order) for order in orders)
    for order in orders:
        ship(shop, int(now(shop, order).external_id), "B")
    shop.work_off()
    assert {now(shop, order).state for order in orders} == {OrderState.SHIPPED}


def is_open(shop: SandboxShop, order: Order) -> bool:
    """Whether the order has all its units, of which one has left."""
    current = now(shop, order)
    return current.state is OrderState.PARTIALLY_SHIPPED and list(current.quantities().values()) == [3, 3]


def split_once(shop: SandboxShop, order: Order, old: int, number: str) -> None:
    """One unit has a note of its own, marked and with its number; another note has the rest and stands for the order."""
    part, rest = sorted(notes_of(shop, order))
    assert (notes_of(shop, order), old in (part, rest)) == ({part: [1], rest: [2, 3]}, False), number
    assert (reference(shop, part), shipped_events(shop, part)) == (number, 1)
    assert (reference(shop, rest), shipped_events(shop, rest)) == ("", 0), number
    current = now(shop, order)
    assert (current.external_id, begun_split(current), len(note_splits(current))) == (str(rest), None, 1), number
    assert shop.server.data.note(rest)["status"]["printed"], number
    assert actions(shop, order).count("store.note_split") == 1, number
    assert [job.state for job in shop.jobs(order)] == [JobState.DONE], number
