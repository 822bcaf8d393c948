from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs
from support.clock import FixedClock
from support.examples import a_store, an_account
from support.log import log_plainly
from support.sandbox_shop import cheap_hasher

from engine.application import Application
from engine.jobs.registry import LONGEST_RETRY_S
from engine.jobs.schedule import (
    LONGEST_PUT_OFF,
    MAX_JITTER_S,
    Schedule,
    enqueue_due,
    is_overtaken,
    newest_planned,
    next_daily,
    next_planned,
    pull_due,
)
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.lease import LEASE
from engine.model.store import Store, StoreState
from engine.ports import StorageUnavailable
from storage.database import Database

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def a_scheduled(zone: str = "UTC", store_id: str = "sto_1", **changes: Any) -> Store:
    return a_store("acc_1", id=store_id, created_at=LONG_AGO, time_zone=zone, **changes)


def daily(store: Store, now: datetime) -> datetime:
    return next(planned.at for planned in newest_planned(store, now) if planned.name == "daily")


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("at", ["00:00", "02:30", "03:00", "23:59"])
@pytest.mark.parametrize("day", [(3, 8), (3, 29), (10, 25), (11, 1)])
def test_there_is_one_daily_run_a_day_also_when_the_clocks_change(zone: str, at: str, day: tuple[int, int]) -> None:
    store = a_scheduled(zone, daily_refresh_at=at)
    start = datetime(2026, *day, tzinfo=UTC) - timedelta(days=2)

    runs = {daily(store, start + timedelta(minutes=15 * step)) for step in range(4 * 24 * 4)}

    local = sorted(run.astimezone(ZoneInfo(zone)) for run in runs)
    assert len({moment.date() for moment in local}) == len(local)
    assert 4 <= len(local) <= 5
    for moment in local:
        wanted = datetime.strptime(at, "%H:%M")  # noqa: DTZ007 - a time of day
        off = (moment.hour * 60 + moment.minute) - (wanted.hour * 60 + wanted.minute)
        assert off in (0, 60, 30)  # a time that the night lacks comes as much later


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe"])
def test_the_next_daily_run_is_the_one_that_then_comes(zone: str) -> None:
    store = a_scheduled(zone, daily_refresh_at="02:30")
    now = datetime(2026, 3, 27, tzinfo=UTC)
    for _ in range(200):
        now += timedelta(minutes=37)
        coming = next_daily(store, now)
        assert now < coming <= now + timedelta(hours=26)
        run = next(planned for planned in newest_planned(store, coming) if planned.name == "daily")
        assert run.start == coming


def test_a_run_is_never_in_the_future() -> None:
    store = a_scheduled("Pacific/Apia")
    for hour in range(24 * 40):
        now = datetime(2011, 12, 1, tzinfo=UTC) + timedelta(hours=hour)
        for planned in newest_planned(store, now):
            assert planned.at <= now
            assert now - planned.at <= timedelta(days=2)


def test_the_refresh_comes_every_so_many_minutes() -> None:
    store = a_scheduled(refresh_minutes=20)
    now = datetime(2026, 3, 2, 9, 59, 59, tzinfo=UTC)
    [refresh] = [planned for planned in newest_planned(store, now) if planned.name == "refresh"]

    assert refresh.at == datetime(2026, 3, 2, 9, 40, tzinfo=UTC)
    assert refresh.at <= refresh.start <= refresh.at + timedelta(seconds=MAX_JITTER_S)
    assert next_planned(store, now) - timedelta(minutes=20) == refresh.start
    assert refresh.key == f"refresh:{store.id}@2026-03-02T09:40:00+00:00"


def test_stores_do_not_all_start_at_once_but_each_at_its_own_time() -> None:
    now = datetime(2026, 3, 2, 9, 59, tzinfo=UTC)
    starts = {next_planned(a_scheduled(store_id=f"sto_{number}"), now) for number in range(30)}

    assert len(starts) == 30
    assert max(starts) - min(starts) <= timedelta(seconds=MAX_JITTER_S)
    assert {next_planned(a_scheduled(store_id="sto_1"), now) for _ in range(3)} < starts | {next_planned(a_scheduled(), now)}


def test_nothing_is_planned_before_a_store_was_connected() -> None:
    now = datetime(2026, 3, 2, 9, 59, tzinfo=UTC)

    assert not list(newest_planned(a_store("acc_1", created_at=now), now + timedelta(seconds=30)))


@pytest.fixture
def app(database: Database, clock: FixedClock) -> Application:
    with database.unit_of_work() as unit:
        account = an_account()
        unit.accounts.add(account)
        unit.stores.add(a_store(account.id, created_at=LONG_AGO))
        paused = {"state": StoreState.REFUSED, "failures": 1, "retry_at": clock.now() + timedelta(hours=20)}
        unit.stores.add(a_store(account.id, created_at=LONG_AGO, name="refused", **paused))
        unit.stores.add(a_store(account.id, created_at=LONG_AGO, name="closed", state=StoreState.CLOSED))
        unit.commit()
    return Application(database.unit_of_work, database.reading_unit_of_work, clock, {}, cheap_hasher())


def due(database: Database) -> int:
    with database.reading_unit_of_work() as unit:
        return unit.jobs.count(JobState.DUE)


def test_what_is_due_is_put_in_once(app: Application, database: Database, clock: FixedClock) -> None:
    clock.sleep(120)
    assert enqueue_due(app) == 2  # the refresh and the daily run of the one store that is open and connected
    assert enqueue_due(app) == 0
    clock.sleep(15 * 60)
    assert enqueue_due(app) == 1
    assert due(database) == 3


def test_a_planned_run_is_left_out_once_the_next_of_its_plan_begins(
    app: Application, database: Database, clock: FixedClock
) -> None:
    clock.sleep(120)
    enqueue_due(app)
    with database.unit_of_work() as unit:
        found = [unit.jobs.claim("w", clock.now(), clock.now() + LEASE, [JobKind.IMPORT_STORE]) for _ in range(2)]
        (store,) = (store for store in unit.stores.list_open() if store.state is StoreState.CONNECTED)
    jobs = {str(job.payload["name"]): job for job in found if job is not None}

    def left_out() -> list[str]:
        return [name for name in ("daily", "refresh") if is_overtaken(app, jobs[name])]

    assert left_out() == []
    clock.sleep((next_planned(store, clock.now()) - clock.now()).total_seconds() - 1)
    assert left_out() == []
    clock.sleep(1)
    assert left_out() == ["refresh"]
    clock.sleep((next_daily(store, clock.now()) - clock.now()).total_seconds())
    assert "daily" in left_out()


def test_after_a_stop_only_the_newest_missed_run_is_caught_up(app: Application, clock: FixedClock) -> None:
    clock.sleep(120)
    enqueue_due(app)
    clock.sleep(3 * 24 * 3600 + 3600)

    assert enqueue_due(app) == 4, "the pause of the other store is over as well"


def test_a_store_that_fails_is_left_alone_until_its_pause_is_over(
    app: Application, database: Database, clock: FixedClock
) -> None:
    clock.sleep(120)
    enqueue_due(app)
    with database.unit_of_work() as unit:
        (store,) = (store for store in unit.stores.list_open() if store.state is StoreState.REFUSED)
        unit.stores.keep_progress(
            store.account_id, store.id, scanned_until=None, failures=2, retry_at=clock.now() + timedelta(minutes=2)
        )
        unit.commit()

    assert enqueue_due(app) == 0
    clock.sleep(120)
    assert enqueue_due(app) == 2


def test_a_pause_that_only_a_wrong_clock_can_have_set_is_void(app: Application, database: Database, clock: FixedClock) -> None:
    with database.unit_of_work() as unit:
        (store,) = (store for store in unit.stores.list_open() if store.state is StoreState.REFUSED)
        far = clock.now() + timedelta(days=30)
        unit.stores.keep_progress(store.account_id, store.id, scanned_until=None, failures=2, retry_at=far)
        unit.commit()
        store = unit.stores.get(store.account_id, store.id)
    clock.sleep(120)

    assert enqueue_due(app) == 4
    assert store.paused_until(clock.now()) is None
    assert store.paused_until(far - timedelta(hours=24)) == far
    assert store.paused_until(far) is None


def test_two_schedulers_put_each_run_in_once(app: Application, database: Database, clock: FixedClock) -> None:
    clock.sleep(120)
    added: list[int] = []
    threads = [threading.Thread(target=lambda: added.append(enqueue_due(app))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sum(added) == due(database) == 2


def test_a_schedule_ticks_at_once_and_stops(sqlite_database: Database) -> None:
    with sqlite_database.unit_of_work() as unit:
        account = an_account()
        unit.accounts.add(account)
        unit.stores.add(a_store(account.id, created_at=LONG_AGO))
        unit.commit()
    done = threading.Event()

    class Ticking(FixedClock):
        def now(self) -> datetime:
            return datetime.now(UTC)

    app = Application(sqlite_database.unit_of_work, sqlite_database.reading_unit_of_work, Ticking(), {}, cheap_hasher())
    schedule = Schedule(app)
    schedule.start()
    try:
        for _ in range(1200):
            if due(sqlite_database) >= 1:
                break
            done.wait(0.05)
    finally:
        schedule.stop()

    assert due(sqlite_database) >= 1


def test_a_tick_that_fails_is_one_line_in_the_log(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = threading.Event()

    def fail(_app: Application) -> None:
        ticked.set()
        raise StorageUnavailable("locked")

    monkeypatch.setattr("engine.jobs.schedule.enqueue_due", fail)
    monkeypatch.setattr("engine.jobs.schedule.forget_old", lambda _app: None)
    schedule = Schedule(app)
    log_plainly()
    with capture_logs() as logs:
        schedule.start()
        assert ticked.wait(10)
        schedule.stop()
    assert [(entry["event"], entry["log_level"]) for entry in logs if entry["log_level"] != "debug"] == [
        ("schedule.failed", "warning")
    ]


@pytest.mark.parametrize("failing", ["enqueue_due", "plan_reconciliations", "make_digests"])
def test_it_is_not_alive_while_one_work_fails_whatever_the_others_do(
    app: Application, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    fails, passed = False, 0.0
    monkeypatch.setattr("engine.jobs.schedule.monotonic", lambda: passed)

    def work(_app: Application) -> None:
        if fails:
            raise StorageUnavailable("locked")

    work.__name__ = failing
    monkeypatch.setattr(f"engine.jobs.schedule.{failing}", work)
    schedule = Schedule(app)
    ticks = [(job.func, job.args) for job in schedule._scheduler.get_jobs()]
    assert not schedule.is_alive()

    def tick_all() -> bool:
        for tick, args in ticks:
            tick(*args)
        return schedule.is_alive()

    assert tick_all()
    fails = True
    passed += 30
    assert tick_all()
    passed += 240
    assert not tick_all()
    fails = False
    assert tick_all()


def test_it_goes_on_when_the_clock_is_put_back(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler would tick again when the clock has caught up, in a year."""
    ticked = threading.Event()

    class Clock(FixedClock):
        ahead = timedelta(days=365)

        def now(self) -> datetime:
            return datetime.now(UTC) + self.ahead

    monkeypatch.setattr("engine.jobs.schedule.enqueue_due", lambda _app: ticked.set())
    clock = Clock()
    schedule = Schedule(replace(app, clock=clock))
    monkeypatch.setattr("engine.jobs.schedule.TICK_S", 0.01)
    for job in schedule._scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + clock.ahead)
    log_plainly()
    with capture_logs() as logs:
        schedule.start()
        assert not ticked.wait(0.1)
        clock.ahead = timedelta()
        assert ticked.wait(30)
        schedule.stop()
    assert [entry["seconds"] for entry in logs if entry["event"] == "schedule.clock_put_back"] == [365 * 24 * 3600]


def test_a_tick_that_hangs_holds_up_neither_the_stop_nor_the_end_of_the_process(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, go_on, threads = threading.Event(), threading.Event(), []

    def hang(_app: Application) -> None:
        threads.append(threading.current_thread())
        hangs.set()
        go_on.wait()

    monkeypatch.setattr("engine.jobs.schedule.enqueue_due", hang)
    schedule = Schedule(app)
    schedule.start()
    try:
        assert hangs.wait(60)
        assert schedule.stop(timeout_s=0.01) is False
    finally:
        go_on.set()
        assert schedule._threads.join(60)  # the other ticks have let go of the database
    assert all(thread.daemon for thread in threads)  # Python waits for others when it ends


def test_work_that_a_wrong_clock_has_put_off_is_done_and_plans_of_imports_stay(app: Application, database: Database) -> None:
    now = app.clock.now()
    month, hour = timedelta(days=30), timedelta(hours=1)
    with database.unit_of_work() as unit:
        [store, *_] = unit.stores.list_open()
        for key, wait in (("effect:1", month), ("import:1", month), ("effect:2", hour), ("refresh:1@x", month)):
            unit.jobs.add_many([Job(new_id("job"), store.account_id, JobKind.IMPORT_STORE, key, {}, now, now + wait)])
        unit.commit()

    assert pull_due(app) == 2
    assert pull_due(app) == 0

    with database.reading_unit_of_work() as unit:
        found = {
            key: unit.jobs.find(store.account_id, key).not_before - now
            for key in ("effect:1", "import:1", "effect:2", "refresh:1@x")
        }
    assert found == {"effect:1": timedelta(), "import:1": timedelta(), "effect:2": hour, "refresh:1@x": month}


def test_no_pause_between_attempts_counts_as_put_off() -> None:
    assert timedelta(seconds=LONGEST_RETRY_S * 1.25) < LONGEST_PUT_OFF
