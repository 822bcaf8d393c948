"""Whose job comes next: work of different kinds goes in lanes of its own, and in each lane accounts take turns."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from engine.application import Application
from engine.jobs.kinds import JOB_TYPES
from engine.jobs.registry import Lane
from engine.model.job import Job, JobKind
from engine.model.lease import LEASE

LANES: Mapping[Lane, tuple[JobKind, ...]] = MappingProxyType(
    {lane: tuple(one.kind for one in JOB_TYPES.values() if one.lane is lane) for lane in Lane}
)


class TurnTaking:
    """Claims jobs of some kinds so that neither an account nor a kind with much to do keeps others waiting.

    With `most_by_account` an account has no more than so many of them at work at once, which keeps room for the others: a
    store that hangs holds up its own account. Safe to share between threads.
    """

    def __init__(self, kinds: Sequence[JobKind], most_by_account: int | None = None) -> None:
        self._kinds = list(kinds)
        self._most = most_by_account
        self._last: dict[str, str] = {}  # the account that had the last turn, by kind
        self._at_work: Counter[str] = Counter()
        self._found = False  # the last time
        self._lock = threading.Lock()

    def claim(self, app: Application, owner: str, *, told: bool = False) -> Job | None:
        """The job whose turn it is; `done` has to follow. Who was `told` that something is due need not look first."""
        with self._lock:
            now = app.clock.now()
            if not told and not self._found:  # where there was one, there may be more
                with app.reading() as uow:  # an idle worker must not take turns at SQLite's one write lock
                    if not uow.jobs.has_due(now, self._kinds):
                        return None
            full = [account for account, count in self._at_work.items() if self._most is not None and count >= self._most]
            with app.unit_of_work() as uow:
                job = uow.jobs.claim(owner, now, now + LEASE, self._kinds, after=self._last, avoid=full)
                uow.commit()
            self._found = job is not None
            if job is not None:
                self._last[job.kind] = job.account_id
                self._kinds.remove(job.kind)
                self._kinds.append(job.kind)
                self._at_work[job.account_id] += 1
            return job

    def done(self, job: Job) -> None:
        with self._lock:
            self._at_work[job.account_id] -= 1
            if self._at_work[job.account_id] <= 0:
                del self._at_work[job.account_id]
