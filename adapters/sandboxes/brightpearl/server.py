"""The sandbox server: one Brightpearl account on a loopback port."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType

from .auth import SandboxCredentials
from .connection import LoopbackServer
from .control import answer_control
from .data import SandboxData
from .options import SandboxOptions
from .replies import Reply
from .sandbox import Sandbox
from .throttle import Throttle
from .tls import SandboxTls


class SandboxServer(Sandbox):
    """Serves `data` as a Brightpearl account on 127.0.0.1, over plain HTTP or with `tls`; `port` 0 takes a free one.

    Listens from the start (raises OSError when the port is taken), answers after `start()` or within `serve_forever()`. Also a
    context manager. `throttle` None means no cap. The user logs in with `username` and `password`; `credentials` are those of
    the account's apps.
    """

    def __init__(
        self,
        data: SandboxData,
        port: int = 0,
        username: str = "u@example.com",
        password: str = "secret",  # noqa: S107
        account_code: str = "testacct",
        throttle: Throttle | None = None,
        options: SandboxOptions | None = None,
        *,
        credentials: SandboxCredentials | None = None,
        tls: SandboxTls | None = None,
    ) -> None:
        super().__init__(data, lambda: f"127.0.0.1:{self.port}", username, password, account_code, throttle, options, credentials)
        self._serving = False
        self._thread: threading.Thread | None = None
        self._scheme = "http" if tls is None else "https"
        self._http = LoopbackServer(port, self._answer, None if tls is None else tls.context)

    # Running

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._http.server_port

    @property
    def url(self) -> str:
        """The address to give as integration URL, without a slash at the end."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def start(self) -> SandboxServer:
        """Serve in a thread of its own; returns itself."""
        self._serving = True
        self._thread = threading.Thread(target=self._serve, name="brightpearl-sandbox", daemon=True)
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serve in this thread until `stop()` is called from another one (or a signal raises)."""
        if self._stopping.is_set():
            return
        self._serving = True
        try:
            self._serve()
        finally:
            self._stopping.set()
            self._http.end()

    def stop(self) -> None:
        """Stop serving and close every connection."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._serving:
            self._http.shutdown()
        if self._thread is not None:
            self._thread.join()
        self._http.end()

    def __enter__(self) -> SandboxServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _serve(self) -> None:
        self._dispatcher.start()
        # A short poll: shutdown() waits for the end of one.
        try:
            self._http.serve_forever(poll_interval=0.02)
        finally:
            self._dispatcher.stop()

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, bool]:
        if path.startswith("/sandbox/"):
            return answer_control(self, method, path, query, body), False
        return self.answer_api(method, path, query, headers, body)
