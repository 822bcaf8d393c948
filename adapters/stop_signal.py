"""That the process is asked to end, by SIGTERM or SIGINT."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic


class StopSignal:
    """What the main thread waits for.

    Python runs a handler between two steps of the main thread. A signal that comes while that is on its way into a wait, or that
    reaches another thread, would be noted only when the wait is over, and this one may have no end. So the wait is for a pipe,
    into which Python writes at once, whatever the main thread does.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._pipe: int | None = None  # its end to read from

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Have the signals noted for the length of a block. For the main thread."""
        self._pipe, writing = os.pipe()
        for end in (self._pipe, writing):
            os.set_blocking(end, False)
        previous_pipe = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)  # a full pipe ends the wait as well
        previous = {number: signal.signal(number, self._note) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(previous_pipe)
            for end in (self._pipe, writing):
                os.close(end)
            self._pipe = None

    def is_set(self) -> bool:
        return self._is_set

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a signal while listening, so many seconds at most; whether there was one."""
        assert self._pipe is not None
        deadline = None if timeout is None else monotonic() + timeout
        while not self._is_set:
            left = None if deadline is None else max(0.0, deadline - monotonic())
            if not select.select([self._pipe], [], [], left)[0]:
                break
            os.read(self._pipe, 64)  # another signal's, else the handler has run by now
        return self._is_set

    def _note(self, _number: int, _frame: object) -> None:
        self._is_set = True
