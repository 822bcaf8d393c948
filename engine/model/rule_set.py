"""Published versions of an account's rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RuleSetVersion:
    """One version, never changed after it was published."""

    id: str
    account_id: str
    number: int
    name: str
    document: str  # as it was written, comments and all
    published_at: datetime
    published_by: str
