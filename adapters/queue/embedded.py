"""The embedded runner: threads of this process work off the outbox, those of each lane their own kinds of work."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.stop_signal import StopSignal
from engine.application import Application
from engine.jobs.lanes import LANES, TurnTaking
from engine.jobs.registry import Lane
from engine.jobs.schedule import pull_due
from engine.jobs.wake import Wake
from engine.jobs.worker import process_job
from engine.log_exceptions import log_exceptions
from engine.model.ids import new_id
from engine.model.job import Job
from engine.services.stores.sessions import SessionPool

IDLE_S = 1.0  # between two looks at an empty lane
LONGEST_WAIT_S = 0.2  # of other work for the reading of changes
# Work that leaves other work behind, and where: at once,
FOLLOWED_BY = {
    Lane.IMPORTS: (Lane.ORDERS, Lane.CHANGES, Lane.PROVIDERS, Lane.MAIL),
    Lane.CHANGES: (Lane.ORDERS, Lane.IMPORTS, Lane.MAIL),
    Lane.LABELS: (Lane.WRITE_BACKS,),
    Lane.ORDERS: (Lane.NOTES, Lane.PROVIDERS),
    Lane.BULK: (Lane.ORDERS, Lane.NOTES, Lane.PROVIDERS),
}
# or when there is no more of it: what it has changed is read in one go, not after each job.
FOLLOWED_IN_THE_END_BY = dict.fromkeys((Lane.ORDERS, Lane.NOTES, Lane.BULK), (Lane.CHANGES,))


def threads_of(lane: Lane, workers: int) -> tuple[int, int]:
    """How many threads a lane has, and how many of them one account may keep busy: the rest is room for the others."""
    if lane is Lane.TRACKING:
        return 2, 1  # nobody waits for it, and an account asks in one job at a time
    if lane in (Lane.BACKTESTS, Lane.BULK):
        return 2, 1  # one takes long, and keeps a processor busy
    if lane is Lane.ORDERS:
        return 1, 1  # asks no store, and the database takes one writer at a time
    return workers + 1, workers


class _LaneThreads:
    """The threads of one lane. One of them at a time looks for work; those that found some are at it."""

    def __init__(self, app: Application, lane: Lane, workers: int, bell: Wake) -> None:
        count, most = threads_of(lane, workers)
        self.lane = lane
        self.bell = bell
        self.turns = TurnTaking(LANES[lane], most)
        self.looking = threading.Lock()
        self.left_work = False  # since somebody last found none
        self.names = [f"worker-{lane.value}-{number}" for number in range(count)]
        self._app = app
        self._free: list[SessionPool] = []  # the last used one on top, so that as few as possible log in
        self._lock = threading.Lock()

    @contextmanager
    def sessions(self) -> Iterator[SessionPool]:
        """Store sessions for one job."""
        with self._lock:
            pool = self._free.pop() if self._free else SessionPool(self._app)
        try:
            yield pool
        finally:
            with self._lock:
                self._free.append(pool)

    def close_idle(self) -> None:
        with self._lock:
            for pool in self._free:
                pool.close_idle()

    def close(self) -> None:
        with self._lock:
            for pool in self._free:
                pool.close()


class EmbeddedRunner:
    """Starts and stops the threads. A stop lets every job that runs come to its end.

    `workers` is how many jobs of one kind an account may have at work at once; each lane has a thread more.
    """

    def __init__(self, app: Application, workers: int) -> None:
        self._app = app
        self._stopping = threading.Event()
        self._quiet = threading.Event()  # no changes are being read
        self._quiet.set()
        # A webhook wakes this process's worker, so that the change is read at once.
        self._lanes = {lane: _LaneThreads(app, lane, workers, app.wake if lane is Lane.CHANGES else Wake()) for lane in LANES}
        self._threads = [
            threading.Thread(target=self._work, args=(threads,), name=name, daemon=True)
            for threads in self._lanes.values()
            for name in threads.names
        ]

    def start(self) -> None:
        with log_exceptions("jobs.not_pulled"):
            pull_due(self._app)
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 6.0) -> bool:
        """Take no more work and wait for what runs. Whether everything ended in time; what did not is free again soon."""
        self._stopping.set()
        for threads in self._lanes.values():
            threads.bell.notify()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def is_alive(self) -> bool:
        """Whether every thread runs."""
        return all(thread.is_alive() for thread in self._threads)

    def run_until_stopped(self) -> None:
        """Start, and stop at SIGTERM or SIGINT. For the main thread."""
        stopped = StopSignal()
        with stopped.listening():
            self.start()
            stopped.wait()
            self.stop()

    def _work(self, threads: _LaneThreads) -> None:
        owner = new_id("wrk")
        while not self._stopping.is_set():
            with log_exceptions("worker.failed") as round_:  # a job that it had claimed is free again when its lease ends
                job = self._next(threads, owner)
                if job is not None:
                    self._do(threads, owner, job)
            if round_.failed:
                self._stopping.wait(IDLE_S)  # a ring must not make it fail faster
        with log_exceptions("sessions.not_closed"):
            threads.close()

    def _next(self, threads: _LaneThreads, owner: str) -> Job | None:
        """The next job, waited for; None at a stop."""
        with threads.looking:
            told = False
            while not self._stopping.is_set():
                # Other work begins between two readings of changes, not during one; a long one is waited for once.
                if threads.lane is not Lane.CHANGES and not self._quiet.wait(LONGEST_WAIT_S):
                    self._quiet.set()
                job = threads.turns.claim(self._app, owner, told=told)
                if job is not None:
                    return job
                self._ring_in_the_end(threads)
                threads.close_idle()
                told = threads.bell.wait(IDLE_S) and threads.lane is Lane.CHANGES
        return None

    def _do(self, threads: _LaneThreads, owner: str, job: Job) -> None:
        if threads.lane is Lane.CHANGES:
            self._quiet.clear()
        try:
            with threads.sessions() as sessions:
                process_job(self._app, owner, job, sessions)
        finally:
            threads.turns.done(job)
            threads.left_work = True
            if threads.lane is Lane.CHANGES:
                self._quiet.set()
            threads.bell.notify()  # there may be room for this account again
        for lane in FOLLOWED_BY.get(threads.lane, ()):
            self._lanes[lane].bell.notify()

    def _ring_in_the_end(self, threads: _LaneThreads) -> None:
        if threads.left_work:
            threads.left_work = False
            for lane in FOLLOWED_IN_THE_END_BY.get(threads.lane, ()):
                self._lanes[lane].bell.notify()
