"""What the pages about stores are told, on each kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, a_job, a_store, an_account_with_store, an_order

from adapters.stores.brightpearl.description import reasons
from engine.model.alert import Alert
from engine.model.job import JobKind, import_now_key
from engine.model.lease import LEASE
from engine.model.sentence import Sentence
from engine.model.store import ImportRun, Parked, SkippedNote, Store, StoreState
from engine.ports import NotFound
from storage.database import Database
from storage.queries import Queries

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        an_account_with_store(unit, "stranger")
        unit.commit()
    return store


def a_note(external_id: str, reason: str = reasons.NOT_PRINTED.code, minutes: int = 0) -> SkippedNote:
    message = Sentence(f"note {external_id}", f"nota {external_id}")
    return SkippedNote(external_id, None, reason, message, "", NOON, NOON + minutes * MINUTE)


def record(database: Database, store: Store, *notes: SkippedNote) -> None:
    with database.unit_of_work() as unit:
        unit.stores.record_skipped(store, notes)
        unit.commit()


def test_a_store_is_shown_with_its_counts_and_without_its_credentials(database: Database, store: Store) -> None:
    run = ImportRun("run_1", store.id, NOON, None, None, None, {})
    record(database, store, a_note("1"), a_note("2"), a_note("3", reasons.WRONG_CHANNEL.code))
    with database.unit_of_work() as unit:
        unit.orders.add_many(
            [an_order(store.account_id, store.id, "7001"), an_order(store.account_id, store.id, "7002")], "run_1"
        )
        unit.stores.park(store, Parked("9", "9", "9", "x", Sentence("a", "b"), b"{}"), "r", NOON)
        unit.stores.start_run(store.account_id, run)
        unit.stores.take_import_lease(store.account_id, store.id, "run_1", NOON, NOON + LEASE)
        unit.jobs.add_many([a_job(store.account_id, import_now_key(store.id), kind=JobKind.IMPORT_STORE, not_before=NOON)])
        unit.commit()
    status = Queries(database).status(store.account_id, store.id, NOON)

    assert status.store == replace(store, credentials={})
    assert (status.orders, status.parked, status.last_run) == (2, 1, run)
    assert status.skipped == {reasons.NOT_PRINTED.code: 2, reasons.WRONG_CHANNEL.code: 1}
    assert (status.is_importing, status.is_queued) == (True, True)
    later = Queries(database).status(store.account_id, store.id, NOON + MINUTE)
    assert (later.is_importing, later.is_queued) == (False, True)


def test_the_list_has_all_stores_of_the_account_and_no_others(database: Database, store: Store) -> None:
    other = a_store(store.account_id, name="other", state=StoreState.CLOSED)
    with database.unit_of_work() as unit:
        unit.stores.add(other)
        unit.commit()
    statuses = Queries(database).statuses(store.account_id, NOON)

    assert [status.store.id for status in statuses] == sorted([store.id, other.id])
    assert {(status.last_run, status.is_queued, status.is_importing) for status in statuses} == {(None, False, False)}
    for account_id, store_id in (("acc_stranger", store.id), (store.account_id, "sto_none")):
        with pytest.raises(NotFound):
            Queries(database).status(account_id, store_id, NOON)


def test_notices_are_alerts_about_no_order(database: Database, store: Store) -> None:
    told = [
        Alert(f"alr_{number}", store.account_id, order_id, Sentence("told", "dicho"), NOON + number * MINUTE)
        for number, order_id in enumerate((None, "ord_1", None, None))
    ]
    with database.unit_of_work() as unit:
        unit.orders.add_many([an_order(store.account_id, store.id, "7001", id="ord_1")], "run_1")
        for alert in told:
            unit.alerts.add(alert)
        unit.commit()
    assert Queries(database).notices(store.account_id, limit=2) == (told[3], told[2])
    assert Queries(database).notices("acc_stranger") == ()


def test_what_is_no_order_comes_seen_last_first_in_pages(database: Database, store: Store) -> None:
    record(
        database,
        store,
        *(a_note(external_id, minutes=minutes) for external_id, minutes in (("1", 0), ("2", 5), ("3", 5), ("4", 9))),
        a_note("5", reasons.TRANSFER_NOTE.code, 7),
    )
    queries = Queries(database)
    seen, after = [], None
    while True:
        page = queries.skipped_page(store.account_id, store.id, after=after, limit=2)
        seen.append([note.external_id for note in page.notes])
        after = page.next_after
        if after is None:
            break
    assert seen == [["4", "5"], ["2", "3"], ["1"]]
    (note,) = queries.skipped_page(store.account_id, store.id, reason=reasons.TRANSFER_NOTE.code).notes
    assert note == a_note("5", reasons.TRANSFER_NOTE.code, 7)
    assert queries.skipped_page("acc_stranger", store.id).notes == ()
    for made_up in ("nonsense", "2026-03-01T00:00:00 1", " "):
        assert queries.skipped_page(store.account_id, store.id, after=made_up).notes == ()
