"""Turns at the write lock: one at a time, in order, and never kept by who has gone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.examples import an_account

from storage.database import Database, open_database
from storage.errors import ConflictingWrite, DatabaseUnavailable
from storage.fair_lock import FairLock


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    fair_lock, order = FairLock(), []
    assert fair_lock.acquire(0)

    def ask(number: int) -> None:
        assert fair_lock.acquire(10)
        order.append(number)
        fair_lock.release()

    threads = []
    for number in range(20):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        while len(fair_lock._waiting) <= number:
            assert threads[-1].is_alive(), "the turn was taken, and this one did not wait for it"
            threading.Event().wait(0.001)
    fair_lock.release()
    for thread in threads:
        thread.join(60)

    assert order == list(range(20))
    assert fair_lock.acquire(0)


def test_who_does_not_want_to_wait_longer_goes_without_and_takes_nothing_along() -> None:
    fair_lock = FairLock()
    assert fair_lock.acquire(0)
    assert not fair_lock.acquire(0.01)
    fair_lock.release()
    assert fair_lock.acquire(0)
    fair_lock.release()
    assert fair_lock.acquire(0)


def test_many_at_once_never_have_it_together() -> None:
    fair_lock, inside, most = FairLock(), [0], [0]

    def work(_number: int) -> None:
        for _ in range(50):
            if fair_lock.acquire(5):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1
                fair_lock.release()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert most == [1]


@pytest.mark.parametrize("end", ["commit", "leave", "fail", "close"])
def test_a_turn_ends_with_its_transaction_however_that_ends(
    sqlite_database: Database, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database._BUSY_SECONDS", 0.0)
    with sqlite_database.unit_of_work() as unit:
        unit.accounts.add(an_account("one"))
        assert _has_turn(unit)
        if end == "commit":
            unit.commit()
            assert not _has_turn(unit)
        if end == "fail":
            with pytest.raises(ConflictingWrite):
                unit.accounts.add(an_account("one"))
        if end == "close":
            unit.connection.invalidate()
    with sqlite_database.unit_of_work() as unit:
        unit.accounts.is_empty()
        assert _has_turn(unit)


def test_readers_take_no_turn(sqlite_database: Database) -> None:
    with sqlite_database.unit_of_work() as writing, sqlite_database.reading_unit_of_work() as reading:
        writing.accounts.is_empty()
        reading.accounts.is_empty()
        assert (_has_turn(writing), _has_turn(reading)) == (True, False)


def test_another_process_that_writes_costs_no_turn_for_ever(sqlite_database: Database, sqlite_url: str) -> None:
    """The other engine stands for the other process: it has turns of its own."""
    other = open_database(sqlite_url)
    with other.unit_of_work() as theirs:
        theirs.accounts.is_empty()
        with sqlite_database.unit_of_work() as ours:
            ours.connection.connection.driver_connection.execute("PRAGMA busy_timeout = 0")
            with pytest.raises(DatabaseUnavailable):
                ours.accounts.is_empty()
            assert not _has_turn(ours), "whoever tries again would wait for their own turn"
    with sqlite_database.unit_of_work() as ours:
        ours.accounts.is_empty()
        assert _has_turn(ours)
    other.close()


def _has_turn(unit) -> bool:
    return unit.connection.connection.driver_connection.has_lock
