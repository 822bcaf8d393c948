from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from support.clock import FixedClock
from support.shop import ListConnector, Shop, _Session, open_shop, ready

from adapters.queue.embedded import EmbeddedRunner
from engine.model.job import JobKind, JobState
from engine.ports import StoreUnavailable
from engine.services.publish_rules import publish_rules
from engine.services.take_hints import arm_reading
from rules.messages import Message, Text
from storage.database import Database

RULES = b"""
name: r
rules:
  - {id: s, when: always, then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]}
"""


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr("adapters.queue.embedded.IDLE_S", 0.02)
    shop = open_shop(sqlite_database, clock, rules=None)
    publish_rules(shop.app, shop.merchant.slug, RULES)
    return shop


def count(shop: Shop, state: JobState) -> int:
    with shop.database.reading_unit_of_work() as unit:
        return unit.jobs.count(state)


def wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if condition():
            return True
        threading.Event().wait(0.01)
    return False


def test_it_works_off_what_is_there_and_what_comes(shop: Shop) -> None:
    shop.import_all(*(ready(str(number)) for number in range(5)))
    runner = EmbeddedRunner(shop.app, 2)
    runner.start()
    try:
        assert wait_until(lambda: count(shop, JobState.DONE) == 5)
        shop.import_all(*(ready(str(number)) for number in range(8)))
        assert wait_until(lambda: count(shop, JobState.DONE) == 8)
    finally:
        assert runner.stop()


def test_a_stop_lets_running_work_end_and_begins_no_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_session: object, _number: str) -> list[str]:
        begun.set()
        assert go_on.wait(5)
        return []

    monkeypatch.setattr("support.shop._Session.order_notes", slow)
    shop.import_all(ready("1"), ready("2"))
    runner = EmbeddedRunner(shop.app, 1)
    runner.start()
    assert begun.wait(5)
    threading.Timer(0.1, go_on.set).start()

    assert runner.stop()

    assert (count(shop, JobState.DONE), count(shop, JobState.DUE)) == (1, 1)


def test_a_stop_does_not_wait_for_ever(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def stuck(_session: object, _number: str) -> list[str]:
        begun.set()
        assert go_on.wait(5)
        return []

    monkeypatch.setattr("support.shop._Session.order_notes", stuck)
    shop.import_all(ready("1"))
    runner = EmbeddedRunner(shop.app, 3)
    runner.start()
    assert begun.wait(5)
    started = time.monotonic()

    assert not runner.stop(0.1)

    assert time.monotonic() - started < 1
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("worker-"))
    go_on.set()
    assert runner.stop()


def test_a_worker_outlives_what_nobody_foresaw(shop: Shop, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    failures = [RuntimeError("boom")]

    def fail_once(_session: object, _number: str) -> list[str]:
        if failures:
            raise failures.pop()
        return []

    monkeypatch.setattr("support.shop._Session.order_notes", fail_once)
    shop.import_all(ready("1"))
    runner = EmbeddedRunner(shop.app, 1)
    runner.start()
    try:
        assert wait_until(lambda: not failures)
        clock.sleep(11)  # its lease ends
        assert wait_until(lambda: count(shop, JobState.DONE) == 1)
    finally:
        assert runner.stop()


def tell(shop: Shop, *names: str) -> None:
    """What the call of a webhook leaves behind."""
    with shop.database.unit_of_work() as unit:
        unit.hints.add(shop.merchant.id, shop.store.id, names, shop.app.clock.now())
        arm_reading(unit, shop.app, shop.store)
        unit.commit()


def imported(shop: Shop) -> set[str]:
    with shop.database.reading_unit_of_work() as unit:
        return {order.external_id for order in unit.orders.stream(shop.merchant.id)}


def test_what_a_store_tells_of_is_read_at_the_ring_and_not_after_other_work(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("support.shop._Session.order_notes", lambda _session, _number: go_on.wait(5) and [])
    monkeypatch.setattr("adapters.queue.embedded.IDLE_S", 30.0)
    shop.import_all(ready("1"))
    shop.connector.records[:] = [ready("1"), ready("2")]
    runner = EmbeddedRunner(shop.app, 1)
    runner.start()
    try:
        assert wait_until(lambda: count(shop, JobState.RUNNING) == 1)  # the one worker is busy
        tell(shop, "n2")
        assert imported(shop) == {"n1"}
        shop.app.wake.ring()
        assert wait_until(lambda: imported(shop) == {"n1", "n2"})
    finally:
        go_on.set()
        assert runner.stop()


def test_a_session_is_kept_over_rounds_and_dropped_when_the_store_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    open_one, read_one = ListConnector.open, _Session.read
    monkeypatch.setattr(ListConnector, "open", lambda *given: opened.append(1) or open_one(*given))
    shop.connector.records[:] = [ready(str(number)) for number in range(4)]
    runner = EmbeddedRunner(shop.app, 1)
    runner._threads[:] = runner._threads[1:]  # the one that listens
    runner.start()
    try:
        for number in range(3):
            tell(shop, f"n{number}")
            shop.app.wake.ring()
            assert wait_until(lambda done=number: len(imported(shop)) == done + 1)
            assert wait_until(lambda: count(shop, JobState.RUNNING) == 0)
        assert len(opened) == 1

        def fail(*_: object) -> list[object]:
            raise StoreUnavailable(Message("no", Text("no", "no")))

        monkeypatch.setattr(_Session, "read", fail)
        tell(shop, "n3")
        shop.app.wake.ring()
        assert wait_until(lambda: waits_to_try_again(shop))
        monkeypatch.setattr(_Session, "read", read_one)
        shop.app.clock.sleep(59)
        shop.app.wake.ring()
        assert wait_until(lambda: len(imported(shop)) == 4)
        assert len(opened) == 2
    finally:
        assert runner.stop()


def test_other_work_does_not_wait_for_a_long_reading(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> list[object]:
        begun.set()
        assert go_on.wait(5)
        return []

    monkeypatch.setattr(_Session, "read", slow)
    shop.import_all(ready("1"))
    tell(shop, "n2")
    runner = EmbeddedRunner(shop.app, 1)
    runner._threads.reverse()  # the one that listens begins
    runner.start()
    try:
        assert begun.wait(5)
        assert wait_until(lambda: count(shop, JobState.DONE) == 1)
    finally:
        go_on.set()
        assert runner.stop()


def waits_to_try_again(shop: Shop) -> bool:
    with shop.database.reading_unit_of_work() as unit:
        due = unit.jobs.has_due(shop.app.clock.now(), [JobKind.READ_HINTS])
        return not due and unit.jobs.count(JobState.RUNNING) == 0


def test_a_runner_that_never_started_can_be_stopped(shop: Shop) -> None:
    assert EmbeddedRunner(shop.app, 2).stop()
