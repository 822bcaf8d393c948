"""Keeps a lease alive while long work goes on, so that a dead worker's work is free again soon and a live one's never."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from engine.log_exceptions import log_exceptions
from engine.model.lease import LEASE
from engine.ports import Clock
from engine.services.refusals import LeaseLost

RENEW_EVERY_S = 3.0


class LeaseWatch:
    """Whether the lease is still ours, as far as the last renewal told."""

    def __init__(self) -> None:
        self._lost = threading.Event()

    def check(self) -> None:
        """Raises LeaseLost."""
        if self._lost.is_set():
            raise LeaseLost

    def mark_lost(self) -> None:
        self._lost.set()


@contextmanager
def kept_alive(clock: Clock, renew: Callable[[datetime], bool]) -> Iterator[LeaseWatch]:
    """Calls `renew(until)` every few seconds in a thread of its own until the block ends."""
    watch = LeaseWatch()
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(RENEW_EVERY_S):
            held = True  # a failure to renew is no loss: the next try may succeed, and who writes checks the lease anyway
            with log_exceptions("lease.not_renewed"):
                held = renew(clock.now() + LEASE)
            if not held:
                watch.mark_lost()
                return

    thread = threading.Thread(target=keep, name="lease", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()
