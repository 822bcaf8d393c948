"""Contract of what imports saw in a store: which of it is read again, and how long it stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.examples import NOON, a_store, an_account_with_store

from adapters.stores.brightpearl.description import reasons
from engine.model.sentence import Sentence
from engine.model.store import ImportRun, Parked, RawDocument, SkippedNote, Store, StoreState
from storage.database import Database

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    return store


@pytest.fixture
def other(database: Database, store: Store) -> Store:
    """Another store of the same account."""
    other = a_store(store.account_id, name="other")
    with database.unit_of_work() as unit:
        unit.stores.add(other)
        unit.commit()
    return other


@pytest.fixture
def foreign(database: Database) -> Store:
    """A store of another account."""
    with database.unit_of_work() as unit:
        foreign = an_account_with_store(unit, "elsewhere")
        unit.commit()
    return foreign


def a_parked(external_id: str) -> Parked:
    return Parked(external_id, "7001", "7001", "parties", Sentence("no country", "sin país"), b"{}")


def a_run(store: Store, number: int, days: int) -> ImportRun:
    return ImportRun(f"run_{store.id}_{number}", store.id, NOON + days * DAY, None, None, None, {})


def a_skipped(external_id: str, seconds: int = 0) -> SkippedNote:
    seen, message = NOON + seconds * SECOND, Sentence("not printed", "sin imprimir")
    return SkippedNote(external_id, "7001", reasons.NOT_PRINTED.code, message, "", seen, seen)


def test_the_last_run_of_each_store_stays_however_old_it_is(database: Database, store: Store, other: Store) -> None:
    runs = [a_run(store, 1, 0), a_run(store, 2, 1), a_run(store, 3, 2), a_run(other, 1, 0)]

    def left() -> list[str]:
        with database.reading_unit_of_work() as unit:
            ids = unit.connection.exec_driver_sql("SELECT id FROM import_runs ORDER BY id").scalars().all()
        return [run.id for run in runs if run.id in ids]

    with database.unit_of_work() as unit:
        for run in runs:
            unit.stores.start_run(store.account_id, run)
        unit.commit()
    for days, forgotten, stay in ((0, 0, runs), (1, 1, runs[1:]), (9, 1, runs[2:]), (9, 0, runs[2:])):
        with database.unit_of_work() as unit:
            assert unit.stores.forget_runs(NOON + days * DAY) == forgotten
            unit.commit()
        assert left() == [run.id for run in stay]


def test_of_several_stores_each_has_its_own_last_run(database: Database, store: Store, other: Store, foreign: Store) -> None:
    first, last, another = a_run(store, 1, 0), a_run(store, 2, 1), a_run(other, 1, 0)
    with database.unit_of_work() as unit:
        for run in (last, first, another):
            unit.stores.start_run(store.account_id, run)
        unit.stores.start_run(foreign.account_id, a_run(foreign, 1, 5))
        unit.commit()
    with database.reading_unit_of_work() as unit:
        everywhere = [store.id, other.id, foreign.id]
        assert unit.stores.last_runs(store.account_id, everywhere) == {store.id: last, other.id: another}
        assert unit.stores.last_runs(store.account_id, [other.id]) == {other.id: another}
        assert unit.stores.last_run(foreign.account_id, store.id) is None


def test_what_was_left_out_long_ago_is_forgotten_in_every_account(database: Database, store: Store, foreign: Store) -> None:
    with database.unit_of_work() as unit:
        for one in (store, foreign):
            unit.stores.record_skipped(one, [a_skipped("1"), a_skipped("2", seconds=1)])
        assert unit.stores.forget_all_skipped(NOON) == 0
        assert unit.stores.forget_all_skipped(NOON + SECOND) == 2
        for one in (store, foreign):
            assert unit.stores.skipped_among(one.account_id, one.id, ["1", "2"]) == {"2": a_skipped("2", seconds=1)}


def test_what_one_store_left_out_is_forgotten_without_that_of_others(
    database: Database, store: Store, other: Store, foreign: Store
) -> None:
    with database.unit_of_work() as unit:
        for one in (store, other, foreign):
            unit.stores.record_skipped(one, [a_skipped("1"), a_skipped("2")])
        unit.stores.forget_skipped(store.account_id, store.id, ["1"], before=NOON)
        assert len(unit.stores.skipped_among(store.account_id, store.id, ["1", "2"])) == 2
        unit.stores.forget_skipped(store.account_id, store.id, ["1"], before=NOON + SECOND)
        assert list(unit.stores.skipped_among(store.account_id, store.id, ["1", "2"])) == ["2"]
        unit.stores.forget_skipped(store.account_id, store.id)
        assert unit.stores.skipped_among(store.account_id, store.id, ["1", "2"]) == {}
        for one in (other, foreign):
            assert len(unit.stores.skipped_among(one.account_id, one.id, ["1", "2"])) == 2


def test_what_was_parked_before_is_listed_in_parts(database: Database, store: Store, other: Store, foreign: Store) -> None:
    with database.unit_of_work() as unit:
        for one in (store, other, foreign):
            unit.stores.park_many(one, [(a_parked(number), "r1") for number in "1234"], NOON)
        unit.stores.park(store, a_parked("3"), "r2", NOON + SECOND)
        listed = unit.stores.list_parked_before
        assert listed(store.account_id, store.id, NOON, "", 9) == []
        assert listed(store.account_id, store.id, NOON + SECOND, "", 2) == ["1", "2"]
        assert listed(store.account_id, store.id, NOON + SECOND, "2", 2) == ["4"]
        assert listed(store.account_id, foreign.id, NOON + SECOND, "", 9) == []
        unit.stores.unpark(store.account_id, store.id, ["1"])
        unit.stores.unpark(store.account_id, foreign.id, ["1"])
        assert listed(other.account_id, other.id, NOON + SECOND, "", 1) == ["1"]
        assert listed(foreign.account_id, foreign.id, NOON + SECOND, "", 1) == ["1"]


def test_documents_of_an_order_are_listed_newest_first_and_forgotten_together(
    database: Database, store: Store, other: Store, foreign: Store
) -> None:
    with database.unit_of_work() as unit:
        for one in (store, other, foreign):
            unit.stores.keep_raw(one, [("1", "b", b"1"), ("1", "a", b"2"), ("2", "a", b"3")], NOON)
            unit.stores.keep_raw(one, [("1", "c", b"4")], NOON + SECOND)
        newest = [RawDocument("c", NOON + SECOND, b"4"), RawDocument("a", NOON, b"2"), RawDocument("b", NOON, b"1")]
        assert unit.stores.list_raw(store.account_id, store.id, "1") == newest
        assert unit.stores.forget_raw(store.account_id, store.id, ["1", "9"]) == 3
        assert unit.stores.forget_raw(store.account_id, foreign.id, ["1"]) == 0
        assert unit.stores.list_raw(store.account_id, store.id, "1") == []
        assert unit.stores.list_raw(store.account_id, store.id, "2") == [RawDocument("a", NOON, b"3")]
        for one in (other, foreign):
            assert unit.stores.list_raw(one.account_id, one.id, "1") == newest


def test_what_a_closed_store_had_parked_goes_with_its_documents(database: Database, store: Store, other: Store) -> None:
    with database.unit_of_work() as unit:
        for one in (store, other):
            unit.stores.keep_raw(one, [("1", "a", b"1")], NOON)
            unit.stores.park(one, a_parked("1"), "r1", NOON)
        unit.stores.set_state(store.account_id, store.id, StoreState.CLOSED)
        kept_for = timedelta(days=store.preferences.keep_raw_days)
        for later, documents, closed in ((kept_for, 1, 1), (kept_for + SECOND, 0, 0)):
            unit.stores.drop_outdated_raw(NOON + later)
            assert len(unit.stores.list_raw(store.account_id, store.id, "1")) == documents
            assert len(unit.stores.list_raw(other.account_id, other.id, "1")) == documents
            assert len(unit.stores.list_parked(store.account_id, store.id)) == closed
            assert len(unit.stores.list_parked(other.account_id, other.id)) == 1
