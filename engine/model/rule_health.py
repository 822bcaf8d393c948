"""How the rules of an account do: what they matched, and whether what they name is still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTS_ARE_KEPT = timedelta(days=400)  # a year, and some time to compare it with


@dataclass(frozen=True, slots=True)
class RuleCount:
    """Decisions in which a rule matched, and in which it failed."""

    rule_id: str
    matches: int
    errors: int
    last_match: datetime | None


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """A published rule: since when it runs without a break, and since when it names what the account does not have."""

    rule_id: str
    since: datetime
    invalid_since: datetime | None = None
