"""Wakes the idle worker of this process that reads what stores told of, as soon as one has told something."""

from __future__ import annotations

import threading


class Wake:
    """A bell with one listener: a ring while nobody waits ends the next wait at once, however often it was rung."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        """Call it after the commit that the woken is to see."""
        self._rung.set()

    def wait(self, timeout_s: float) -> bool:
        """Idle until a ring, at most so many seconds. Whether there was one."""
        rung = self._rung.wait(timeout_s)
        self._rung.clear()
        return rung
