"""That the process is asked to end, by SIGTERM or SIGINT."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue


class StopSignal:
    """What the main thread waits for.

    A handler runs between any two steps of the main thread, also while that holds the lock inside an Event that it is about
    to wait for: setting the Event there would wait for that lock for ever. A SimpleQueue may be put into from anywhere.
    """

    def __init__(self) -> None:
        self._asked: SimpleQueue[int] = SimpleQueue()
        self._is_set = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Have the signals noted for the length of a block. For the main thread."""
        previous = {number: signal.signal(number, self._note) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def is_set(self) -> bool:
        return self._is_set

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a signal, so many seconds at most; whether there was one."""
        if not self._is_set:
            try:
                self._asked.get(timeout=timeout)
            except Empty:
                return self._is_set
        return True

    def _note(self, number: int, _frame: object) -> None:
        self._is_set = True
        self._asked.put(number)
