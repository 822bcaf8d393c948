"""A printer of the network: takes what is sent to its port, and keeps it."""

from __future__ import annotations

import socket
import threading
from typing import Self


class NetworkPrinter:
    """Listens on this machine while it is entered. `breaks_off`: it cuts the connection with a reset before it has read all."""

    def __init__(self, *, breaks_off: bool = False) -> None:
        self.printed: list[bytes] = []
        self._breaks_off = breaks_off
        self._listens = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.port: int = self._listens.getsockname()[1]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listens.shutdown(socket.SHUT_RDWR)
        self._listens.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listens.accept()
            except OSError:
                return
            with connection:
                if self._breaks_off:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    connection.recv(1)
                    continue
                with connection.makefile("rb") as sent:
                    self.printed.append(sent.read())


def unused_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listens:
        port: int = listens.getsockname()[1]
    return port
