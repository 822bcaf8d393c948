"""Published versions of an account's rule sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Adoption:
    """Where an adopted version comes from. Its document is the offered one, byte for byte."""

    offer_id: str
    offered_by: str  # the account
    number: int  # of the version, as the offering account counts
    switched_off: tuple[str, ...] = ()  # ids of rules, as the document writes them


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
    adoption: Adoption | None = None  # None: the account's own
