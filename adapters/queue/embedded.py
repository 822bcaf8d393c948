"""The embedded runner: threads of this process work off the outbox."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence

from engine.application import Application
from engine.model.ids import new_id
from engine.model.job import JobKind
from engine.services.sessions import SessionPool
from engine.services.surviving import Surviving
from engine.services.work_off import work_one
from engine.wake import Wake

IDLE_S = 1.0  # between two looks at an empty outbox
LONGEST_WAIT_S = 0.2  # of other work for the reading of hints
HINTS = (JobKind.READ_HINTS,)


class EmbeddedRunner:
    """Starts and stops the threads. A stop lets every job that runs come to its end."""

    def __init__(self, app: Application, workers: int) -> None:
        self._app = app
        self._stopping = threading.Event()
        self._more = Wake()  # for those that do any work
        self._quiet = threading.Event()  # no hints are being read
        self._quiet.set()
        self._threads = [
            threading.Thread(target=self._work, args=(new_id("wrk"),), name=f"worker-{number}", daemon=True)
            for number in range(workers)
        ]
        # What stores tell of does not wait behind other work. The others take such jobs too, when they find them.
        self._threads.append(threading.Thread(target=self._work, args=(new_id("wrk"), HINTS), name="worker-hints", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 6.0) -> bool:
        """Take no more work and wait for what runs. Whether everything ended in time; what did not is free again soon."""
        self._stopping.set()
        self._app.wake.ring()
        self._more.ring()
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
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        self.start()
        stopped.wait()
        self.stop()

    def _work(self, owner: str, kinds: Sequence[JobKind] = ()) -> None:
        bell = self._app.wake if kinds else self._more
        told = False
        with SessionPool(self._app) as sessions:
            while not self._stopping.is_set():
                with Surviving("worker.failed") as round_:  # the job it failed at is free again when its lease ends
                    self._round(owner, sessions, kinds, told)
                if round_.failed:
                    sessions.close()
                    self._stopping.wait(IDLE_S)  # a ring must not make it fail faster
                told = not round_.failed and bell.wait(IDLE_S)
        bell.ring()  # the next one stops too

    def _round(self, owner: str, sessions: SessionPool, kinds: Sequence[JobKind], told: bool) -> None:
        """Do everything that is due."""
        while not self._stopping.is_set() and self._one(owner, sessions, kinds, told):
            sessions.close_idle()
            told = False
        sessions.close_idle()

    def _one(self, owner: str, sessions: SessionPool, kinds: Sequence[JobKind], told: bool) -> bool:
        """Do one job, if one is due. Other work begins between two readings of hints, not during one, and right after it."""
        if not kinds:
            self._quiet.wait(LONGEST_WAIT_S)
            return work_one(self._app, owner, sessions) is not None
        self._quiet.clear()
        try:
            worked = work_one(self._app, owner, sessions, kinds, told=told)
        finally:
            self._quiet.set()
        if worked is not None:
            self._more.ring()  # what was read may have to be sent
        return worked is not None
