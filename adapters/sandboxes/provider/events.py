"""The line by which events leave: one after the other, again when they must, twice or in the wrong order on purpose."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import requests

from .options import ProviderOptions
from .signatures import signed

Json = dict[str, Any]
Post = Callable[[Mapping[str, str], bytes], int]
"""Headers and body → the status; 0 when nobody answers."""

TIMEOUT_S: Final = 10.0
RETRIES_S: Final = (0.2, 1.0, 5.0, 30.0)


def post_to(url: Callable[[], str]) -> Post:
    """Send to an address, which may change."""

    def post(headers: Mapping[str, str], body: bytes) -> int:
        try:
            return requests.post(url(), data=body, headers=dict(headers), timeout=TIMEOUT_S, allow_redirects=False).status_code
        except requests.RequestException:
            return 0

    return post


class EventLine:
    """Sends what `add` was given from a thread of its own."""

    def __init__(
        self, post: Post, secret: Callable[[], str], now: Callable[[], datetime], options: Callable[[], ProviderOptions]
    ) -> None:
        self._post, self._secret, self._now, self._options = post, secret, now, options
        self._waiting: queue.Queue[Json | None] = queue.Queue()
        self._held: Json | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="provider-sandbox-events", daemon=True)
        self.sent: list[tuple[str, str, int]] = []  # message id, type, status of each try

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join()

    def add(self, event: Json) -> None:
        self._waiting.put(event)

    def settle(self) -> None:
        """Wait until all that was added has been sent, also what one event made wait for another."""
        self._waiting.join()
        if self._held is not None:
            self._waiting.put({})
            self._waiting.join()

    def _run(self) -> None:
        while (event := self._waiting.get()) is not None:
            try:
                self._take(event)
            finally:
                self._waiting.task_done()

    def _take(self, event: Json) -> None:
        if self._held is None and event and self._options().reorder_events:
            self._held = event
            return
        held, self._held = self._held, None
        for one in (event, held):
            if one:
                self._send(one)

    def _send(self, event: Json) -> None:
        message_id = f"msg_{uuid4().hex}"
        for _ in range(2 if self._options().duplicate_events else 1):
            self._deliver(message_id, event)

    def _deliver(self, message_id: str, event: Json) -> None:
        for pause in (*RETRIES_S, None):
            now = self._now()
            body = json.dumps({**event, "timestamp": now.isoformat()}).encode()
            status = self._post(signed(self._secret(), message_id, now, body), body)
            self.sent.append((message_id, str(event["type"]), status))
            if (status != 0 and status < 500) or pause is None or self._stopping.wait(pause):
                return
