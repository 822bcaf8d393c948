"""The stand-in as a program of its own."""

from __future__ import annotations

from typing import TextIO

from adapters.sandboxes.stand_in import serve_until_signal

from .options import EasyPostOptions
from .server import EasyPostServer


def run_easypost(port: int, *, api_key: str, options: EasyPostOptions | None = None, output: TextIO | None = None) -> None:
    """Serve EasyPost's API until SIGTERM or SIGINT; call it from the main thread.

    Prints one line with the address as soon as it listens. Raises OSError when the port is taken.
    """
    server = EasyPostServer(port, api_key=api_key, options=options)
    serve_until_signal(server, "EasyPost", output)
