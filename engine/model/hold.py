"""Holds: who keeps an order from being shipped, why, and until when. It ships when none is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.messages import Language, Text


class HoldOwner(StrEnum):
    """Whose a hold is; only its own side ends it."""

    MERCHANT = "merchant"
    PROVIDER = "provider"
    RULE = "rule"
    SYSTEM = "system"  # a recall that has not been answered, or the store


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold of one order. Those of rules and of stores stand in the order itself and are read from there."""

    id: str
    account_id: str
    order_id: str
    owner: HoldOwner
    reason: str
    since: datetime
    actor: str
    note: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedHold:
    """A hold as the account of an order sees it."""

    hold: Hold
    order_number: str
    is_own: bool  # whether this account may end it
    why: Text | None = None  # in words of the product's own, where nobody wrote a reason

    def reason(self, language: Language) -> str:
        return self.hold.reason if self.why is None else self.why.format(language)
