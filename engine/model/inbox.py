"""What stands still until a person acts: one entry for each cause, and what people have said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.model.sentence import Sentence

ASKED_TOO_LATE = "asked_too_late"  # of an entry of a client: it asks for an order back of which all has left
NOBODY = ""  # as the assignee that is asked for: entries that are nobody's


class InboxKind(StrEnum):
    """Why something stands still; in the order in which filters offer them."""

    CLIENT_ASKS = "client_asks"  # a client waits for this account's answer
    REJECTED = "rejected"  # a provider does not ship an order
    OVERDUE = "overdue"
    HELD = "held"  # for longer than the account allows
    ATTENTION = "attention"  # an order is flagged
    UNKNOWN_LABEL = "unknown_label"  # nobody knows whether it was bought
    DELIVERY_PROBLEM = "delivery_problem"
    NOT_TOLD = "not_told"  # a store, a client or a buyer has not heard of a shipment
    NOT_IMPORTED = "not_imported"  # imports of a store fail
    PARKED = "parked"
    REFUSED_CREDENTIALS = "refused_credentials"
    DIFFERENCE = "difference"  # a store and what is here, or at a provider, disagree: one entry for all of a kind
    CARRIER_REFUSES = "carrier_refuses"  # a carrier refuses the log-in of a carrier account
    PROVIDER_FAILS = "provider_fails"  # the system of an integrated provider
    INVALID_RULE = "invalid_rule"
    FAILED_JOB = "failed_job"


class Shown(StrEnum):
    """Which entries are asked for, by what people have said about them."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class InboxMark:
    """What people have said about one cause. When the cause ends, or happens anew, it no longer counts."""

    account_id: str
    kind: InboxKind
    subject: str
    since: datetime  # of the cause it was said about
    said_at: datetime
    actor: str
    assignee: str | None = None  # the id of a person of the account
    snoozed_until: datetime | None = None
    done_at: datetime | None = None

    def shown(self, now: datetime) -> Shown:
        if self.done_at is not None:
            return Shown.DONE
        return Shown.SNOOZED if self.snoozed_until is not None and self.snoozed_until > now else Shown.OPEN


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One cause as it holds now. `subject` is what it is about: the id of an order, a request, a job, a store, …"""

    kind: InboxKind
    subject: str
    since: datetime
    order_id: str | None = None
    order_number: str = ""
    store_id: str | None = None
    name: str = ""  # of the provider, the client, the store, the rule, the carrier or its account
    detail: str = ""  # a code: of the reason, of the kind of work
    problem: Sentence | None = None
    mark: InboxMark | None = None
    assignee_email: str = ""

    @property
    def id(self) -> str:
        """What commands and forms call it."""
        return f"{self.kind.value}:{self.subject}"


@dataclass(frozen=True, slots=True)
class InboxView:
    """Which entries somebody wants to see."""

    shown: Shown = Shown.OPEN
    kind: InboxKind | None = None  # None: all
    assignee: str | None = None  # the id of a person, NOBODY, or None for all


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many entries are open, each kind counted up to a limit."""

    by_kind: dict[InboxKind, int]
    mine: int  # those of the person who asks
    nobodys: int
    limit: int

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than were counted."""
        return any(count >= self.limit for count in self.by_kind.values())


def parse_entry_id(text: str) -> tuple[InboxKind, str] | None:
    """The kind and the subject of an entry by its id; None for what is none."""
    kind, _, subject = text.partition(":")
    return (InboxKind(kind), subject) if subject and kind in set(InboxKind) else None
