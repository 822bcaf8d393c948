"""One turn of a comparison: what all parts share, its limits, and the page of what one look has found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.application import Application
from engine.model.reconciliation import Difference, DifferenceKind
from engine.model.sentence import Sentence
from engine.model.store import Store
from engine.ports import StoreSession
from engine.services.stores.sessions import SessionPool


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one turn may take: the pass goes on with the next one."""

    requests: int = 200  # to the store, beside the budget that all of its users share
    looks: int = 2_000  # pages of anything
    provider_calls: int = 200
    time: timedelta = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Look:
    """What one page showed: what differs, how many things there were, and from where the part goes on."""

    found: Sequence[Difference] = ()
    seen: int = 0
    place: str = ""
    problem: Sentence | None = None  # why this page says nothing of some of them
    is_last: bool = False  # of its part


@dataclass(slots=True)
class Turn:
    """The store that is compared in this turn, and what its parts know of each other."""

    app: Application
    store: Store
    sessions: SessionPool
    limits: Limits
    began_at: datetime
    pass_began_at: datetime
    listed: set[str] | None = None  # everything that the store lists as open; None: this turn has not read the whole list
    asked_providers: int = 0
    _requests_before: int | None = field(default=None, init=False)
    _looks: int = field(default=0, init=False)
    _parked: set[str] | None = field(default=None, init=False)

    def session(self) -> StoreSession:
        """Raises StoreError."""
        session = self.sessions.get(self.store)
        if self._requests_before is None:
            self._requests_before = session.requests
        return session

    def parked(self) -> set[str]:
        """The external ids of what imports of the store could not read, as the turn found it."""
        if self._parked is None:
            with self.app.reading() as uow:
                self._parked = {one.external_id for one in uow.stores.list_parked(self.store.account_id, self.store.id)}
        return self._parked

    def difference(
        self,
        kind: DifferenceKind,
        subject: str,
        *,
        detail: str = "",
        external_id: str = "",
        order_number: str = "",
        order_id: str | None = None,
        who: str = "",
        since: datetime | None = None,
    ) -> Difference:
        """Seen now; `since` when it began, where that is known."""
        now = self.app.clock.now()
        return Difference(
            account_id=self.store.account_id,
            store_id=self.store.id,
            kind=kind,
            subject=subject,
            first_seen=min(since or now, now),
            last_seen=now,
            detail=detail,
            external_id=external_id,
            order_number=order_number,
            order_id=order_id,
            who=who,
        )

    def count_look(self) -> None:
        """Say that what a look has found is kept."""
        self._looks += 1

    def has_ended(self) -> bool:
        """Whether a limit is reached."""
        requests = 0
        if self._requests_before is not None:
            requests = self.sessions.get(self.store).requests - self._requests_before
        return (
            requests >= self.limits.requests
            or self._looks >= self.limits.looks
            or self.asked_providers >= self.limits.provider_calls
            or self.app.clock.now() - self.began_at > self.limits.time
        )
