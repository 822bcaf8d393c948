"""The stand-in as a program of its own."""

from __future__ import annotations

import signal
import sys
from queue import SimpleQueue
from types import FrameType
from typing import TextIO

from .options import EasyPostOptions
from .server import EasyPostServer


def run_easypost(port: int, *, api_key: str, options: EasyPostOptions | None = None, output: TextIO | None = None) -> None:
    """Serve EasyPost's API until SIGTERM or SIGINT; call it from the main thread.

    Prints one line with the address as soon as it listens. Raises OSError when the port is taken.
    """
    server = EasyPostServer(port, api_key=api_key, options=options)
    asked: SimpleQueue[int] = SimpleQueue()  # the handler may interrupt an Event's own wait, and then waits for its lock for ever

    def on_signal(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with server:
            print(f"EasyPost sandbox at {server.url}", file=output or sys.stdout, flush=True)
            asked.get()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
