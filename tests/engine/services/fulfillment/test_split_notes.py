"""A goods-out note that leaves in parts is split in Brightpearl: each part gets a note of its own, whatever dies meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import (
    SHIPPED_STATUS,
    Killed,
    actions,
    configure,
    later,
    order_status,
    order_texts,
    reference,
    ship,
    shipped_events,
    telling_shop,
)
from support.split_notes import leaves, new_order, notes_of, now

from adapters.stores.brightpearl.note_split import NoteSplitter
from engine.model.fulfillment import Shipment
from engine.model.job import Job, JobState
from engine.model.note_split import NOTE_SPLITS, begun_split
from engine.model.order import Order, OrderState
from engine.model.order_part import PARTS_MADE
from engine.model.write_back import TELL_PARTS, PartsTelling
from engine.ports import StoreUnavailable
from engine.services.fulfillment import split_note
from engine.services.fulfillment.answer_parts import answer_parts
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.fulfillment.shipments import take_back_shipment
from engine.services.importing.import_store import import_named
from engine.services.refusals import Refused
from engine.services.repair.duplicate import duplicate_order
from engine.services.repair.split import split_order
from engine.services.stores.sessions import open_session
from rules.messages import Message, Text
from storage.database import Database


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(database, clock) as shop:
        configure(shop, **{TELL_PARTS: PartsTelling.SPLIT.value})
        yield shop


@pytest.fixture
def small(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """The same where both databases look the same."""
    with telling_shop(sqlite_database, clock) as shop:
        configure(shop, **{TELL_PARTS: PartsTelling.SPLIT.value})
        yield shop


def is_split(shop: SandboxShop, order: Order, first: int, numbers: str = "A1") -> int:
    """One unit of the first row has left by a note of its own; the id of the rest, which is open and stands for the order."""
    part, rest = sorted(notes_of(shop, order))
    assert notes_of(shop, order) == {part: [1], rest: [2, 3]}
    assert first not in (part, rest)
    assert (reference(shop, part), shipped_events(shop, part)) == (numbers, 1)
    assert (reference(shop, rest), shipped_events(shop, rest)) == ("", 0)
    assert shop.server.data.note(rest)["status"]["printed"]
    assert now(shop, order).external_id == str(rest)
    assert begun_split(now(shop, order)) is None
    return rest


def imports_change_nothing(shop: SandboxShop, order: Order) -> None:
    """No note is another order, and none closes the order or changes what is in it; nor does one that a webhook names."""
    before = now(shop, order)
    known = len(shop.orders())
    shop.run_import(full=True)
    shop.run_import()
    named = [order.external_id.partition("#")[0], *map(str, notes_of(shop, order))]
    with closing(open_session(shop.app, shop.store)) as session:
        import_named(shop.app, shop.store, named, session)
    after = now(shop, order)
    assert len(shop.orders()) == known
    assert (after.state, after.quantities(), after.order_number) == (before.state, before.quantities(), before.order_number)


def test_what_has_left_gets_a_note_of_its_own_and_the_rest_stands_for_the_order(shop: SandboxShop) -> None:
    note, order = new_order(shop)
    leaves(shop, order, "A1")
    later(shop)

    rest = is_split(shop, order, note)
    imports_change_nothing(shop, order)
    assert shop.server.data.note(rest)["priority"]
    assert [text for text in order_texts(shop, rest) if "A1" in text] == ["Sent with SEUR 24h: A1"]
    assert order_status(shop, rest) != SHIPPED_STATUS


def test_each_later_part_splits_the_rest_and_the_last_one_ships_it(shop: SandboxShop) -> None:
    note, order = new_order(shop)
    leaves(shop, order, "A1")
    later(shop)
    shop.run_import()
    leaves(shop, order, "B2", units=3, line=1)
    later(shop)
    imports_change_nothing(shop, order)
    assert sorted(notes_of(shop, order).values()) == [[1], [2], [3]]
    rest = int(now(shop, order).external_id)
    assert shipped_events(shop, rest) == 0
    ship(shop, rest, "C3")
    later(shop)

    told = {reference(shop, one): shipped_events(shop, one) for one in notes_of(shop, order)}
    assert told == {"A1": 1, "B2": 1, "C3": 1}
    assert order_status(shop, rest) == SHIPPED_STATUS
    assert now(shop, order).state is OrderState.SHIPPED
    assert actions(shop, order).count("store.note_split") == 2
    assert notes_of(shop, order).get(note) is None


PLACES = [{"of_call": 1}, {"of_call": 2}, {"of_call": 3}, {"of_call": 4}, {"of_keeping": 1}, {"of_keeping": 2}]


class Dying:
    """Has the process end around the n-th call that changes something at the store, or around the n-th thing kept of a split."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, moment: str, *, of_call: int = 0, of_keeping: int = 0) -> None:
        self.died = False
        self._patch(monkeypatch, NoteSplitter, "_call", moment, of_call)
        self._patch(monkeypatch, split_note, "_keep", moment, of_keeping)

    def _patch(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, moment: str, nth: int) -> None:
        real: Callable[..., Any] = getattr(owner, name)
        count = 0

        def dying(*args: Any) -> None:
            nonlocal count
            count += 1
            if count == nth and moment == "before":
                self._die()
            real(*args)
            if count == nth and moment == "after":
                self._die()

        monkeypatch.setattr(owner, name, dying)

    def _die(self) -> None:
        self.died = True
        raise Killed


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("place", PLACES)
def test_a_crash_is_taken_up_where_it_was_and_imports_meanwhile_see_one_order(
    shop: SandboxShop, monkeypatch: pytest.MonkeyPatch, place: dict[str, int], moment: str
) -> None:
    note, order = new_order(shop)
    leaves(shop, order, "A1")
    with monkeypatch.context() as patched:
        dying = Dying(patched, moment, **place)
        with suppress(Killed):
            shop.work_off()
    assert dying.died
    imports_change_nothing(shop, order)
    later(shop)

    is_split(shop, order, note)
    imports_change_nothing(shop, order)


@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_an_answer_that_is_lost_makes_nothing_twice(small: SandboxShop, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    note, order = new_order(small)
    leaves(small, order, "A1")
    lost = Dying(monkeypatch, "after", of_call=call)
    lost._die = lambda: _lose(lost)  # type: ignore[method-assign]
    small.work_off()
    assert lost.died
    later(small)

    is_split(small, order, note)


def _lose(lost: Dying) -> None:
    lost.died = True
    raise StoreUnavailable(Message("lost", Text("No answer.", "Sin respuesta.")))


def test_a_note_that_was_printed_by_hand_is_no_new_order(small: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    _, order = new_order(small)
    leaves(small, order, "A1")
    with monkeypatch.context() as patched, suppress(Killed):
        Dying(patched, "after", of_call=3)
        small.work_off()
    for one in notes_of(small, order):
        small.server.data.print_note(one)

    imports_change_nothing(small, order)
    later(small)
    imports_change_nothing(small, order)


def job(shop: SandboxShop, order: Order, shipment: Shipment) -> Job:
    [found] = [one for one in shop.jobs(order) if one.payload.get("shipment_id") == shipment.id]
    return found


def test_a_note_that_was_shipped_meanwhile_says_so_and_the_order_is_as_the_store_says(small: SandboxShop) -> None:
    note, order = new_order(small)
    shipment = leaves(small, order, "A1")
    small.server.data.add_event(note, "SHW")
    later(small)

    told = job(small, order, shipment)
    assert told.state is JobState.DEAD
    assert "was shipped in Brightpearl before it could be split" in str(told.last_error)
    assert begun_split(now(small, order)) is None


def test_new_notes_that_are_refused_end_in_a_sentence_and_those_made_by_hand_are_taken(
    small: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, order = new_order(small)
    shipment = leaves(small, order, "A1")
    with monkeypatch.context() as patched, suppress(Killed):
        Dying(patched, "before", of_call=3)
        small.work_off()
    data, order_id = small.server.data, int(order.external_order_id)
    rows = list(data.order(order_id)["orderRows"])
    taken = data.add_note(order_id, {rows[1]: [{"productId": 1, "quantity": 2, "locationId": 14}]})
    later(small)
    told = job(small, order, shipment)
    assert told.state is JobState.DEAD
    assert f"Goods-out note {note} was deleted to split it" in str(told.last_error)
    assert now(small, order).state is OrderState.PARTIALLY_SHIPPED
    with pytest.raises(Refused, match="or is getting one"):
        take_back(small, order, shipment)
    data.delete_note(taken)
    answer_parts(small.app, small.merchant.id, order.id, PartsTelling.SPLIT, "operator")
    later(small)

    is_split(small, order, note)


def take_back(shop: SandboxShop, order: Order, shipment: Shipment) -> None:
    with shop.app.unit_of_work() as unit:
        current = unit.orders.get(order.account_id, order.id, for_change=True)
        take_back_shipment(shop.app, unit, current, shipment, "operator", shop.clock.now())
        unit.commit()


def test_what_has_a_note_of_its_own_is_not_taken_back_and_what_has_none_yet_is(small: SandboxShop) -> None:
    note, order = new_order(small)
    first = leaves(small, order, "A1")
    later(small)
    second = leaves(small, order, "B2")
    with pytest.raises(Refused, match="has a note of its own"):
        take_back(small, order, first)
    take_back(small, order, second)
    later(small)

    is_split(small, order, note)


def test_parts_that_were_told_on_the_note_go_with_the_split_that_is_asked_for(small: SandboxShop) -> None:
    configure(small, **{TELL_PARTS: PartsTelling.EACH_PART.value})
    note, order = new_order(small)
    leaves(small, order, "A1")
    later(small)
    assert (reference(small, note), list(notes_of(small, order))) == ("A1", [note])
    answer_parts(small.app, small.merchant.id, order.id, PartsTelling.SPLIT, "operator")
    later(small)

    is_split(small, order, note)


def test_the_parts_note_is_marked_although_notes_are_not_otherwise(small: SandboxShop) -> None:
    configure(small, on_ship="none")
    note, order = new_order(small)
    leaves(small, order, "A1")
    later(small)

    is_split(small, order, note)


def test_what_was_read_before_a_split_and_is_kept_after_it_is_no_new_order(small: SandboxShop) -> None:
    note, order = new_order(small)
    leaves(small, order, "A1")
    with closing(open_session(small.app, small.store)) as session:
        read = session.read([str(note)])
        later(small)
        known = len(small.orders())
        session.read = lambda ids: read  # type: ignore[method-assign]
        import_named(small.app, small.store, [str(note)], session)

    assert len(small.orders()) == known
    is_split(small, order, note)


def test_a_duplicate_knows_nothing_of_the_notes_of_its_original(small: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    _, order = new_order(small)
    leaves(small, order, "A1")
    with monkeypatch.context() as patched, suppress(Killed):
        Dying(patched, "after", of_call=2)
        small.work_off()
    assert begun_split(now(small, order)) is not None
    while_begun = duplicate_order(small.app, small.merchant.id, order.id, "operator")
    later(small)
    notes = notes_of(small, order)
    once_done = duplicate_order(small.app, small.merchant.id, order.id, "operator")
    for copy in (while_begun, once_done):
        assert not {NOTE_SPLITS, PARTS_MADE} & now(small, copy).document().keys()
        assert list(copy.quantities().values()) == [3, 3]
        ship_order(small.app, small.merchant.id, copy.id, Shipping("seur", "24h", ("D1",)), "operator")
    later(small)
    assert notes_of(small, order) == notes


def test_a_change_of_the_rest_in_the_store_is_a_change_of_the_order(small: SandboxShop) -> None:
    _, order = new_order(small)
    leaves(small, order, "A1")
    later(small)
    rest = int(now(small, order).external_id)
    with small.server.data.edit_note(rest) as document:
        for places in document["orderRows"].values():
            places[0]["quantity"] = 1
    small.run_import(full=True)

    assert list(now(small, order).quantities().values()) == [2, 1]


def test_a_rest_that_is_deleted_in_the_store_closes_the_order(small: SandboxShop) -> None:
    _, order = new_order(small)
    leaves(small, order, "A1")
    later(small)
    small.server.data.delete_note(int(now(small, order).external_id))
    small.run_import(full=True)

    assert now(small, order).state is not OrderState.PARTIALLY_SHIPPED


def test_another_store_of_the_same_account_takes_no_note_for_a_new_order(small: SandboxShop) -> None:
    _, order = new_order(small)
    leaves(small, order, "A1")
    later(small)
    part = min(notes_of(small, order))
    with small.server.data.edit_note(part) as document:
        document["status"]["shipped"] = False  # as a store that was read before the note was marked would have it
    configure(small, channel_ids=[1])
    other = small.connect(channel_ids=[2])
    known = len(small.orders())
    small.run_import(other)

    assert str(part) not in small.orders()
    assert len(small.orders()) == known


@pytest.mark.parametrize("first", ["original", "part"])
def test_of_an_order_that_people_have_split_the_parts_that_are_here_go_with_the_rest(small: SandboxShop, first: str) -> None:
    note, order = new_order(small)
    row = next(iter(order.quantities()))
    _, part = split_order(small.app, small.merchant.id, order.id, {row: Decimal(1)}, "operator")
    leaving, staying = (order, part) if first == "original" else (part, order)
    left = now(small, leaving).quantities()
    ship_order(small.app, small.merchant.id, leaving.id, Shipping("seur", "24h", ("A1",)), "operator")
    later(small)
    made, rest = sorted(notes_of(small, order))
    assert note not in (made, rest)
    assert sum(notes_of(small, order)[made]) == sum(left.values())
    assert (shipped_events(small, made), shipped_events(small, rest)) == (1, 0)
    assert now(small, order).external_id == str(rest)
    assert now(small, part).external_id == f"{rest}#part2"
    imports_change_nothing(small, order)
    imports_change_nothing(small, part)
    ship_order(small.app, small.merchant.id, staying.id, Shipping("seur", "24h", ("B2",)), "operator")
    later(small)

    assert (reference(small, rest), shipped_events(small, rest)) == ("B2", 1)
