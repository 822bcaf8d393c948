"""People who are being answered in this process right now, whom long work lets pass."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

LET_PASS_S = 0.025  # before each small piece of long work: it goes on, if slower, where somebody is always being answered


class Answering:
    """Counts the answers that are being made. Safe to share between threads."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0
        self._mine = threading.local()

    @contextmanager
    def answer(self) -> Iterator[None]:
        """Within it this thread answers somebody."""
        with self._condition:
            self._count += 1
        self._mine.count = self._own + 1
        try:
            yield
        finally:
            self._mine.count -= 1
            with self._condition:
                self._count -= 1
                self._condition.notify_all()

    def let_pass(self, at_most_s: float = LET_PASS_S) -> None:
        """Wait until nobody else is being answered, or for so many seconds. Call it outside of transactions."""
        if self._count > self._own:
            with self._condition:
                self._condition.wait_for(lambda: self._count <= self._own, at_most_s)

    @property
    def _own(self) -> int:
        return getattr(self._mine, "count", 0)
