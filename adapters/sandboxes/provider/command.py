"""The stand-in as a program of its own."""

from __future__ import annotations

from typing import TextIO

from adapters.sandboxes.stand_in import serve_until_signal

from .options import ProviderOptions
from .server import ProviderServer


def run_provider(
    port: int, *, secret: str = "", events_url: str = "", options: ProviderOptions | None = None, output: TextIO | None = None
) -> None:
    """Serve a provider's system until SIGTERM or SIGINT; call it from the main thread.

    Prints one line with the address as soon as it listens. Raises OSError when the port is taken.
    """
    server = ProviderServer(port, secret=secret, events_url=events_url, options=options)
    serve_until_signal(server, "Provider", output)
