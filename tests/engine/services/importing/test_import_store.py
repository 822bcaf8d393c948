from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from support.clock import FixedClock
from support.imports import counts, note_of
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from engine.model.store import StoreState
from engine.ports import CredentialsRefused
from engine.services.importing.import_store import import_store
from engine.services.importing.import_summary import summary_data
from engine.services.refusals import Refused
from storage.database import Database
from storage.queries import Queries

DAY = timedelta(days=1)


def test_the_first_import_brings_what_the_sandbox_says_and_gives_its_reasons(shop: SandboxShop) -> None:
    summary = shop.run_import()

    assert set(shop.orders()) == shop.expected()
    assert summary.imported == len(shop.expected())
    told = {skipped.external_id: skipped.message.code for skipped in summary.skipped_notes}
    reasons = {str(skipped["note_id"]): skipped["reason"] for skipped in shop.server.expected()["skipped"]}
    left_out_by_the_search = {"already_shipped", "outside_window"}
    assert told == {note: reason for note, reason in reasons.items() if reason not in left_out_by_the_search}
    assert Counter(told.values()) == summary.skipped
    assert summary.parked == summary.skipped["unmappable"] == 2
    assert summary.skipped.keys() <= BRIGHTPEARL.reasons_by_code.keys()
    assert {order.status() for order in shop.orders().values()} == {"awaiting_shipment"}


def test_a_second_import_changes_nothing(shop: SandboxShop) -> None:
    first = shop.run_import()
    before = shop.dump()
    shop.clock.sleep(3600)

    second = shop.run_import()

    assert shop.dump() == before
    assert counts(second) == (0, 0, 0)
    assert second.unchanged == first.imported
    assert (second.skipped, second.parked) == (first.skipped, first.parked)


def test_what_is_the_same_in_all_orders_comes_from_the_right_place(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.run_import()

    data = sqlite_shop.server.data
    for entry in sqlite_shop.dump():
        note, order = data.note(int(entry["external_id"])), data.order(int(entry["external_order_id"]))
        assert entry["order_number"].partition("/")[0] == str(order["id"]) == entry["external_order_id"]
        assert entry.get("reference", "") == (order.get("reference") or "")
        assert entry["currency"] == order["currency"]["orderCurrencyCode"]
        assert float(entry["order_total"]) == float(order["totalValue"]["total"])
        delivery = order["parties"]["delivery"]
        for part, field in (("city", "addressLine3"), ("state", "addressLine4"), ("name", "addressFullName")):
            assert entry["ship_to"].get(part, "") == delivery.get(field, "")
        sums = {row: sum(float(place["quantity"]) for place in places) for row, places in note["orderRows"].items()}
        assert {item["line_key"]: float(item["quantity"]) for item in entry["items"]} == {
            row: quantity for row, quantity in sums.items() if order["orderRows"][row]["productId"] != 1000
        }


def test_two_notes_of_one_order_are_two_orders(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.run_import()

    order_id = next(key for key, kind in sqlite_shop.server.data.kinds.items() if kind == "two_notes")
    both = [order for order in sqlite_shop.orders().values() if order.external_order_id == str(order_id)]
    assert len({order.id for order in both}) == 2
    assert len({order.order_number for order in both}) == 2


def test_a_note_printed_later_comes_with_the_next_import(shop: SandboxShop) -> None:
    note = note_of(shop, "not_printed")
    shop.run_import()
    assert str(note) not in shop.orders()

    shop.server.data.print_note(note)
    assert counts(shop.run_import()) == (1, 0, 0)

    assert shop.note_order(note).status() == "awaiting_shipment"


def test_a_changed_address_updates_the_same_order(shop: SandboxShop) -> None:
    shop.run_import()
    note = shop.ordinary()[0]
    before = shop.note_order(note)

    shop.server.data.change_address(int(before.external_order_id), addressLine3="Nueva Ciudad")
    assert counts(shop.run_import()) == (0, 1, 0)

    after = shop.note_order(note)
    assert after.id == before.id
    assert after.document()["ship_to"]["city"] == "Nueva Ciudad"
    assert after.imported_at == before.imported_at
    assert counts(shop.run_import()) == (0, 0, 0)


def parked_ids(shop: SandboxShop) -> set[str]:
    with shop.database.reading_unit_of_work() as unit:
        return {parked.external_id for parked in unit.stores.list_parked(shop.store.account_id, shop.store.id)}


def test_what_cannot_be_read_is_parked_with_its_path_and_tried_again(shop: SandboxShop) -> None:
    summary = shop.run_import()
    note = note_of(shop, "broken_quantity")
    other = note_of(shop, "row_missing_in_order")
    assert parked_ids(shop) == {str(note), str(other)}
    [told] = [skipped for skipped in summary.skipped_notes if skipped.external_id == str(note)]
    assert "orderRows" in str(told.message)

    order_id = shop.server.data.note(note)["orderId"]
    with shop.server.data.edit_order(order_id) as order:
        for row in order["orderRows"].values():
            row["quantity"]["magnitude"] = "1"
    shop.clock.sleep(60)
    assert counts(shop.run_import()) == (1, 0, 0)

    assert parked_ids(shop) == {str(other)}
    assert str(note) in shop.orders()


@pytest.mark.parametrize("event", ["ship_note", "unprint_note", "delete_note"])
def test_what_was_parked_and_is_no_longer_wanted_goes(shop: SandboxShop, event: str) -> None:
    shop.run_import()
    note = note_of(shop, "broken_quantity")
    getattr(shop.server.data, event)(note)
    shop.clock.sleep(60)

    shop.run_import()

    assert str(note) not in parked_ids(shop)


def test_an_order_that_can_no_longer_be_read_stays_as_it_is(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.run_import()
    note = shop.ordinary()[0]
    before = shop.note_order(note)
    with shop.server.data.edit_order(int(before.external_order_id)) as order:
        for row in order["orderRows"].values():
            row["quantity"]["magnitude"] = "some"
    shop.clock.sleep(60)

    summary = shop.run_import()

    assert (counts(summary), summary.parked) == ((0, 0, 0), 3)
    assert shop.note_order(note) == before


def test_since_reaches_back_before_the_window_and_its_orders_stay(shop: SandboxShop) -> None:
    shop.run_import()
    note = note_of(shop, "outside_window")
    assert str(note) not in shop.orders()

    assert counts(shop.run_import(since=shop.clock.now() - 200 * DAY)) == (1, 0, 0)
    assert counts(shop.run_import()) == (0, 0, 0)
    assert shop.note_order(note).status() == "awaiting_shipment"

    shop.server.data.ship_note(note)
    assert counts(shop.run_import()) == (0, 0, 1)


def test_a_window_that_the_search_ignores_holds_all_the_same(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.server.options = replace(sqlite_shop.server.options, ignored_filters=frozenset({"*"}))

    summary = sqlite_shop.run_import()

    assert set(sqlite_shop.orders()) == sqlite_shop.expected()
    assert summary.skipped["outside_window"] == 1
    assert summary.skipped["already_shipped"] == 6


@pytest.mark.parametrize("columns", [{"channelId"}, {"transfer"}, {"channelId", "transfer"}])
def test_columns_that_are_missing_are_not_missed(sqlite_shop: SandboxShop, columns: set[str]) -> None:
    sqlite_shop.server.options = replace(sqlite_shop.server.options, omit_columns=frozenset(columns), older_metadata=True)

    sqlite_shop.run_import()

    assert set(sqlite_shop.orders()) == sqlite_shop.expected()


def test_a_store_takes_its_own_channels_and_warehouses(sqlite_shop: SandboxShop) -> None:
    second = sqlite_shop.connect(channel_ids=[1, 3], warehouse_ids=[3])
    sqlite_shop.run_import(second)

    wanted = sqlite_shop.server.expected(channels=[1, 3], warehouses=[3])["imported"]
    assert set(sqlite_shop.orders()) == {str(note) for note in wanted}


@pytest.mark.parametrize("count", [560, 620])
def test_many_notes_need_few_requests(sqlite_database: Database, clock: FixedClock, count: int) -> None:
    with sandbox(clock.now, count, plain=True) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock, rules=None)
        server.reset_requests()
        first = shop.run_import()
        assert first.imported == len(shop.expected()) >= 0.6 * count
        assert first.requests == shop.requests() <= 20
        server.reset_requests()
        second = shop.run_import()
        assert second.unchanged == first.imported
        assert second.requests == shop.requests() <= 20


def test_an_import_only_reads(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.server.reset_requests()
    sqlite_shop.run_import()

    paths = sqlite_shop.server.state()["requests"]["by_path"]
    assert {path.partition(" ")[0] for path in paths if "authorise" not in path} == {"GET"}
    assert not any(path.endswith("/note") for path in paths)


def test_rules_that_cannot_be_read_any_more_stop_the_import_with_a_sentence(sqlite_shop: SandboxShop) -> None:
    with sqlite_shop.database.unit_of_work() as unit:
        [version] = unit.rule_sets.list_published(sqlite_shop.merchant.id)
        unit.rule_sets.add_version(replace(version, id="rsv_2", number=2, document="rules: ["))
        unit.rule_sets.arrange(sqlite_shop.merchant.id, ["rsv_2"])
        unit.commit()

    with pytest.raises(Refused, match="Version 2 of the rules"):
        sqlite_shop.run_import()


def test_unknown_and_closed_stores_are_refused(sqlite_shop: SandboxShop) -> None:
    with pytest.raises(Refused, match="There is no store"):
        import_store(sqlite_shop.app, sqlite_shop.merchant.id, "sto_x")
    with sqlite_shop.database.unit_of_work() as unit:
        unit.stores.set_state(sqlite_shop.store.account_id, sqlite_shop.store.id, StoreState.CLOSED)
        unit.commit()
    with pytest.raises(Refused, match="is closed"):
        sqlite_shop.run_import()


def test_the_summary_speaks_both_languages(sqlite_shop: SandboxShop) -> None:
    summary = sqlite_shop.run_import()

    english, spanish = summary_data(summary), summary_data(summary, "es")
    assert english["skipped_notes"][0]["message"] != spanish["skipped_notes"][0]["message"]
    assert english["skipped"] == spanish["skipped"]
    assert {"imported", "updated", "unchanged", "closed", "parked", "skipped", "skipped_notes", "requests"} <= set(english)


def test_why_an_import_failed_and_what_it_left_out_is_kept_in_every_language(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.run_import()
    with sqlite_shop.database.reading_unit_of_work() as unit:
        done = unit.stores.last_run(sqlite_shop.store.account_id, sqlite_shop.store.id)
    assert done is not None
    notes = Queries(sqlite_shop.database).skipped_page(sqlite_shop.merchant.id, sqlite_shop.store.id).notes
    assert "skipped_notes" not in done.summary, "each import would keep the same again"
    assert sum(done.summary["skipped"].values()) > 0
    messages = {note.reason: note.message for note in notes}
    assert messages["not_printed"].en.endswith("print it in Brightpearl and it comes with the next import.")
    assert messages["not_printed"].es.endswith("imprímela en Brightpearl y llegará con la próxima importación.")
    assert "no se puede leer como pedido" in messages["unmappable"].es

    sqlite_shop.server.set_password("changed-at-the-store")
    with pytest.raises(CredentialsRefused):
        sqlite_shop.run_import()
    with sqlite_shop.database.reading_unit_of_work() as unit:
        failed = unit.stores.last_run(sqlite_shop.store.account_id, sqlite_shop.store.id)
    assert failed is not None
    assert failed.error is not None
    assert "password" in failed.error.en
    assert "contraseña" in failed.error.es


def test_raw_documents_are_kept_for_a_set_number_of_days(shop: SandboxShop) -> None:
    shop.run_import()
    with shop.database.unit_of_work() as unit:
        unit.stores.update(replace(shop.store, preferences=replace(shop.store.preferences, keep_raw_days=7)))
        unit.commit()

    def kept() -> int:
        with shop.database.begin_reading() as connection:
            return connection.execute(text("SELECT count(*) FROM raw_documents")).scalar_one()

    first = kept()
    assert first == len(shop.orders())
    shop.clock.sleep(6 * 24 * 3600)
    shop.run_import()
    assert kept() == first
    shop.clock.sleep(2 * 24 * 3600)
    shop.run_import()
    assert kept() == 0
