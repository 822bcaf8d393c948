"""A carrier's API on this machine: answers that a test gives it, and what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

CUT = 0  # in place of a status: the call is done, and the connection breaks


@dataclass
class CarrierServer:
    """`answers` by method and path; what is missing is 404."""

    url: str = ""
    answers: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)

    def times(self, method: str, path: str) -> int:
        return sum(1 for one in self.asked if one[:2] == (method, path))

    def told(self, method: str, path: str) -> bytes:
        return next(body for one, place, body in self.asked if (one, place) == (method, path))


@contextmanager
def carrier_server() -> Iterator[CarrierServer]:
    stage = CarrierServer()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            path = urlsplit(self.path).path
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            stage.asked.append((self.command, path, body))
            status, content = stage.answers.get((self.command, path), (404, b"{}"))
            if status == CUT:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _answer

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    stage.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stage
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
