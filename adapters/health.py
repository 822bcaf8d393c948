"""Whether the service can do its work: each of its parts is asked, and none of them tells a secret."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from time import monotonic

from engine.log_exceptions import log_exceptions

Probe = Callable[[], bool]

KEPT_S = 1.0  # an answer is given again for so long: whoever asks without end shall not keep the database busy


class Health:
    """The parts of this process, added as they begin to work."""

    def __init__(self) -> None:
        self._probes: dict[str, Probe] = {}
        self._lock = threading.Lock()
        self._seen: Mapping[str, bool] = {}
        self._seen_at = -KEPT_S

    def add(self, name: str, probe: Probe) -> None:
        """`probe` says whether the part works. What it raises counts as no, and is logged."""
        with self._lock:
            self._probes[name] = probe
            self._seen_at = monotonic() - KEPT_S

    def look(self) -> Mapping[str, bool]:
        """Each part by name, and whether it works."""
        with self._lock:
            if monotonic() - self._seen_at >= KEPT_S:
                self._seen = {name: _works(name, probe) for name, probe in self._probes.items()}
                self._seen_at = monotonic()
            return self._seen


def _works(name: str, probe: Probe) -> bool:
    with log_exceptions(f"health.{name}_failed"):  # whatever it is, the part does not work
        return probe()
    return False
