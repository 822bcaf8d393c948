"""Wakes an idle worker of this process as soon as there is work for it."""

from __future__ import annotations

import threading


class Wake:
    """A bell: a ring wakes one of those who wait, or, while nobody does, the next at once, however often it was rung."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = False

    def notify(self) -> None:
        """Call it after the commit that the woken is to see."""
        with self._condition:
            self._rung = True
            self._condition.notify()

    def wait(self, timeout_s: float) -> bool:
        """Idle until a ring, at most so many seconds. Whether there was one."""
        with self._condition:
            rung = self._condition.wait_for(lambda: self._rung, timeout_s)
            self._rung = False
            return rung
