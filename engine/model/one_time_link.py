"""Links that are mailed to somebody: each does one thing, once, and only for who has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class LinkPurpose(StrEnum):
    SIGN_UP = "sign_up"  # make an account, now that the address is known to be theirs
    JOIN = "join"  # become one of an account's people
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose


class LinkEnd(StrEnum):
    """Why a link no longer works, besides its time being over."""

    USED = "used"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"  # a newer one was sent


LASTS = {
    LinkPurpose.SIGN_UP: timedelta(days=2),
    LinkPurpose.JOIN: timedelta(days=7),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """The mail holds a random token, the database its digest. Of one that has ended no details are kept."""

    id: str
    token_digest: str
    purpose: LinkPurpose
    email: str
    account_id: str | None
    details: Mapping[str, Any] = field(repr=False)  # may hold the hash of a password
    created_at: datetime
    ends_at: datetime
    ended: LinkEnd | None = None

    def is_over(self, now: datetime) -> bool:
        return self.ended is not None or now >= self.ends_at
