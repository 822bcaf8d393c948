"""The stand-in as a program of its own."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from queue import SimpleQueue
from types import FrameType
from typing import TextIO

from .faults import Fault
from .options import SendcloudOptions
from .server import SendcloudServer


def run_sendcloud(
    port: int,
    *,
    public_key: str,
    secret_key: str,
    options: SendcloudOptions | None = None,
    faults: Sequence[Fault] = (),
    output: TextIO | None = None,
) -> None:
    """Serve a Sendcloud account until SIGTERM or SIGINT; call it from the main thread.

    Prints one line with the address as soon as it listens. Raises OSError when the port is taken.
    """
    server = SendcloudServer(port, public_key=public_key, secret_key=secret_key, options=options, faults=faults)
    asked: SimpleQueue[int] = SimpleQueue()  # the handler may interrupt an Event's own wait, and then waits for its lock for ever

    def on_signal(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with server:
            print(f"Sendcloud sandbox at {server.url}", file=output or sys.stdout, flush=True)
            asked.get()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
