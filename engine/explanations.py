"""Explanations that were made lately, and few made at a time: one takes a web thread's time, and its memory, to work out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

PLACES = 2  # explanations made at the same time
MOST_REMEMBERED = 30_000  # entries and nodes, about 1 KiB each


class Explanations:
    """What one process remembers of explanations. Safe to share between threads.

    A key has to name everything that an explanation depends on, the account included.
    """

    def __init__(self, places: int = PLACES, most_remembered: int = MOST_REMEMBERED) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._most = most_remembered

    @contextmanager
    def place(self, patience: float) -> Iterator[bool]:
        """Whether there is a place within so many seconds to make an explanation; it is held until the block ends."""
        found = self._places.acquire(timeout=patience)
        try:
            yield found
        finally:
            if found:
                self._places.release()

    def find(self, key: Hashable) -> Any:
        """What is remembered under a key, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            return kept[0]

    def keep(self, key: Hashable, explanation: Any, size: int) -> None:
        """Remember an explanation; what was not asked for longest makes room."""
        with self._lock:
            if key in self._kept or size > self._most:
                return
            self._kept[key] = explanation, size
            self._size += size
            while self._size > self._most:
                _key, (_explanation, freed) = self._kept.popitem(last=False)
                self._size -= freed
