"""Faults on order: what should go wrong, at which request, how often."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from .replies import HTML_TYPE, THROTTLED_TEXT, ApiError, GatewayError, Json, Reply, refusal


class FaultKind(StrEnum):
    """What goes wrong. The persisted names are those of the control API."""

    ERROR_500 = "error_500"
    OUTAGE_503 = "outage_503"
    HTML_502 = "html_502"
    HTML_200 = "html_200"
    TRUNCATED = "truncated"
    RESET = "reset"
    DELAY = "delay"
    EXPIRE_TOKEN = "expire_token"  # noqa: S105 - the name of a fault
    THROTTLED = "throttled"


class FaultError(ValueError):
    """A fault that cannot be queued; the text says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault order.

    It strikes requests whose path (without the query) contains the regular expression `path` and whose method is `method`
    (None: any): the first `skip` of them pass, the next `times` are struck. `seconds` is the length of a delay, or the
    waiting time that a throttle refusal announces.
    """

    kind: FaultKind
    path: str = ""
    method: str | None = None
    skip: int = 0
    times: int = 1
    seconds: float = 0.0


def parse_fault(document: Json) -> Fault:
    """The fault that a control request describes. Raises FaultError naming what is wrong."""
    known = {"kind", "path", "method", "skip", "times", "seconds"}
    if unknown := sorted(set(document) - known):
        raise FaultError(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    try:
        kind = FaultKind(document.get("kind", ""))
    except ValueError as error:
        raise FaultError(f"kind must be one of {', '.join(FaultKind)}") from error
    path = document.get("path", "")
    try:
        re.compile(path)
    except (re.error, TypeError) as error:
        raise FaultError("path must be a regular expression") from error
    skip, times, seconds = document.get("skip", 0), document.get("times", 1), document.get("seconds", 0.0)
    if not _is_count(skip, 0) or not _is_count(times, 1):
        raise FaultError("skip must be a whole number from 0, times one from 1")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 600:
        raise FaultError("seconds must be a number from 0 to 600")
    method = document.get("method")
    if method is not None and not isinstance(method, str):
        raise FaultError("method must be a text such as GET")
    return Fault(kind, path, method.upper() if method else None, skip, times, float(seconds))


def _is_count(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


class FaultQueue:
    """The faults that wait for their request; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault behind the others."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget every fault that has not struck."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if one does. The first match in the queue's order wins."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.method not in (None, method) or not re.search(fault.path, path):
                    continue
                if fault.skip > 0:
                    self._waiting[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times > 1:
                    self._waiting[index] = replace(fault, times=fault.times - 1)
                else:
                    del self._waiting[index]
                return fault
            return None

    def pending(self) -> list[Json]:
        """The waiting faults as JSON objects, in order."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]


def substitute_reply(fault: Fault) -> Reply | None:
    """The reply that stands in for the real one; None for kinds that need the real one (or only delay it)."""
    match fault.kind:
        case FaultKind.ERROR_500:
            return refusal(ApiError(500, ("CMNU-003", "An unexpected error has occurred")))
        case FaultKind.OUTAGE_503:
            return refusal(GatewayError(503, "Service temporarily unavailable"))
        case FaultKind.THROTTLED:
            headers = {"brightpearl-requests-remaining": "0", "brightpearl-next-throttle-period": str(int(fault.seconds * 1000))}
            refused = refusal(GatewayError(503, THROTTLED_TEXT))
            return Reply(refused.status, refused.body, headers=headers)
        case FaultKind.HTML_502:
            return Reply(502, _page("502 Bad Gateway"), HTML_TYPE)
        case FaultKind.HTML_200:
            return Reply(200, _page("Scheduled maintenance"), HTML_TYPE)
        case _:
            return None


def _page(title: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>".encode()


def truncated(body: bytes) -> bytes:
    """The first part of a body, too short to be JSON."""
    return body[: max(1, len(body) // 2)]
