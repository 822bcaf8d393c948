"""Rule sets that an account offers to others, and who has adopted them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Audience(StrEnum):
    """Whom a rule set is offered to."""

    CONNECTED = "connected"  # accounts with an active connection to the offering one, on either side
    EVERYONE = "everyone"  # all accounts of this installation


@dataclass(frozen=True, slots=True)
class RuleOffer:
    """One rule set of an account, offered to others. There is one offer for a set, whatever becomes of it."""

    id: str
    account_id: str
    set_slug: str
    name: str
    audience: Audience
    created_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfferedVersion:
    """A version of the set that others may adopt."""

    account_id: str
    offer_id: str
    number: int
    version_id: str
    offered_at: datetime
    offered_by: str  # who did it


@dataclass(frozen=True, slots=True)
class Adopter:
    """An account that runs an offered version."""

    account_id: str
    set_slug: str  # what the set is called there
    number: int  # of the version, as the offering account counts
