"""Calls the registered webhooks when something happens to the account's data."""

from __future__ import annotations

import ipaddress
import queue
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Final
from urllib.parse import urlsplit

from .idset import format_id_set
from .replies import Json

RETRY_DELAYS_S: Final = (0.5, 2.0, 8.0)
_VARIABLE: Final = re.compile(r"\$\{([a-z-]+)\}")
_TIMEOUT_S: Final = 5.0
_API_VERSION: Final = "sandbox"


@dataclass(frozen=True, slots=True)
class _Happening:
    event: str
    resource_id: int
    raised: datetime


@dataclass(frozen=True, slots=True)
class _Delivery:
    hook: Json
    uri: str
    body: str
    attempt: int
    due: float


class WebhookDispatcher:
    """Delivers events in a thread of its own, in the order in which they happened, to addresses on this machine only.

    `list_hooks` gives the registered webhooks. Quality of service 0 tries again only after a 503, 1 after everything but 2xx
    and 4xx; `delays_s` are the pauses before each further try. `duplicates` tells whether to call twice each time.
    """

    def __init__(
        self,
        account_code: str,
        list_hooks: Callable[[], list[Json]],
        clock: Callable[[], datetime],
        duplicates: Callable[[], bool],
        delays_s: Sequence[float] = RETRY_DELAYS_S,
    ) -> None:
        self._account_code = account_code
        self._list_hooks = list_hooks
        self._clock = clock
        self._duplicates = duplicates
        self._delays_s = delays_s
        self._happenings: queue.SimpleQueue[_Happening | None] = queue.SimpleQueue()
        self._waiting: list[_Delivery] = []
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter()
        self._thread: threading.Thread | None = None

    def on_event(self, event: str, resource_id: int) -> None:
        """Take note of an event; returns at once."""
        self._happenings.put(_Happening(event, resource_id, self._clock()))

    def outcomes(self) -> Json:
        """How many calls were `delivered`, `retried` and `lost`."""
        with self._lock:
            return {name: self._outcomes[name] for name in ("delivered", "retried", "lost")}

    def start(self) -> None:
        """Begin to deliver."""
        self._thread = threading.Thread(target=self._run, name="brightpearl-sandbox-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop delivering; what waits is forgotten."""
        if self._thread is not None:
            self._happenings.put(None)
            self._thread.join(_TIMEOUT_S + 1)

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            if batch is None:
                return
            for delivery in [*self._deliveries(batch), *self._take_due()]:
                self._deliver(delivery)

    def _next_batch(self) -> list[_Happening] | None:
        """What happened since the last look, or nothing when a retry is due; None to stop."""
        pause = max(0.0, min(each.due for each in self._waiting) - time.monotonic()) if self._waiting else None
        batch: list[_Happening] = []
        try:
            entry = self._happenings.get(timeout=pause)
            while entry is not None:
                batch.append(entry)
                entry = self._happenings.get_nowait()
        except queue.Empty:
            return batch
        return None

    def _take_due(self) -> list[_Delivery]:
        now = time.monotonic()
        due = [each for each in self._waiting if each.due <= now]
        self._waiting = [each for each in self._waiting if each.due > now]
        return due

    def _deliveries(self, batch: list[_Happening]) -> list[_Delivery]:
        """The calls that a batch needs: hooks that take id sets get one call for neighbours of the same event."""
        deliveries = []
        for hook in self._list_hooks():
            wanted = [each for each in batch if f"{each.event}.".startswith(f"{hook['subscribeTo']}.")]
            groups: list[list[_Happening]] = []
            for each in wanted:
                if hook["idSetAccepted"] and groups and groups[-1][0].event == each.event:
                    groups[-1].append(each)
                else:
                    groups.append([each])
            deliveries += [self._delivery(hook, group) for group in groups]
        return [each for each in deliveries for _ in range(2 if self._duplicates() else 1)]

    def _delivery(self, hook: Json, group: list[_Happening]) -> _Delivery:
        kind, lifecycle, *specifier = group[0].event.split(".")
        values = {
            "account-code": self._account_code,
            "resource-type": kind,
            "lifecycle-event": lifecycle,
            "full-event": group[0].event,
            "resource-specifier": ".".join(specifier),
            "resource-id": format_id_set(each.resource_id for each in group),
            "raised-on": group[0].raised.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "brightpearl-version": _API_VERSION,
        }

        def fill(template: str) -> str:
            return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), template)

        return _Delivery(hook, fill(hook["uriTemplate"]), fill(hook.get("bodyTemplate", "")), 0, time.monotonic())

    def _deliver(self, delivery: _Delivery) -> None:
        status = _call(delivery)
        repeat = status == 503 or (delivery.hook["qualityOfService"] == 1 and not 400 <= status < 500)
        if 200 <= status < 300:
            outcome = "delivered"
        elif repeat and delivery.attempt < len(self._delays_s):
            due = time.monotonic() + self._delays_s[delivery.attempt]
            self._waiting.append(replace(delivery, attempt=delivery.attempt + 1, due=due))
            outcome = "retried"
        else:
            outcome = "lost"
        with self._lock:
            self._outcomes[outcome] += 1


def _call(delivery: _Delivery) -> int:
    """The status that the address answered with; 0 when it did not answer, or is not an http address on this machine."""
    address = urlsplit(delivery.uri)
    if address.scheme != "http" or not _is_loopback(address.hostname or ""):
        return 0
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    headers = {"Content-Type": delivery.hook["contentType"]} if "contentType" in delivery.hook else {}
    try:
        connection = HTTPConnection(address.hostname or "", address.port or 80, timeout=_TIMEOUT_S)
        try:
            connection.request(delivery.hook["httpMethod"], path, delivery.body.encode() or None, headers)
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError):
        # Whatever went wrong on the way, Brightpearl knows no more than that nobody took the call.
        return 0


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
