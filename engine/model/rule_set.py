"""Published versions of an account's rule sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RuleSetVersion:
    """One version of a rule set, never changed after it was published."""

    id: str
    account_id: str
    number: int  # counted in its set
    name: str
    document: str  # as it was written, comments and all
    published_at: datetime
    published_by: str
    set_slug: str = "rules"
    note: str = ""
    rules: int | None = None  # how many; None in versions that were published before they were counted
