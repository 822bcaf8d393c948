"""Sessions of people on the pages. They are kept here, so that they end when they should, whatever a browser still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.model.account import Account, User

IDLE = timedelta(hours=12)  # without a page, then it is over
LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)  # how exactly it is known when a session was last used: not every page shall write


@dataclass(frozen=True, slots=True)
class WebSession:
    """One browser in which a person has logged in. The browser holds a random token, the database its digest."""

    token_digest: str
    account_id: str
    user_id: str
    created_at: datetime
    last_seen_at: datetime
    ends_at: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at

    def end_if_seen(self, now: datetime) -> datetime:
        """When it ends if it is used at this moment and never again."""
        return min(now + IDLE, self.created_at + LONGEST)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Whose session it is; `accounts`: to how many open accounts that person belongs."""

    session: WebSession
    user: User
    account: Account
    accounts: int = 1
