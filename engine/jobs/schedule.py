"""What is due when. APScheduler ticks; a tick only puts work into the outbox, under a key that names what it is.

Every node may tick: the key is unique in the database, so one of them wins. The time in the key is the planned one, not
the tick's, so after a stop the newest missed run is caught up once and older ones are not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from engine.application import Application
from engine.jobs.plan_reconciliations import plan_reconciliations
from engine.jobs.plan_times import last_daily, share_of
from engine.jobs.retention import forget_old
from engine.log import get_logger
from engine.log_exceptions import log_exceptions
from engine.model.ids import new_id
from engine.model.job import Job, JobKind
from engine.model.store import Store
from engine.services.connections.tend_connections import tend_connections
from engine.services.deciding.end_holds import release_ended_holds
from engine.services.deciding.schedules import arm_schedules, pull_schedules
from engine.services.fulfillment.overdue_requests import tell_overdue
from engine.services.mail.digests import make_digests
from engine.services.tracking.ask_carriers import arm_questions, pull_questions

log = get_logger(__name__)

TICK_S = 15
PULL_S = 60
LATE = 4  # times its interval, for any work: what holds it up for so long does not go away by itself
FORGET_S = 3600
MAX_JITTER_S = 60.0
TURNED_BACK_S = 30.0  # a clock that goes back further was wrong
LONGEST_PUT_OFF = timedelta(hours=2)  # longer than the longest pause between two attempts at a job
PLANNED_KEYS = ("refresh:", "daily:")  # what the keys of planned imports begin with
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Planned:
    """One run of a store's import: why, the planned time, and the start with the store's own share of jitter."""

    store: Store
    name: str  # "refresh" | "daily"
    at: datetime
    start: datetime

    @property
    def key(self) -> str:
        return f"{self.name}:{self.store.id}@{self.at.isoformat()}"


def newest_planned(store: Store, now: datetime) -> Iterator[Planned]:
    """The newest planned run of each kind up to now, unless it lies before the store was connected."""
    interval = timedelta(minutes=store.refresh_minutes)
    for name, at, spread_s in (
        ("refresh", _EPOCH + (now - _EPOCH) // interval * interval, min(MAX_JITTER_S, interval.total_seconds() / 10)),
        ("daily", last_daily(store, now), MAX_JITTER_S),
    ):
        start = at + timedelta(seconds=share_of(store, name) * spread_s)
        if at > store.created_at:
            yield Planned(store, name, at, start)


def next_planned(store: Store, now: datetime) -> datetime:
    """When the store is imported next by itself."""
    interval = timedelta(minutes=store.refresh_minutes)
    refresh = _EPOCH + ((now - _EPOCH) // interval + 1) * interval
    spread_s = min(MAX_JITTER_S, interval.total_seconds() / 10)
    return refresh + timedelta(seconds=share_of(store, "refresh") * spread_s)


def next_daily(store: Store, now: datetime) -> datetime:
    """When the store's daily refresh begins next."""
    zone = ZoneInfo(store.time_zone)
    hours, minutes = map(int, store.daily_refresh_at.split(":"))
    day = now.astimezone(zone).date()
    spread = timedelta(seconds=share_of(store, "daily") * MAX_JITTER_S)
    while (at := datetime(day.year, day.month, day.day, hours, minutes, tzinfo=zone).astimezone(UTC) + spread) <= now:
        day += timedelta(days=1)
    return at


def enqueue_due(app: Application) -> int:
    """Put every import that is due by now into the outbox, unless it is there already. How many were new."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        stores = [store for store in uow.stores.list_open() if store.paused_until(now) is None]
        jobs = [_job(planned, now) for store in stores for planned in newest_planned(store, now) if planned.start <= now]
        added = uow.jobs.add_many(jobs)
        uow.commit()
    if added:
        log.info("schedule.enqueued", imports=added)
    return added


def pull_due(app: Application) -> int:
    """Make due what a wrong clock has put off further than any attempt is; how many there were. What is planned stays."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        pulled = uow.jobs.pull_due(now, LONGEST_PUT_OFF, PLANNED_KEYS)
        uow.commit()
    if pulled:
        log.warning("jobs.put_off_by_a_wrong_clock", jobs=pulled)
    return pulled


def _job(planned: Planned, now: datetime) -> Job:
    return Job(
        id=new_id("job"),
        account_id=planned.store.account_id,
        kind=JobKind.IMPORT_STORE,
        key=planned.key,
        payload={"store_id": planned.store.id, "planned": planned.at.isoformat(), "name": planned.name},
        created_at=now,
        not_before=planned.start,
    )


def is_overtaken(app: Application, job: Job) -> bool:
    """Whether a newer run of the same plan has become due since, or the store was closed: then this one is not caught up.

    So runs do not pile up while a store cannot be reached. Raises NotFound.
    """
    with app.reading() as uow:
        store = uow.stores.get(job.account_id, str(job.payload["store_id"]))
    if store.is_closed:
        return True
    if "planned" not in job.payload:
        return False
    planned = datetime.fromisoformat(str(job.payload["planned"]))
    now = app.clock.now()
    newest = (run for run in newest_planned(store, now) if run.name == job.payload.get("name"))
    return any(run.at > planned and run.start <= now for run in newest)


class _TickThreads(BaseExecutor):  # type: ignore[misc]
    """A daemon thread for each tick: the threads of a pool are waited for when the process ends, however long they take."""

    def __init__(self) -> None:
        super().__init__()
        self._running: set[threading.Thread] = set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the ticks that run. Whether all of them ended in time."""
        deadline = monotonic() + timeout_s
        running = list(self._running)
        for thread in running:
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread in running)

    def _do_submit_job(self, job: Any, _run_times: list[datetime]) -> None:
        thread = threading.Thread(target=self._run, args=(job,), name=f"tick-{job.id}", daemon=True)
        self._running.add(thread)
        thread.start()

    def _run(self, job: Any) -> None:
        try:
            job.func(*job.args, **job.kwargs)
        finally:
            self._running.discard(threading.current_thread())
            self._run_job_success(job.id, [])


class Schedule:
    """The ticking clock of one process. It goes on when the clock of the machine is put back."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._due_by: dict[str, float] = {}  # by the name of the work: when it has to be done again, by no clock
        self._has_ticked = False
        self._stopped = threading.Event()
        self._threads = _TickThreads()
        self._scheduler = BackgroundScheduler(timezone=UTC, executors={"default": self._threads})
        for work, seconds in (
            (enqueue_due, TICK_S),
            (release_ended_holds, TICK_S),
            (arm_schedules, TICK_S),
            (make_digests, PULL_S),
            (pull_due, PULL_S),
            (tend_connections, PULL_S),
            (tell_overdue, PULL_S),
            (arm_questions, PULL_S),
            (plan_reconciliations, PULL_S),
            (forget_old, FORGET_S),
            (pull_schedules, FORGET_S),
            (pull_questions, FORGET_S),
        ):
            self._every(seconds, work)

    def _every(self, seconds: int, work: Callable[[Application], object]) -> None:
        self._scheduler.add_job(
            self._tick,
            "interval",
            args=[work, seconds],
            seconds=seconds,
            next_run_time=self._app.clock.now(),  # what was missed while the service was down is caught up at once
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            id=work.__name__,
        )
        self._due_by[work.__name__] = monotonic() + LATE * seconds

    def start(self) -> None:
        self._scheduler.start()
        threading.Thread(target=self._watch_clock, name="clock-watch", daemon=True).start()

    def _watch_clock(self) -> None:
        """The times of ticks are those of the clock: where it was put back, the next one would be when it has caught up."""
        ahead = self._ahead()
        while not self._stopped.wait(TICK_S):
            before, ahead = ahead, self._ahead()
            if ahead < before - TURNED_BACK_S:
                log.warning("schedule.clock_put_back", seconds=round(before - ahead))
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=self._app.clock.now())

    def _ahead(self) -> float:
        """How far the clock is ahead of the time that has passed since the machine started."""
        return self._app.clock.now().timestamp() - monotonic()

    def is_alive(self) -> bool:
        """Whether everything that it does was done lately, each by itself: what goes well says nothing of the rest."""
        return self._has_ticked and all(monotonic() <= due_by for due_by in self._due_by.values())

    def _tick(self, work: Callable[[Application], object], seconds: int) -> None:
        """One that fails, because the database is locked for instance, is one line in the log; the next one comes."""
        with log_exceptions("schedule.failed", work=work.__name__):
            work(self._app)
            self._due_by[work.__name__] = monotonic() + LATE * seconds
            self._has_ticked = True

    def stop(self, timeout_s: float = 3.0) -> bool:
        """No tick any more, and wait for those that run. Whether all ended in time; what one left undone, the next start does."""
        self._stopped.set()
        self._scheduler.shutdown(wait=False)
        return self._threads.join(timeout_s)
