"""Imports that would take too long stop, keep what they read, and go on from there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox

from adapters.stores.brightpearl import scan
from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.transport import THROTTLE_PATIENCE_S
from engine.jobs.kinds import import_store as import_kind
from engine.jobs.kinds.import_store import IMPORT_PATIENCE, IMPORT_PAUSE_S
from engine.jobs.registry import JobResult
from engine.jobs.worker import process_next_job
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.lease import LEASE
from engine.model.store import ImportRun, Store
from engine.ports import StoreUnavailable
from engine.services.importing import import_ingestor as keep_records
from engine.services.importing import import_store as import_orders
from engine.services.importing.import_store import ImportStopped
from engine.services.stores.sessions import SessionPool
from storage.database import Database

PAGES_S = 10.0  # what one set of notes takes to read
PATIENCE = timedelta(seconds=35)


@pytest.fixture(autouse=True)
def small_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes are read and kept by the 20, and nothing by chance."""
    monkeypatch.setattr(scan, "CHUNK", 20)
    monkeypatch.setattr(scan, "SAMPLE", 0)
    monkeypatch.setattr(import_orders, "RECORDS_A_TRANSACTION", 20)


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """200 orders, nothing odd."""
    with sandbox(clock.now, 200, plain=True) as server:
        yield open_sandbox_shop(sqlite_database, server, clock, rules=None)


@pytest.fixture
def slow(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each set of notes takes ten seconds; the sizes of the sets that were asked for."""
    sizes: list[int] = []
    get_notes = BrightpearlClient.get_notes

    def get_slowly(self: BrightpearlClient, note_ids: Any) -> Any:
        sizes.append(len(note_ids))
        clock.sleep(PAGES_S)
        return get_notes(self, note_ids)

    monkeypatch.setattr(BrightpearlClient, "get_notes", get_slowly)
    return sizes


def kept(shop: SandboxShop) -> Store:
    with shop.database.reading_unit_of_work() as unit:
        return unit.stores.get(shop.store.account_id, shop.store.id)


def last_run(shop: SandboxShop) -> ImportRun:
    with shop.database.reading_unit_of_work() as unit:
        run = unit.stores.last_run(shop.store.account_id, shop.store.id)
    assert run is not None
    return run


def alerts(shop: SandboxShop) -> int:
    with shop.database.reading_unit_of_work() as unit:
        return len(unit.alerts.list_for(shop.merchant.id))


def stop_once(shop: SandboxShop, **options: Any) -> None:
    with pytest.raises(ImportStopped):
        shop.run_import(patience=PATIENCE, **options)


def test_an_import_that_takes_too_long_stops_with_a_sentence_and_keeps_what_it_read(
    shop: SandboxShop, slow: list[int], clock: FixedClock
) -> None:
    began = clock.now()
    stop_once(shop)

    assert clock.now() - began <= PATIENCE + timedelta(seconds=PAGES_S)
    assert len(shop.orders()) == sum(slow) == 80
    run = last_run(shop)
    assert run.outcome == "failed"
    assert run.error is not None
    assert "goes on from there" in run.error.format("en")
    assert "sigue desde ahí" in run.error.format("es")


def test_the_next_import_reads_only_the_rest(shop: SandboxShop, slow: list[int]) -> None:
    expected = shop.expected()
    imported = 0
    for _ in range(20):
        try:
            summary = shop.run_import(patience=PATIENCE)
        except ImportStopped:
            continue
        imported = summary.imported
        break

    assert set(shop.orders()) == expected
    assert sum(slow) == 200  # each note once, however often the import was stopped
    assert 0 < imported <= 80
    assert kept(shop).failures == 0


def test_what_changes_while_an_import_is_stopped_is_seen(shop: SandboxShop, slow: list[int], clock: FixedClock) -> None:
    stop_once(shop)
    early = min(int(note) for note in shop.orders())
    clock.sleep(3600)
    shop.server.data.change_address(shop.server.data.note(early)["orderId"], addressLine3="Nueva")
    clock.sleep(3600)

    shop.run_import()

    assert shop.note_order(early).document()["ship_to"]["city"] == "Nueva"
    assert sum(slow) == 200 + 1


def test_a_full_import_that_was_stopped_is_taken_up_too(shop: SandboxShop, slow: list[int], clock: FixedClock) -> None:
    shop.run_import()
    late = max(int(note) for note in shop.orders())
    data, now = shop.server.data, clock.now
    data.clock = lambda: shop.clock.now() - timedelta(days=30)  # no search tells of it
    data.change_address(data.note(late)["orderId"], addressLine3="Callada")
    data.clock = now
    clock.sleep(3600)
    slow.clear()

    stop_once(shop, full=True)
    read = sum(slow)
    assert read == 80
    shop.run_import()

    assert sum(slow) == 200
    assert shop.note_order(late).document()["ship_to"]["city"] == "Callada"


def test_a_store_that_fails_in_the_middle_is_not_read_from_the_start_again(shop: SandboxShop, slow: list[int]) -> None:
    shop.server.fault("outage_503", "/goods-out/", skip=4, times=10)
    with pytest.raises(StoreUnavailable):
        shop.run_import()
    assert len(shop.orders()) == 80
    shop.server.clear_faults()
    slow.clear()

    shop.run_import()

    assert sum(slow) == 120


def test_a_process_that_dies_in_a_full_import_takes_nothing_as_known(
    shop: SandboxShop, slow: list[int], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run_import()
    with monkeypatch.context() as dying:
        dying.setattr(import_orders._Import, "_end_failed", lambda *_: None)
        stop_once(shop, full=True)
    assert kept(shop).scanned_until is None
    clock.sleep(LEASE.total_seconds() + 1)
    slow.clear()

    shop.run_import()

    assert sum(slow) == 200


def work(shop: SandboxShop) -> JobResult:
    with SessionPool(shop.app) as sessions:
        worked = process_next_job(shop.app, "w", sessions)
    assert worked is not None
    return worked


def plan(shop: SandboxShop, name: str) -> None:
    now = shop.clock.now()
    payload = {"store_id": shop.store.id, "name": name}
    with shop.app.unit_of_work() as uow:
        uow.jobs.add_many([Job(new_id("job"), shop.merchant.id, JobKind.IMPORT_STORE, name, payload, now, now)])
        uow.commit()


def test_a_worker_leaves_a_slow_store_and_comes_back(
    shop: SandboxShop, slow: list[int], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_kind, "IMPORT_PATIENCE", PATIENCE)
    plan(shop, "daily")
    began = clock.now()

    stopped = work(shop)

    assert clock.now() - began <= PATIENCE + timedelta(seconds=PAGES_S)
    assert (stopped.state, stopped.note) == (JobState.DUE, "goes on later")
    with SessionPool(shop.app) as sessions:
        assert process_next_job(shop.app, "w", sessions) is None  # others come first
    states = [stopped.state]
    while states[-1] is JobState.DUE:
        clock.sleep(IMPORT_PAUSE_S * 60)
        states.append(work(shop).state)
    assert states == [JobState.DUE, JobState.DUE, JobState.DONE]
    assert sum(slow) == 200  # a daily run reads everything, but once


def test_a_worker_leaves_a_store_that_refuses_everything_for_its_cap(shop: SandboxShop, clock: FixedClock) -> None:
    shop.server.fault("throttled", "/goods-out/", skip=3, times=1000, seconds=60)
    plan(shop, "refresh")
    began = clock.now()

    stopped = work(shop)

    assert timedelta(seconds=120) <= clock.now() - began <= timedelta(seconds=THROTTLE_PATIENCE_S)
    assert stopped.state is JobState.DUE
    assert stopped.error is not None
    assert "limit of requests a minute" in stopped.error.format("en")
    assert len(shop.orders()) == 60  # what was read before is kept
    with SessionPool(shop.app) as sessions:
        assert process_next_job(shop.app, "w", sessions) is None  # others come first

    shop.server.clear_faults()
    shop.server.reset_requests()
    clock.sleep(3600)
    assert work(shop).state is JobState.DONE
    assert set(shop.orders()) == shop.expected()
    requests = shop.requests()
    assert requests <= 1 + 1 + 1 + 2 + 3 * 140 / 20  # log-in, page, changed orders, names, and what was left to read


def test_a_planned_import_waits_while_another_runs(shop: SandboxShop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_orders, "LEASE_WAIT_S", 0.0)  # the other one is alive and holds its lease
    with shop.app.unit_of_work() as uow:
        uow.stores.take_import_lease(shop.store.account_id, shop.store.id, "somebody", clock.now(), clock.now() + LEASE)
        uow.commit()
    plan(shop, "daily")

    waiting = work(shop)

    assert (waiting.state, waiting.again_s) == (JobState.DUE, import_kind.BUSY_PAUSE_S)
    with shop.database.reading_unit_of_work() as unit:
        job = unit.jobs.find(shop.merchant.id, "daily")
    assert job is not None
    assert job.attempts == 0  # so that it still is the attempt that reads everything


def test_a_store_that_is_slow_without_much_to_read_is_left_alone_for_a_while(
    shop: SandboxShop, slow: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        stop_once(shop)
    assert (kept(shop).failures, kept(shop).retry_at) == (2, shop.clock.now() + timedelta(minutes=30))
    assert alerts(shop) == 0

    monkeypatch.setattr(import_orders, "GOOD_PACE", 40)
    with pytest.raises(ImportStopped):
        shop.run_import(full=True, patience=PATIENCE)
    assert (kept(shop).failures, kept(shop).retry_at) == (0, None)
    assert alerts(shop) == 0


def test_a_store_that_is_slow_at_searching_is_not_taken_for_a_large_one(
    shop: SandboxShop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run_import()
    monkeypatch.setattr(import_orders, "GOOD_PACE", 40)
    changed = BrightpearlClient.orders_changed_since

    def search_slowly(self: BrightpearlClient, since: Any) -> Any:
        clock.sleep(60)
        return changed(self, since)

    monkeypatch.setattr(BrightpearlClient, "orders_changed_since", search_slowly)
    stop_once(shop)

    assert last_run(shop).summary["unchanged"] > 40  # known, but none of it was read
    assert kept(shop).failures == 1


def test_the_patience_of_workers_leaves_room_for_large_accounts() -> None:
    """100,000 notes in the search (200 pages) and 1,000 open orders (15 requests), at 180 requests a minute."""
    assert timedelta(seconds=(200 + 15) / 180 * 60) < IMPORT_PATIENCE
    assert timedelta(minutes=3) >= IMPORT_PATIENCE


def test_what_a_search_alone_rules_out_does_not_fill_the_database(shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_records, "MAX_ON_RECORD", 5)
    for note in sorted(map(int, shop.expected()))[:9]:
        shop.server.data.unprint_note(note)

    summary = shop.run_import()

    assert summary.skipped["not_printed"] == 9
    on_record = [skipped.external_id for skipped in summary.skipped_notes if skipped.message.code == "not_printed"]
    with shop.database.reading_unit_of_work() as unit:
        assert len(unit.stores.skipped_among(shop.store.account_id, shop.store.id, on_record)) == 5
