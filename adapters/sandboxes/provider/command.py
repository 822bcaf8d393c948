"""The stand-in as a program of its own."""

from __future__ import annotations

import signal
import sys
from queue import SimpleQueue
from types import FrameType
from typing import TextIO

from .options import ProviderOptions
from .server import ProviderServer


def run_provider(
    port: int, *, secret: str = "", events_url: str = "", options: ProviderOptions | None = None, output: TextIO | None = None
) -> None:
    """Serve a provider's system until SIGTERM or SIGINT; call it from the main thread.

    Prints one line with the address as soon as it listens. Raises OSError when the port is taken.
    """
    server = ProviderServer(port, secret=secret, events_url=events_url, options=options)
    asked: SimpleQueue[int] = SimpleQueue()  # the handler may interrupt an Event's own wait, and then waits for its lock for ever

    def on_signal(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with server:
            print(f"Provider sandbox at {server.url}", file=output or sys.stdout, flush=True)
            asked.get()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
