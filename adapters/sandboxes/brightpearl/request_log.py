"""What was asked of the sandbox: counters by path and outcome."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import Final

from .replies import Json

_IDS: Final = re.compile(r"(?<=/)(?:\*|%2A|\d[\d.,\-]*)(?=/|$)", re.IGNORECASE)


class RequestLog:
    """Counts API requests, the log-in included and the control API not; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._totals: Counter[str] = Counter()
            self._statuses: Counter[str] = Counter()
            self._paths: dict[str, Counter[str]] = {}

    def add(self, method: str, path: str, status: int, *, refused: bool = False, faulted: bool = False) -> None:
        """Count one request. `refused`: by the throttle. `faulted`: spoilt by a queued fault."""
        outcomes = ["requests"]
        if refused:
            outcomes.append("refused")
        elif faulted:
            outcomes.append("faulted")
        elif status == 401:
            outcomes.append("unauthorised")
        elif status < 400:
            outcomes.append("answered")
        with self._lock:
            self._totals.update(outcomes)
            self._statuses[str(status)] += 1
            self._paths.setdefault(f"{method} {_IDS.sub('{ids}', path)}", Counter()).update(outcomes)

    def to_json(self) -> Json:
        """The counters: totals by outcome, `by_status`, `by_path` (ids replaced by `{ids}`)."""
        with self._lock:
            totals = {name: self._totals[name] for name in ("requests", "answered", "refused", "faulted", "unauthorised")}
            return {
                **totals,
                "by_status": dict(self._statuses),
                "by_path": {path: dict(counter) for path, counter in self._paths.items()},
            }
