"""Wakes idle workers of this process as soon as there is work, so that they need not look at the outbox all the time."""

from __future__ import annotations

import threading


class Wake:
    """One idle worker wakes for each ring; a ring that finds none waits for the next to become idle."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0

    def ring(self, times: int = 1) -> None:
        """Call it after the commit that the woken is to see."""
        with self._condition:
            self._rung += times
            self._condition.notify(times)

    def wait(self, timeout_s: float) -> bool:
        """Idle until a ring, at most so many seconds. Whether there was one."""
        with self._condition:
            rung = self._condition.wait_for(lambda: self._rung > 0, timeout_s)
            if rung:
                self._rung -= 1
            return rung
