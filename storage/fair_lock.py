"""Turns at SQLite's one write lock, in the order in which threads of this process asked.

SQLite itself lets whoever waits look again after pauses that grow to a tenth of a second, while others go past. Between
processes that stays so; inside one nobody waits longer than for those that came before.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque


class FairLock:
    """One turn at a time, handed on from one to the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, timeout_s: float) -> bool:
        """Wait for a turn. False when it did not come in time."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout_s):
            return True
        with self._lock:
            if mine not in self._waiting:
                return True  # it came in this very moment
            self._waiting.remove(mine)
            return False

    def release(self) -> None:
        """End the turn, whichever thread took it."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class FairLockConnection(sqlite3.Connection):
    """A connection whose turn ends with its transaction, and that may be for reading only."""

    fair_lock: FairLock  # of the database
    has_lock = False
    only_reads = False

    def let_write(self, may_write: bool) -> None:
        """Say it only where it changes: SQLite then plans all statements of the connection anew."""
        if self.only_reads == may_write:
            self.execute(f"PRAGMA query_only = {'OFF' if may_write else 'ON'}")  # waits for nobody, so it cannot fail
            self.only_reads = not may_write

    def acquire_lock(self, timeout_s: float) -> None:
        """Wait for a turn; when none comes in time, SQLite's own lock decides."""
        self.has_lock = self.fair_lock.acquire(timeout_s)

    def release_lock(self) -> None:
        if self.has_lock:
            self.has_lock = False
            self.fair_lock.release()

    def commit(self) -> None:
        super().commit()  # when it fails, the transaction goes on until it is rolled back
        self.release_lock()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.release_lock()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.release_lock()
