"""The request cap: so many requests in a window, for everyone who shares a pool."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

UNTHROTTLED_REMAINING: Final = 199


@dataclass(frozen=True, slots=True)
class Throttle:
    """The cap's setting: `limit` requests in `window_s` seconds.

    `rolling` counts the requests of the last `window_s` seconds; otherwise a window opens with the first request and is
    emptied at once when it ends.
    """

    limit: int = 200
    window_s: float = 60.0
    rolling: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """Whether a request may pass, and what both throttle headers say about it."""

    allowed: bool
    remaining: int
    next_period_ms: int

    def headers(self) -> dict[str, str]:
        """Both headers, as every API reply carries them."""
        return {
            "brightpearl-requests-remaining": str(self.remaining),
            "brightpearl-next-throttle-period": str(self.next_period_ms),
        }


class ThrottlePools:
    """One counter for each pool of callers, all with the same cap unless a pool has its own; safe for many threads."""

    def __init__(self, throttle: Throttle | None) -> None:
        self._lock = threading.Lock()
        self._throttle = throttle
        self._own: dict[str, Throttle | None] = {}
        self._counters: dict[str, RequestCounter] = {}
        self.clock: Callable[[], float] = time.monotonic  # seconds; another one for tests whose time stands still

    def admit(self, pool: str) -> Passage:
        """Count one request of a pool, or refuse it."""
        with self._lock:
            counter = self._counters.get(pool)
            if counter is None:
                counter = self._counters[pool] = RequestCounter(self._own.get(pool, self._throttle), lambda: self.clock())
        return counter.admit()

    def configure(self, throttle: Throttle | None, pool: str | None = None) -> None:
        """Take another cap from now on (None: no cap), for one pool or for all, forgetting what was counted there."""
        with self._lock:
            if pool is None:
                self._throttle = throttle
                self._own.clear()
                self._counters.clear()
            else:
                self._own[pool] = throttle
                self._counters.pop(pool, None)


class RequestCounter:
    """Counts requests against a throttle; safe for many threads. Refused requests use up nothing."""

    def __init__(self, throttle: Throttle | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._throttle = throttle
        self._times: deque[float] = deque()

    def admit(self) -> Passage:
        """Count one request, or refuse it."""
        with self._lock:
            throttle = self._throttle
            if throttle is None:
                return Passage(True, UNTHROTTLED_REMAINING, 0)
            now = self._clock()
            self._forget(now, throttle)
            allowed = len(self._times) < throttle.limit
            if allowed:
                self._times.append(now)
            oldest = self._times[0] if self._times else now
            # Rounded up, so that a client that waits exactly as long as told is let in.
            wait_ms = int((oldest + throttle.window_s - now) * 1000) + 1
            return Passage(allowed, throttle.limit - len(self._times), max(0, wait_ms))

    def _forget(self, now: float, throttle: Throttle) -> None:
        times = self._times
        if throttle.rolling:
            while times and times[0] <= now - throttle.window_s:
                times.popleft()
        elif times and times[0] <= now - throttle.window_s:
            times.clear()
