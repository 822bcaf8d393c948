"""Stands between the product and a sandbox, and notes how much of the account's allowance each answer says is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

REMAINING = "brightpearl-requests-remaining"
_OF_THIS_HOP = {"connection", "transfer-encoding", "content-length", "server", "date"}


class AllowanceProxy(ThreadingHTTPServer):
    """`lowest` is the least that any answer said was left, None before the first; `refused` counts refusals for the cap."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target)
        self.lowest: int | None = None
        self.requests = 0
        self.refused = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def note(self, status: int, remaining: str | None) -> None:
        with self._lock:
            self.requests += 1
            self.refused += status == 503
            if remaining is not None:
                self.lowest = int(remaining) if self.lowest is None else min(self.lowest, int(remaining))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece, so that nobody waits for the acknowledgement of its first half
    server: AllowanceProxy

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(self.server.target.hostname or "", self.server.target.port, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", *_OF_THIS_HOP}}
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
            self.server.note(answer.status, answer.getheader(REMAINING))
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OF_THIS_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        finally:
            connection.close()

    do_GET = do_POST = do_PUT = do_DELETE = _forward

    def log_message(self, *_: object) -> None:
        """Nothing: standard error is for the benchmark's own lines."""


@contextmanager
def allowance_proxy(target: str) -> Iterator[AllowanceProxy]:
    """A proxy to this address until the block ends."""
    with AllowanceProxy(target) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
