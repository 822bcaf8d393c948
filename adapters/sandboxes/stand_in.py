"""What stand-ins have in common: a server on a loopback port that starts and stops, and a program that runs one."""

from __future__ import annotations

import signal
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from queue import SimpleQueue
from types import FrameType, TracebackType
from typing import Self, TextIO

from adapters.sandboxes.brightpearl.connection import LoopbackServer
from adapters.sandboxes.brightpearl.replies import Reply


class StandIn(ABC):
    """Serves on 127.0.0.1; `port` 0 takes a free one. Raises OSError when the port is taken. Also a context manager."""

    def __init__(self, port: int) -> None:
        self._stopping = threading.Event()
        self._http = LoopbackServer(port, self._answer)
        self._thread = threading.Thread(target=lambda: self._http.serve_forever(poll_interval=0.02), daemon=True)

    @property
    def root(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    @abstractmethod
    def url(self) -> str:
        """The address that people enter."""

    def now(self) -> datetime:
        """The service's clock, which a test may replace."""
        return datetime.now(UTC)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.end()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @abstractmethod
    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, bool]:
        """The reply to a request, and whether the connection breaks off in the middle of it."""


def serve_until_signal(server: StandIn, name: str, output: TextIO | None) -> None:
    """Serve until SIGTERM or SIGINT; call it from the main thread. Prints one line with the address as soon as it listens."""
    asked: SimpleQueue[int] = SimpleQueue()  # the handler may interrupt an Event's own wait, and then waits for its lock for ever

    def on_signal(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with server:
            print(f"{name} sandbox at {server.url}", file=output or sys.stdout, flush=True)
            asked.get()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
