from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop, ready

from adapters.queue.embedded import EmbeddedRunner
from engine.model.job import JobState
from engine.services.publish_rules import publish_rules
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


def test_a_runner_that_never_started_can_be_stopped(shop: Shop) -> None:
    assert EmbeddedRunner(shop.app, 2).stop()
