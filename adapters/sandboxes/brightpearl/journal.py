"""What was written through the API, in order: for whoever has to prove that each write happened exactly once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from .hook_calls import without_secrets
from .replies import Json
from .times import format_time

WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_REMEMBERED: Final = 200_000
_HOOK_FIELDS: Final = ("subscribeTo", "httpMethod", "contentType", "idSetAccepted", "qualityOfService")


class Journal:
    """The latest 200000 writes that reached a service; safe for many threads. Holds no credentials."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: deque[Json] = deque(maxlen=_REMEMBERED)
        self._last = 0

    def add(self, method: str, path: str, headers: Mapping[str, str], body: bytes, status: int) -> None:
        """Note one write with the status of its answer; `path` is relative to the account."""
        entry: Json = {
            "sequence": 0,
            "at": format_time(self._clock()),
            "method": method,
            "path": path,
            "body": _readable(path, body),
            "status": status,
        }
        if "if-match" in headers:
            entry["if_match"] = headers["if-match"]
        with self._lock:
            self._last += 1
            entry["sequence"] = self._last
            self._entries.append(entry)

    def since(self, sequence: int = 0) -> list[Json]:
        """The entries after this sequence number, which counts from 1."""
        with self._lock:
            return [dict(entry) for entry in self._entries if entry["sequence"] > sequence]


def _readable(path: str, body: bytes) -> Any:
    """A body as JSON; None for an empty one or one that is not JSON. A webhook's templates are left out, its address bare."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not path.startswith("/integration-service/webhook"):
        return document
    if not isinstance(document, dict):
        return None
    kept = {name: document[name] for name in _HOOK_FIELDS if name in document}
    if isinstance(document.get("uriTemplate"), str):
        kept["uriTemplate"] = _bare(document["uriTemplate"])
    return kept


def _bare(uri: str) -> str | None:
    try:
        return without_secrets(uri)
    except ValueError:
        return None
