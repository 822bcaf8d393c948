"""The sandbox as a program of its own."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import Any, TextIO

from .auth import SandboxCredentials
from .generator import generate
from .server import SandboxServer
from .throttle import Throttle
from .tls import SandboxTls


def run_sandbox(
    port: int,
    orders: int,
    seed: int,
    throttle: bool = True,
    username: str = "u@example.com",
    password: str = "secret",  # noqa: S107 - the simulator's own
    account_code: str = "testacct",
    *,
    plain: bool = False,
    shipped: int = 0,
    credentials: Mapping[str, Any] | None = None,
    ca_file: Path | None = None,
    output: TextIO | None = None,
) -> None:
    """Serve a generated account until SIGTERM or SIGINT; call it from the main thread.

    Prints one line with the URL as soon as it listens. `throttle` is Brightpearl's own cap, 200 requests a minute; `plain`
    leaves out the awkward orders; `shipped` more have left long ago; `credentials` are fields of SandboxCredentials. With
    `ca_file` it speaks HTTPS, and that file is what clients have to trust. Raises OSError when the port is taken or the file
    cannot be written, ValueError for a negative number of orders or an empty credential.
    """
    tls = None if ca_file is None else SandboxTls(ca_file)
    apps = SandboxCredentials(**(credentials or {}))
    data = generate(orders, seed, datetime.now(UTC), plain=plain, shipped=shipped)
    server = SandboxServer(
        data, port, username, password, account_code, Throttle() if throttle else None, credentials=apps, tls=tls
    )
    # Stopping joins the serving thread, so this thread must not be it.
    asked: SimpleQueue[int] = SimpleQueue()  # the handler may interrupt an Event's own wait, and then waits for its lock for ever

    def on_signal(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with server:
            line = f"Brightpearl sandbox at {server.url} (account {account_code}, user {username}, {orders} orders)"
            if tls is not None:
                line += f"; its certificate authority: {tls.ca_file}"
            print(line, file=output or sys.stdout, flush=True)
            asked.get()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
