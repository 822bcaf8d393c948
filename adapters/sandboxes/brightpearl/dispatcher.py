"""Calls the registered webhooks when something happens to the account's data."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from .hook_calls import HookCall, hook_call, variables, without_secrets
from .hook_worker import Happening, HookWorker
from .idset import IdSet, format_id_set
from .options import SandboxOptions
from .replies import Json
from .times import format_time

_REMEMBERED: Final = 1000


class WebhookDispatcher:
    """Delivers each event at once, in the order in which they happened, to addresses on this machine only.

    Every hook has a thread of its own. `list_hooks` gives the registered webhooks. Quality of service 0 tries again only after
    a 503, 1 after everything but 2xx and 4xx; `options` says after which pauses, and whether calls come twice or out of order.
    """

    def __init__(
        self,
        account_code: str,
        list_hooks: Callable[[], list[Json]],
        clock: Callable[[], datetime],
        options: Callable[[], SandboxOptions],
    ) -> None:
        self._account_code = account_code
        self._list_hooks = list_hooks
        self._clock = clock
        self._options = options
        self._lock = threading.Lock()
        self._workers: dict[int, HookWorker] = {}
        self._running = False
        self._outcomes: Counter[str] = Counter()
        self._recent: deque[Json] = deque(maxlen=_REMEMBERED)

    def on_event(self, event: str, resource_id: int) -> None:
        """Take note of an event; returns at once."""
        happening = Happening(event, resource_id, self._clock())
        hooks = self._list_hooks()
        with self._lock:
            self._dismiss({hook["id"] for hook in hooks})
            for hook in hooks:
                if f"{event}.".startswith(f"{hook['subscribeTo']}."):
                    self._worker(hook).add(happening)

    def simulate(self, hook: Json, ids: IdSet, values: Mapping[str, str]) -> None:
        """Call a hook as if something had happened to these ids; `values` replace template variables. Returns at once."""
        event = hook["subscribeTo"] if "." in hook["subscribeTo"] else f"{hook['subscribeTo']}.modified"
        single = [number for low, high in ids.ranges for number in range(low, high + 1)]
        sets = [format_id_set(single)] if hook["idSetAccepted"] else [str(each) for each in single]
        with self._lock:
            for each in sets:
                filled = {**variables(self._account_code, event, each, self._clock()), **values, "resource-id": each}
                self._worker(hook).add(hook_call(hook, filled))

    def outcomes(self) -> Json:
        """How many calls were `delivered`, `retried` and `lost`."""
        with self._lock:
            return {name: self._outcomes[name] for name in ("delivered", "retried", "lost")}

    def deliveries(self) -> list[Json]:
        """The latest calls that were made, oldest first.

        Each with `hook_id`, `event`, `ids`, `uri` (without its query), the `status` of the last try (0: no answer), `attempts`,
        `outcome` and `at`, the time of the first try.
        """
        with self._lock:
            return [dict(record) for record in self._recent]

    def start(self) -> None:
        """Begin to deliver."""
        with self._lock:
            self._running = True
            for worker in self._workers.values():
                worker.start()

    def stop(self) -> None:
        """Stop delivering; what waits is forgotten."""
        with self._lock:
            self._running = False
            workers = list(self._workers.values())
            self._workers.clear()
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join()

    def _worker(self, hook: Json) -> HookWorker:
        worker = self._workers.get(hook["id"])
        if worker is None:
            worker = self._workers[hook["id"]] = HookWorker(hook, self._account_code, self._options, self._report)
            if self._running:
                worker.start()
        return worker

    def _dismiss(self, registered: set[int]) -> None:
        """Stop the workers of hooks that were deleted."""
        for hook_id in set(self._workers) - registered:
            self._workers.pop(hook_id).stop()

    def _report(self, call: HookCall, status: int, outcome: str) -> None:
        with self._lock:
            self._outcomes[outcome] += 1
            if not call.record:
                call.record.update(
                    hook_id=call.hook["id"],
                    event=call.event,
                    ids=call.ids,
                    uri=without_secrets(call.uri),
                    at=format_time(self._clock()),
                )
                self._recent.append(call.record)
            call.record.update(status=status, attempts=call.attempts, outcome=outcome)
