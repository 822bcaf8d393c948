"""Rules that run by themselves: when they are due, the run that is under way, and the orders that are looked at again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class RuleTally:
    """How many orders a rule was run over, and how many it matched."""

    orders: int = 0
    matched: int = 0

    def plus(self, orders: int, matched: int) -> RuleTally:
        return RuleTally(self.orders + orders, self.matched + matched)


@dataclass(frozen=True, slots=True)
class RuleSchedule:
    """One rule of an account that runs by itself: when it is due next, and what its last run came to.

    `times` and `look` tell whether the rule still says what this was made of; `enrolled` is how far the orders have been
    gone through that were there before the rule looked at any, by their ids, and None once all of them have.
    """

    account_id: str
    rule_id: str
    times: str = ""
    look: str = ""
    due_at: datetime | None = None
    enrolled: str | None = None
    last_due_at: datetime | None = None
    last_ended_at: datetime | None = None
    last_orders: int = 0
    last_matched: int = 0

    def ended(self, due_at: datetime, ended_at: datetime, tally: RuleTally) -> RuleSchedule:
        """Once a run for a time of it has ended."""
        return replace(self, last_due_at=due_at, last_ended_at=ended_at, last_orders=tally.orders, last_matched=tally.matched)


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """The run of an account that is under way: the rules that were due, and how far it has come, by the orders' ids."""

    account_id: str
    started_at: datetime
    due: Mapping[str, datetime]  # by rule
    reached: str = ""
    tallies: Mapping[str, RuleTally] | None = None  # by rule


@dataclass(frozen=True, slots=True)
class SecondLook:
    """An order that a rule looks at again: since the decision that began it, so long after the last one.

    `due_at` is None once its time is over: then only a decision that builds the order anew begins it again.
    """

    account_id: str
    rule_id: str
    order_id: str
    started_at: datetime
    decided_at: datetime
    due_at: datetime | None

    def decided_by(self, now: datetime) -> Self:
        """The same, had what was decided at a later time been decided now."""
        due_at = None if self.due_at is None else now + (self.due_at - self.decided_at)
        return replace(self, started_at=min(self.started_at, now), decided_at=now, due_at=due_at)


@dataclass(frozen=True, slots=True)
class Settled:
    """What the schedules of an account were last made of, and when the newest of all rules was published that it had run."""

    account_id: str
    made_of: str
    newest_at: datetime | None = None


def made_of(time_zone: str, version_ids: Sequence[str]) -> str:
    """A digest of what schedules are made of: equal as long as the same rules run in the same time zone."""
    return hashlib.sha256("\n".join([time_zone, *version_ids]).encode()).hexdigest()
