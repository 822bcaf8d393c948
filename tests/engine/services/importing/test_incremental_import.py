"""A second import reads only what is new or has changed, and misses nothing all the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox

from adapters.stores.brightpearl import scan
from adapters.stores.brightpearl.description import reasons
from engine.model.order import OrderState
from engine.ports import StoreUnavailable
from engine.services.importing.explain_import import explain_store
from storage.database import Database


@pytest.fixture
def no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the searches name is read again."""
    monkeypatch.setattr(scan, "SAMPLE", 0)


@pytest.fixture
def plain_shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """1,000 orders, nothing odd."""
    with sandbox(clock.now, 1000, plain=True) as server:
        yield open_sandbox_shop(sqlite_database, server, clock, rules=None)


def reads(shop: SandboxShop) -> int:
    """Requests of one more import."""
    before = shop.requests()
    shop.run_import()
    return shop.requests() - before


def edit_silently(shop: SandboxShop, note_id: int) -> None:
    """Change an order's address without a sign of it in its `updatedOn`."""
    data = shop.server.data
    order_id = data.note(note_id)["orderId"]
    before = data.order(order_id)["updatedOn"]
    clock, data.clock = data.clock, lambda: datetime.fromisoformat(before)
    data.change_address(order_id, addressLine3="Callada")
    data.clock = clock


def test_requests_grow_with_news_not_with_what_is_open(plain_shop: SandboxShop) -> None:
    data, open_notes = plain_shop.server.data, 1000
    pages = open_notes // 500 + 1  # a full page is followed by another, whatever the search says of its end
    assert reads(plain_shop) <= pages + open_notes / 200 * 3 + 5

    assert reads(plain_shop) <= pages + 5

    for note in plain_shop.ordinary()[:20]:
        data.change_address(data.note(note)["orderId"], addressLine3="Otra")
    for _ in range(10):
        data.create_order()
    assert reads(plain_shop) <= math.ceil(1010 / 500) + 30 / 200 * 3 + 5


@pytest.mark.usefixtures("no_sample")
def test_orders_that_were_never_changed_are_not_read_at_each_import(sqlite_shop: SandboxShop) -> None:
    """As Brightpearl answers them: without `updatedOn`."""
    shop, data = sqlite_shop, sqlite_shop.server.data
    shop.server.options = replace(shop.server.options, updated_on_of_unchanged=False)
    with_awkward = len(shop.expected())
    first = shop.run_import()
    assert first.imported == with_awkward

    parked = 2  # notes and orders of these are read each time: they may have been mended
    assert reads(shop) <= 1 + 1 + 1 + 2 * (parked > 0)  # log-in, one page, changed orders
    note = shop.ordinary()[0]
    shop.clock.sleep(60)
    data.change_address(data.note(note)["orderId"], addressLine3="Nueva")
    assert shop.run_import().updated == 1
    assert reads(shop) <= 5


@pytest.mark.usefixtures("no_sample")
def test_every_kind_of_change_is_seen(shop: SandboxShop) -> None:
    shop.run_import()
    data = shop.server.data
    moved, unprinted, deleted, shipped, split = shop.ordinary()[:5]
    split_order = data.note(split)["orderId"]
    shop.clock.sleep(60)
    data.change_address(data.note(moved)["orderId"], addressLine3="Nueva Ciudad")
    data.unprint_note(unprinted)
    data.delete_note(deleted)
    data.ship_note(shipped, "ELSEWHERE")
    _, second = data.split_order(split_order)
    new_order, new_note = data.create_order()

    summary = shop.run_import()

    orders = shop.orders()
    assert orders[str(moved)].document()["ship_to"]["city"] == "Nueva Ciudad"
    assert orders[str(unprinted)].state is OrderState.CANCELLED
    assert orders[str(deleted)].state is OrderState.CANCELLED
    assert orders[str(shipped)].state is OrderState.SHIPPED
    assert orders[str(new_note)].external_order_id == str(new_order)
    halves = [orders[str(note)].document()["items"] for note in (split, second)]
    assert {row: sum(place["quantity"] for place in places) for row, places in data.note(split)["orderRows"].items()} == {
        item["line_key"]: item["quantity"] for item in halves[0]
    }
    assert halves[1]
    assert (summary.imported, summary.closed) == (2, 3)


@pytest.mark.usefixtures("no_sample")
def test_an_order_that_changes_while_an_import_runs_is_seen_by_the_next(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, data = sqlite_shop, sqlite_shop.server.data
    late, other = shop.ordinary()[:2]
    session = scan.Scan.records

    def records(self: scan.Scan) -> Iterator[list]:
        yield from session(self)
        shop.clock.sleep(1)
        data.change_address(data.note(late)["orderId"], addressLine3="Tarde")

    with monkeypatch.context() as changed:
        changed.setattr(scan.Scan, "records", records)
        shop.run_import()
    shop.clock.sleep(3600)
    data.change_address(data.note(other)["orderId"], addressLine3="Después")
    shop.run_import()

    assert {shop.note_order(note).document()["ship_to"]["city"] for note in (late, other)} == {"Tarde", "Después"}


def test_what_no_search_mentions_is_found_by_the_sample(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.run_import()
    note = sqlite_shop.ordinary()[0]
    edit_silently(sqlite_shop, note)

    sqlite_shop.run_import()

    assert sqlite_shop.note_order(note).document()["ship_to"]["city"] == "Callada"


@pytest.mark.usefixtures("no_sample")
def test_a_full_import_reads_everything(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.run_import()
    note = sqlite_shop.ordinary()[0]
    edit_silently(sqlite_shop, note)

    assert sqlite_shop.run_import().updated == 0
    assert sqlite_shop.run_import(full=True).updated == 1


@pytest.mark.usefixtures("no_sample")
@pytest.mark.parametrize("ignored", [frozenset({"*"}), frozenset({"updatedOn"})])
def test_an_order_search_that_ignores_its_filter_hides_no_change(sqlite_shop: SandboxShop, ignored: frozenset[str]) -> None:
    shop, data = sqlite_shop, sqlite_shop.server.data
    shop.server.options = replace(shop.server.options, ignored_filters=ignored)
    shop.run_import()
    note = shop.ordinary()[3]
    data.change_address(data.note(note)["orderId"], addressLine3="Nueva Ciudad")

    assert shop.run_import().updated == 1


@pytest.mark.usefixtures("no_sample")
def test_what_another_channel_has_is_read_once_and_again_when_its_order_changes(shop: SandboxShop) -> None:
    first = shop.run_import()
    assert first.skipped["wrong_channel"] > 0
    again = shop.run_import()
    assert again.skipped == first.skipped
    assert {note.external_id for note in again.skipped_notes} == {note.external_id for note in first.skipped_notes}

    note = next(note for note in first.skipped_notes if note.message.code == reasons.WRONG_CHANNEL.code)
    data = shop.server.data
    with data.edit_order(data.note(int(note.external_id))["orderId"]) as order:
        order["assignment"]["current"]["channelId"] = 2
    assert shop.run_import().imported == 1
    with shop.database.reading_unit_of_work() as unit:
        assert unit.stores.list_skipped(shop.store.account_id, shop.store.id, note.external_id) == []


def test_every_note_that_is_left_out_is_on_record_with_its_reason(shop: SandboxShop) -> None:
    summary = shop.run_import()

    with shop.database.reading_unit_of_work() as unit:
        for note in summary.skipped_notes:
            (kept,) = [
                one
                for one in unit.stores.list_skipped(shop.store.account_id, shop.store.id, note.external_id)
                if one.external_id == note.external_id
            ]
            assert (kept.reason, kept.order_number) == (note.message.code, note.order_number)
            assert kept.message.es == note.message.format("es")
            assert kept.first_seen == kept.last_seen == shop.clock.now()


def test_the_record_follows_what_is_seen_later(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    first = shop.run_import()
    note = next(note for note in first.skipped_notes if note.message.code == reasons.NOT_PRINTED.code)
    start = shop.clock.now()
    shop.clock.sleep(3600)
    shop.run_import()
    with shop.database.reading_unit_of_work() as unit:
        (kept,) = unit.stores.list_skipped(shop.store.account_id, shop.store.id, note.external_id)
    assert (kept.first_seen, kept.last_seen) == (start, shop.clock.now())

    shop.server.data.print_note(int(note.external_id))
    shop.run_import()
    with shop.database.reading_unit_of_work() as unit:
        assert unit.stores.list_skipped(shop.store.account_id, shop.store.id, note.external_id) == []


def test_the_record_answers_when_brightpearl_cannot_be_asked(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    first = shop.run_import()
    seen = shop.clock.now()
    note = next(note for note in first.skipped_notes if note.message.code == reasons.NOT_PRINTED.code)
    imported = shop.note_order(shop.ordinary()[0])
    live = explain_store(shop.app, shop.store.account_id, shop.store.id, note.external_id).to_json()
    assert live["as_of"] is None
    shop.server.set_password("changed")
    shop.server.expire_tokens()
    refused = explain_store(shop.app, shop.store.account_id, shop.store.id, note.external_id).to_json()
    assert (refused["reason"], refused["as_of"]) == ("not_printed", seen.isoformat())
    shop.server.stop()

    kept = explain_store(shop.app, shop.store.account_id, shop.store.id, note.external_id).to_json("es")
    assert kept["reason"] == "not_printed"
    assert kept["message"] == note.message.format("es")
    assert kept["as_of"] == seen.isoformat()
    by_number = explain_store(shop.app, shop.store.account_id, shop.store.id, imported.order_number).to_json()
    assert (by_number["imported"], by_number["reason"]) == (True, "imported")
    with pytest.raises(StoreUnavailable):
        explain_store(shop.app, shop.store.account_id, shop.store.id, "no such number")
