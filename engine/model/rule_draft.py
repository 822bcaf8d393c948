"""A rule set that is being edited: it decides nothing until it is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOST_REVISIONS = 50  # of a draft, for undo; the oldest go


@dataclass(frozen=True, slots=True)
class DraftRevision:
    """One state of a draft's document, never changed. `follows` is the one that undo goes back to; None at the first."""

    account_id: str
    set_slug: str
    number: int  # counted in the draft, never given twice
    document: str
    saved_at: datetime
    saved_by: str
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """The draft of one rule set."""

    account_id: str
    set_slug: str
    revision: int  # the number of the one that counts
    updated_at: datetime
    updated_by: str
    base_version_id: str | None = None  # the version it was begun from; None for a set that was never published
