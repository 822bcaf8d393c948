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


def layer_hold_id(owner: HoldOwner, order_id: str) -> str:
    """What the hold of a rule or of a store is called: an order has one at most."""
    return f"hld_{owner.value}_{order_id}"


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
    key: str = ""  # what its owner calls it, once an order; empty where nobody has named it


@dataclass(frozen=True, slots=True)
class ListedHold:
    """A hold as the account of an order sees it."""

    hold: Hold
    order_number: str
    is_own: bool  # whether this account may end it
    why: Text | None = None  # in words of the product's own, where nobody wrote a reason
    rules: tuple[str, ...] = ()  # the ids of the account's rules that hold it

    def reason(self, language: Language) -> str:
        return self.hold.reason if self.why is None else self.why.format(language)


@dataclass(frozen=True, slots=True)
class EndedHold:
    """An order whose hold has reached its end, and the decision it is under."""

    account_id: str
    order_id: str
    decision_id: str | None
