"""The thread that calls one webhook: in order, again when it must, several ids at once when they wait anyway."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .hook_calls import TIMEOUT_S, HookCall, HookLine, hook_call, variables
from .idset import format_id_set
from .options import SandboxOptions
from .replies import Json

_LONGEST_HOLD_S: Final = 0.25

Report = Callable[[HookCall, int, str], None]
"""Told of each try: the call, the status (0: none), and `delivered`, `retried` or `lost`."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of one resource."""

    event: str
    resource_id: int
    raised: datetime


class HookWorker:
    """Calls one hook from a thread of its own, so that a slow receiver keeps nobody else waiting."""

    def __init__(self, hook: Json, account_code: str, options: Callable[[], SandboxOptions], report: Report) -> None:
        self.hook = hook
        self._account_code = account_code
        self._options = options
        self._report = report
        self._line = HookLine()
        self._changed = threading.Condition()
        self._waiting: deque[Happening | HookCall] = deque()
        self._again: list[tuple[float, HookCall]] = []
        self._held: tuple[float, HookCall] | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    def add(self, entry: Happening | HookCall) -> None:
        """Put an event, or a finished call, behind those that wait."""
        with self._changed:
            self._waiting.append(entry)
            self._changed.notify()

    def start(self) -> None:
        """Begin to call."""
        name = f"brightpearl-sandbox-webhook-{self.hook['id']}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop calling, in the middle of a call as well; what waits is forgotten."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._line.abort()

    def join(self) -> None:
        """Wait for the end of the call that was being made."""
        if self._thread is not None:
            self._thread.join(TIMEOUT_S + 1)

    def _run(self) -> None:
        while (entries := self._next_entries()) is not None:
            for call in [*self._in_order(self._calls(entries)), *self._take_due()]:
                if self._stopping:
                    break
                self._try(call)
        self._line.close()

    def _next_entries(self) -> list[Happening | HookCall] | None:
        """What waits, as soon as something does or a try is due; None to stop."""
        with self._changed:
            while not self._stopping and not self._waiting and (pause := self._pause()) != 0:
                self._changed.wait(pause)
            if self._stopping:
                return None
            entries = list(self._waiting)
            self._waiting.clear()
            return entries

    def _pause(self) -> float | None:
        """Seconds until a try or a held call is due; None when there is none."""
        due = [moment for moment, _ in self._again] + ([self._held[0]] if self._held else [])
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _take_due(self) -> list[HookCall]:
        now = time.monotonic()
        due = [call for moment, call in self._again if moment <= now]
        self._again = [entry for entry in self._again if entry[0] > now]
        if self._held is not None and self._held[0] <= now:
            due.append(self._held[1])
            self._held = None
        return due

    def _calls(self, entries: list[Happening | HookCall]) -> list[HookCall]:
        """The calls that these entries need: a hook that takes id sets gets one call for neighbours of the same event."""
        calls: list[HookCall] = []
        group: list[Happening] = []

        def close_group() -> None:
            if group:
                ids = format_id_set(each.resource_id for each in group)
                first = group[0]
                calls.append(hook_call(self.hook, variables(self._account_code, first.event, ids, first.raised)))
                group.clear()

        for entry in entries:
            if isinstance(entry, HookCall):
                close_group()
                calls.append(entry)
                continue
            if group and not (self.hook["idSetAccepted"] and group[0].event == entry.event):
                close_group()
            group.append(entry)
        close_group()
        copies = 2 if self._options().duplicate_webhooks else 1
        return [each for call in calls for each in _copies(call, copies)]

    def _in_order(self, calls: list[HookCall]) -> list[HookCall]:
        """The calls as they are to be made now: with `reorder_webhooks` each second one overtakes the one before."""
        if not self._options().reorder_webhooks:
            return calls
        ordered = []
        for call in calls:
            if self._held is None:
                self._held = time.monotonic() + _LONGEST_HOLD_S, call
            else:
                ordered += [call, self._held[1]]
                self._held = None
        return ordered

    def _try(self, call: HookCall) -> None:
        status = self._line.call(call)
        call.attempts += 1
        delays = self._options().webhook_retry_s
        repeat = status == 503 or (self.hook["qualityOfService"] == 1 and not 400 <= status < 500)
        if 200 <= status < 300:
            outcome = "delivered"
        elif repeat and call.attempts <= len(delays):
            self._again.append((time.monotonic() + delays[call.attempts - 1], call))
            outcome = "retried"
        else:
            outcome = "lost"
        self._report(call, status, outcome)


def _copies(call: HookCall, count: int) -> list[HookCall]:
    return [call, *(HookCall(call.hook, call.event, call.ids, call.uri, call.body) for _ in range(count - 1))]
