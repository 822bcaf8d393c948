"""HTTP/1.1 on a socket that the sandbox can also break on purpose."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from .replies import Reply

MAX_BODY: Final = 4 * 1024 * 1024
_LENGTH: Final = re.compile(r"[0-9]{1,18}")
_HANDSHAKE_S: Final = 10.0
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)

Answer = Callable[[str, str, str, Mapping[str, str], bytes], tuple[Reply, bool]]
"""Method, path, query, headers (names in lower case), body → the reply, and whether the connection breaks in the middle of it."""


class ConnectionHandler(BaseHTTPRequestHandler):
    """One client's connection: kept alive, each reply in one packet if it fits, without Nagle's delay."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120
    server: LoopbackServer

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            # The other side is gone, or the connection was reset on purpose: nothing is left to flush to.
            self.close_connection = True
        finally:
            self.server.closed(self.connection)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the request log counts."""

    def _respond(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not _LENGTH.fullmatch(length) or int(length) > MAX_BODY:
            self.close_connection = True
            self._send(Reply(413, b"{}"))
            return
        body = self.rfile.read(int(length))
        path, _, query = self.path.partition("?")
        reply, breaks = self.server.answer(self.command, path, query, self._headers(), body)
        self._send(reply, len(reply.body) // 2 if breaks else None)
        if breaks:
            self._reset()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _respond

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _send(self, reply: Reply, cut_at: int | None = None) -> None:
        lines = [
            f"HTTP/1.1 {reply.status} {self.responses.get(reply.status, ('',))[0]}",
            f"Date: {self.date_time_string()}",
            f"Content-Type: {reply.content_type}",
            f"Content-Length: {len(reply.body)}",
        ]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        if self.close_connection:
            lines.append("Connection: close")
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + reply.body[:cut_at])
        self.wfile.flush()

    def _reset(self) -> None:
        """Drop the connection with a TCP reset; the socket goes when the handler's files are closed."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.connection.close()


class LoopbackServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only, a thread for each connection; `end()` closes those that clients keep open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    # A port in use must be an error; a port just given up must not.
    allow_reuse_address = True
    allow_reuse_port = False

    def __init__(self, port: int, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", port), ConnectionHandler)
        self.answer = answer
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def server_bind(self) -> None:
        """Bind without the look-up of the machine's name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection, after the handshake if there is one; here, in the connection's own thread."""
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(_HANDSHAKE_S)
        try:
            secured = self._tls.wrap_socket(request, server_side=True)
        except OSError:  # the client does not trust us, or speaks no TLS
            return
        with secured:
            super().finish_request(secured, client_address)

    def opened(self, connection: socket.socket) -> None:
        """Remember a client's connection."""
        with self._open_lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a client's connection."""
        with self._open_lock:
            self._open.discard(connection)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection. One that was reset is closed already."""
        try:
            super().shutdown_request(request)
        except OSError:
            request.close()

    def end(self) -> None:
        """Stop listening and close every connection."""
        self.server_close()
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # Gone already, which is what is wanted.
                continue
