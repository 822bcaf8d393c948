"""The limits of Sendcloud's API: 1000 requests a minute that only read, 100 a minute and 15 a second that may write."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

READS: Final = ((1000, timedelta(minutes=1)),)
WRITES: Final = ((15, timedelta(seconds=1)), (100, timedelta(minutes=1)))


class Throttle:
    """Counts requests of the last minute. Safe to share between threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: dict[bool, deque[datetime]] = {True: deque(), False: deque()}
        self._lock = threading.Lock()

    def wait(self, method: str) -> timedelta | None:
        """How long to wait before a request is taken; None where it was taken."""
        is_read = method == "GET"
        now = self._now()
        with self._lock:
            seen = self._seen[is_read]
            while seen and now - seen[0] >= timedelta(minutes=1):
                seen.popleft()
            for most, span in READS if is_read else WRITES:
                within = [at for at in seen if now - at < span]
                if len(within) >= most:
                    return span - (now - within[0])
            seen.append(now)
        return None
