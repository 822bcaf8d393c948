"""Repository of what stands still until a person acts, and of what people have said about it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from engine.model.inbox import InboxCounts, InboxEntry, InboxKind, InboxMark, InboxView


class Inbox(Protocol):
    """Entries are worked out of what is kept anyway: of an order's state and flags, of jobs, of stores, and so on.

    `held_before`: what is on hold since then or longer is held too long.
    """

    def list_entries(
        self,
        account_id: str,
        view: InboxView,
        now: datetime,
        held_before: datetime,
        *,
        after: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[InboxEntry]:
        """The oldest first, from the one on that comes after another by its time and id."""

    def count(self, account_id: str, user_id: str, now: datetime, held_before: datetime, limit: int) -> InboxCounts:
        """How many are open, of each kind no more than `limit`."""

    def find(self, account_id: str, kind: InboxKind, subject: str, now: datetime, held_before: datetime) -> InboxEntry | None:
        """One entry, whatever was said about it; None where its cause does not hold (any more)."""

    def put_mark(self, mark: InboxMark) -> None:
        """In the place of what was said before."""

    def forget_ended(self, account_id: str, now: datetime, said_before: datetime) -> int:
        """Forget what was said about causes that hold no longer, how many that were; what was said lately stays."""
