"""The stand-in as a program of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from adapters.sandboxes.stand_in import serve_until_signal

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
    serve_until_signal(server, "Sendcloud", output)
