"""A rule set that is being edited: it decides nothing until it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MOST_REVISIONS = 50  # of a draft, for undo, and as many others that somebody may have before them; the oldest go


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

    @property
    def state(self) -> str:
        """Names it among the revisions of all drafts that the set has ever had, whose numbers begin anew with each draft."""
        return f"{self.number}.{self.saved_at:%Y%m%d%H%M%S%f}"


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """The draft of one rule set."""

    account_id: str
    set_slug: str
    revision: int  # the number of the one that counts
    updated_at: datetime
    updated_by: str
    base_version_id: str | None = None  # the version it was begun from; None for a set that was never published


def revisions_to_forget(follows: Mapping[int, int | None], newest: int) -> set[int]:
    """Those that neither undo leads to from the newest one in so many steps, nor were saved among the last so many.

    `follows` has each revision's number, and that of the one it follows.
    """
    steps: list[int] = []
    number: int | None = newest
    while number is not None and number in follows and len(steps) < MOST_REVISIONS:
        steps.append(number)
        number = follows[number]
    return set(follows) - set(steps) - set(sorted(follows)[-MOST_REVISIONS:])
