from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from support.clock import FixedClock
from support.shop import ListConnector, Shop, _Session, open_shop, ready

from adapters.queue.embedded import EmbeddedRunner, threads_of
from engine.application import Application
from engine.jobs.kinds import JOB_TYPES
from engine.jobs.lanes import LANES
from engine.jobs.registry import JobResult, Lane
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.ports import StoreUnavailable
from engine.services.deciding.publish_rules import publish_rules
from engine.services.importing.receive_webhook import make_reading_due
from engine.services.stores.sessions import SessionPool
from rules.messages import Message, Text
from storage.database import Database

HANG_S = 60  # what takes longer hangs

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
    """Whether it comes true; what never does is given up after a time that a loaded machine keeps as well."""
    for _ in range(HANG_S * 100):
        if condition():
            return True
        threading.Event().wait(0.01)
    return False


def kept(shop: Shop, kind: JobKind, state: JobState) -> int:
    with shop.database.begin_reading() as connection:
        query = text("SELECT count(*) FROM jobs WHERE state = :state AND kind = :kind")
        return connection.execute(query, {"kind": kind.value, "state": state.value}).scalar_one()


def done(shop: Shop, kind: JobKind) -> int:
    return kept(shop, kind, JobState.DONE)


def only(runner: EmbeddedRunner, lane: Lane) -> EmbeddedRunner:
    """The runner with the threads of one lane."""
    runner._threads[:] = [thread for thread in runner._threads if f"-{lane.value}-" in thread.name]
    return runner


def test_it_works_off_what_is_there_and_what_comes(shop: Shop) -> None:
    shop.import_all(*(ready(str(number)) for number in range(5)))
    runner = EmbeddedRunner(shop.app, 2)
    runner.start()
    try:
        assert wait_until(lambda: done(shop, JobKind.FETCH_NOTES) == 5)
        shop.import_all(*(ready(str(number)) for number in range(8)))
        assert wait_until(lambda: done(shop, JobKind.FETCH_NOTES) == 8)
        assert done(shop, JobKind.DELEGATE) == 8
    finally:
        assert runner.stop()


def test_a_stop_lets_running_work_end_and_begins_no_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.import_all(ready("1"), ready("2"))
    handing_over = only(EmbeddedRunner(shop.app, 1), Lane.ORDERS)
    handing_over.start()
    assert wait_until(lambda: kept(shop, JobKind.FETCH_NOTES, JobState.DUE) == 2)
    assert handing_over.stop()
    begun = threading.Event()
    runner = only(EmbeddedRunner(shop.app, 1), Lane.NOTES)
    del runner._threads[1:]

    def lasts_into_the_stop(_session: object, _number: str) -> list[str]:
        begun.set()
        assert runner._stopping.wait(HANG_S)
        return []

    monkeypatch.setattr("support.shop._Session.order_notes", lasts_into_the_stop)
    runner.start()
    assert begun.wait(HANG_S)

    assert runner.stop()

    assert (kept(shop, JobKind.FETCH_NOTES, JobState.DONE), kept(shop, JobKind.FETCH_NOTES, JobState.DUE)) == (1, 1)


def test_a_stop_does_not_wait_for_ever(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def stuck(_session: object, _number: str) -> list[str]:
        begun.set()
        assert go_on.wait(HANG_S)
        return []

    monkeypatch.setattr("support.shop._Session.order_notes", stuck)
    shop.import_all(ready("1"))
    runner = EmbeddedRunner(shop.app, 3)
    runner.start()
    assert begun.wait(HANG_S)

    assert not runner.stop(0.1), "else it waited until the job ended"

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
        assert wait_until(lambda: count(shop, JobState.RUNNING) == 0)
        clock.sleep(60)  # as long as it waits for its next try
        assert wait_until(lambda: done(shop, JobKind.FETCH_NOTES) == 1)
    finally:
        assert runner.stop()


def tell(shop: Shop, *names: str) -> None:
    """What the call of a webhook leaves behind."""
    with shop.database.unit_of_work() as unit:
        unit.pending_changes.add(shop.merchant.id, shop.store.id, names, shop.app.clock.now())
        make_reading_due(unit, shop.app, shop.store)
        unit.commit()


def imported(shop: Shop) -> set[str]:
    with shop.database.reading_unit_of_work() as unit:
        return {order.external_id for order in unit.orders.stream(shop.merchant.id)}


def test_what_a_store_tells_of_is_read_at_the_ring_and_not_after_other_work(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("support.shop._Session.order_notes", lambda _session, _number: go_on.wait(HANG_S) and [])
    monkeypatch.setattr("adapters.queue.embedded.IDLE_S", 30.0)
    shop.import_all(ready("1"))
    shop.connector.records[:] = [ready("1"), ready("2")]
    runner = EmbeddedRunner(shop.app, 1)
    runner.start()
    try:
        assert wait_until(lambda: count(shop, JobState.RUNNING) == 1)  # a worker is busy
        tell(shop, "n2")
        assert imported(shop) == {"n1"}
        shop.app.wake.notify()
        assert wait_until(lambda: imported(shop) == {"n1", "n2"})
    finally:
        go_on.set()
        assert runner.stop()


def test_a_session_is_kept_over_rounds_and_dropped_when_the_store_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    open_one, read_one = ListConnector.open, _Session.read
    monkeypatch.setattr(ListConnector, "open", lambda *given: opened.append(1) or open_one(*given))
    shop.connector.records[:] = [ready(str(number)) for number in range(4)]
    runner = only(EmbeddedRunner(shop.app, 1), Lane.CHANGES)
    runner.start()
    try:
        for number in range(3):
            tell(shop, f"n{number}")
            shop.app.wake.notify()
            assert wait_until(lambda done=number: len(imported(shop)) == done + 1)
            assert wait_until(lambda: count(shop, JobState.RUNNING) == 0)
        assert len(opened) == 1

        def fail(*_: object) -> list[object]:
            raise StoreUnavailable(Message("no", Text("no", "no")))

        monkeypatch.setattr(_Session, "read", fail)
        tell(shop, "n3")
        shop.app.wake.notify()
        assert wait_until(lambda: waits_to_try_again(shop))
        monkeypatch.setattr(_Session, "read", read_one)
        shop.app.clock.sleep(59)
        shop.app.wake.notify()
        assert wait_until(lambda: len(imported(shop)) == 4)
        assert len(opened) == 2
    finally:
        assert runner.stop()


def test_other_work_does_not_wait_for_a_long_reading(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> list[object]:
        begun.set()
        assert go_on.wait(HANG_S)
        return []

    monkeypatch.setattr(_Session, "read", slow)
    shop.import_all(ready("1"))
    tell(shop, "n2")
    runner = EmbeddedRunner(shop.app, 1)
    runner._threads.sort(key=lambda thread: Lane.CHANGES.value not in thread.name)  # those that listen begin
    runner.start()
    try:
        assert begun.wait(HANG_S)
        assert wait_until(lambda: done(shop, JobKind.DELEGATE) == 1)
    finally:
        go_on.set()
        assert runner.stop()


def test_a_reading_that_hangs_is_waited_for_once_and_not_before_each_job(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting(threading.Event):
        in_vain = 0

        def wait(self, timeout: float | None = None) -> bool:
            came = super().wait(timeout)
            Counting.in_vain += not came
            return came

    stuck = Blocked(monkeypatch, JobKind.READ_CHANGES)
    quick = Blocked(monkeypatch, JobKind.ALERT)
    quick.go_on.set()
    put_in(shop, shop.merchant.id, JobKind.READ_CHANGES)
    runner = EmbeddedRunner(shop.app, 1)
    runner._quiet = Counting()
    runner._quiet.set()
    runner.start()
    try:
        assert wait_until(lambda: len(stuck.begun) == 1)
        put_in(shop, shop.merchant.id, JobKind.ALERT, 40)
        assert wait_until(lambda: len(quick.begun) == 40)
        assert Counting.in_vain <= len(LANES), "at most once for each lane"
    finally:
        stuck.go_on.set()
        assert runner.stop(HANG_S)


def test_what_rules_hand_over_is_read_at_once_and_together(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.queue.embedded.IDLE_S", 3.0 * HANG_S)  # nobody looks without being told
    runner = EmbeddedRunner(shop.app, 1)
    runner._lanes[Lane.NOTES].looking.acquire()  # the notes come later
    runner.start()
    try:
        shop.import_all(*(ready(str(number)) for number in range(5)))
        runner._lanes[Lane.ORDERS].bell.notify()
        assert wait_until(lambda: kept(shop, JobKind.READ_CHANGES, JobState.DONE) == 1)
        assert len(copies(shop)) == 5
        assert not any(copy["notes"] for copy in copies(shop))
        runner._lanes[Lane.NOTES].looking.release()
        assert wait_until(lambda: all(copy["notes"] for copy in copies(shop)))
    finally:
        assert runner.stop()


def copies(shop: Shop) -> list[dict[str, object]]:
    with shop.database.reading_unit_of_work() as unit:
        return [order.source for order in unit.orders.stream(shop.provider.id)]


def waits_to_try_again(shop: Shop) -> bool:
    with shop.database.reading_unit_of_work() as unit:
        due = unit.jobs.has_due(shop.app.clock.now(), [JobKind.READ_CHANGES])
        return not due and unit.jobs.count(JobState.RUNNING) == 0


def test_a_runner_that_never_started_can_be_stopped(shop: Shop) -> None:
    assert EmbeddedRunner(shop.app, 2).stop()


class Blocked:
    """A handler that is at work until it is let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *kinds: JobKind) -> None:
        self.begun: list[Job] = []
        self.go_on = threading.Event()
        for kind in kinds:
            monkeypatch.setitem(JOB_TYPES, kind, replace(JOB_TYPES[kind], handle=self))

    def __call__(self, _app: Application, job: Job, _sessions: SessionPool) -> JobResult:
        self.begun.append(job)
        assert self.go_on.wait(HANG_S)
        return JobResult(job, JobState.DONE)


def put_in(shop: Shop, account_id: str, kind: JobKind, count: int = 1) -> None:
    now = shop.app.clock.now()
    with shop.database.unit_of_work() as unit:
        unit.jobs.add_many([Job(new_id("job"), account_id, kind, new_id("key"), {}, now, now) for _ in range(count)])
        unit.commit()


@pytest.mark.parametrize("lane", list(Lane))
def test_work_of_one_kind_holds_up_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch, lane: Lane) -> None:
    """All threads of a lane hang; every other kind of work is done all the same."""
    stuck = Blocked(monkeypatch, *LANES[lane])
    others = [kind for other, kinds in LANES.items() if other is not lane for kind in kinds]
    quick = Blocked(monkeypatch, *others)
    quick.go_on.set()
    for kind in LANES[lane]:
        for account_id in (shop.merchant.id, shop.provider.id):
            put_in(shop, account_id, kind, 5)
    runner = EmbeddedRunner(shop.app, 1)
    runner.start()
    try:
        assert wait_until(lambda: len(stuck.begun) == threads_of(lane, 1)[0])
        for kind in others:
            put_in(shop, shop.merchant.id, kind)
        assert wait_until(lambda: {job.kind for job in quick.begun} == set(others))
    finally:
        stuck.go_on.set()
        assert runner.stop(HANG_S)


@pytest.mark.parametrize("lane", [Lane.WRITE_BACKS, Lane.CHANGES, Lane.NOTES, Lane.MAIL, Lane.IMPORTS])
def test_an_account_whose_store_hangs_leaves_room_for_another(shop: Shop, monkeypatch: pytest.MonkeyPatch, lane: Lane) -> None:
    kind = LANES[lane][0]
    stuck = Blocked(monkeypatch, kind)
    put_in(shop, shop.merchant.id, kind, 20)
    runner = EmbeddedRunner(shop.app, 2)
    runner.start()
    try:
        assert wait_until(lambda: len(stuck.begun) == 2)
        put_in(shop, shop.provider.id, kind)
        assert wait_until(lambda: len(stuck.begun) == 3)
        assert stuck.begun[-1].account_id == shop.provider.id
    finally:
        stuck.go_on.set()
        assert runner.stop(HANG_S)


def test_an_account_has_all_its_places_again_when_its_work_has_ended(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Blocked(monkeypatch, JobKind.NOTIFY_STORE)
    quick.go_on.set()
    put_in(shop, shop.merchant.id, JobKind.NOTIFY_STORE, 12)
    runner = EmbeddedRunner(shop.app, 1)
    runner.start()
    try:
        assert wait_until(lambda: len(quick.begun) == 12)
    finally:
        assert runner.stop(HANG_S)
