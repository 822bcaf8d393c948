"""The embedded runner: threads of this process work off the outbox."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import structlog

from engine.application import Application
from engine.model.ids import new_id
from engine.services.sessions import SessionPool
from engine.services.work_off import work_one

log = structlog.get_logger(__name__)

IDLE_S = 1.0  # between two looks at an empty outbox


class EmbeddedRunner:
    """Starts and stops the threads. A stop lets every job that runs come to its end."""

    def __init__(self, app: Application, workers: int) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="jobs")
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(new_id("wrk"),), name=f"worker-{number}", daemon=True)
            for number in range(workers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 8.0) -> bool:
        """Take no more work and wait for what runs. Whether everything ended in time; what did not is free again soon."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout_s)
        self._pool.shutdown(wait=False)
        return not any(thread.is_alive() for thread in self._threads)

    def run_until_stopped(self) -> None:
        """Start, and stop at SIGTERM or SIGINT. For the main thread."""
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        self.start()
        stopped.wait()
        self.stop()

    def _work(self, owner: str) -> None:
        while not self._stopping.is_set():
            # Whatever a round meets comes back as a value: it is logged, and its job is free again when the lease ends.
            error = self._pool.submit(self._round, owner).exception()
            if error is not None:
                log.error("worker.failed", exc_info=error)
            self._stopping.wait(IDLE_S)

    def _round(self, owner: str) -> None:
        """Do everything that is due."""
        with SessionPool(self._app) as sessions:
            while not self._stopping.is_set() and work_one(self._app, owner, sessions) is not None:
                pass
