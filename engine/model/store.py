"""Connections to sales channels, and what one import of a store saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from engine.model.lease import latest_end
from engine.model.sentence import Sentence
from engine.model.store_preferences import DEFAULT_PREFERENCES, StorePreferences
from rules.messages import Message
from rules.order_document import Document

LONGEST_PAUSE = timedelta(hours=24)  # of the planned imports of a store that fails


class StoreState(StrEnum):
    CONNECTED = "connected"
    REFUSED = "refused"  # the store no longer accepts the credentials
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Store:
    """One sales-channel connection of an account. Closed, never deleted."""

    id: str
    account_id: str
    kind: str  # the code of its `engine.model.store_kind.StoreKind`
    name: str
    settings: Mapping[str, Any]  # of the kind: addresses, codes, channels; no secrets
    credentials: Mapping[str, str] = field(repr=False)  # encrypted at rest
    created_at: datetime
    state: StoreState = StoreState.CONNECTED
    refresh_minutes: int = 15  # how often it is imported; 1 to 1440
    daily_refresh_at: str = "03:00"  # local time of the daily refresh
    time_zone: str = "UTC"  # IANA name; the account's
    window_days: int = 90
    preferences: StorePreferences = DEFAULT_PREFERENCES
    credentials_version: int = 1  # grows with every change of the credentials
    webhook_digest: str | None = None  # SHA-256 (hex) of the secret in the address that the store calls; None: it calls nothing
    webhook_ids: tuple[str, ...] = ()  # of the webhooks registered at the store
    scanned_until: str | None = None  # up to which of the store's own changes everything was looked at, as the store writes it
    failures: int = 0  # imports in a row that failed
    retry_at: datetime | None = None  # no planned import before then

    @property
    def is_closed(self) -> bool:
        return self.state is StoreState.CLOSED

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when no planned import begins; None when one may. A pause longer than any was set by a wrong clock, and void."""
        longest = max(LONGEST_PAUSE, timedelta(minutes=self.refresh_minutes))
        if self.retry_at is None or self.retry_at <= now or self.retry_at > latest_end(now, longest):
            return None
        return self.retry_at


@dataclass(frozen=True, slots=True)
class StoreScope:
    """What a store is connected to: an account of the vendor, whatever way leads there, and the channels it wants of it."""

    origin: str
    channels: frozenset[str] | None  # None: all

    def wants(self, channel: str) -> bool:
        return self.channels is None or channel in self.channels

    def overlaps(self, other: StoreScope) -> bool:
        """Whether both want orders of one channel of one account."""
        if self.origin != other.origin:
            return False
        if self.channels is None or other.channels is None:
            return self.channels != frozenset() and other.channels != frozenset()
        return not self.channels.isdisjoint(other.channels)

    def covers(self, other: StoreScope) -> bool:
        """Whether this wants all that the other one does."""
        everything = self.channels is None or (other.channels is not None and other.channels <= self.channels)
        return self.origin == other.origin and everything


@dataclass(frozen=True, slots=True)
class Ready:
    """Something that is to be an order here: the mapped document and where it came from."""

    external_id: str
    external_order_id: str
    order_number: str
    document: Document
    raw: bytes  # what the store answered, as JSON
    source_version: str = ""  # when the store last changed what this was made of, as the store writes it
    channel: str = ""  # of the store's account
    remarks: tuple[Message, ...] = ()  # what a person should know of it, such as an address without a country
    unknown_fields: tuple[str, ...] = ()  # paths in the store's documents that nobody here has looked at yet
    revision: str = ""  # of what the store says, where the document has more than that
    is_written_on: bool = False  # what it says of how it ships may have been written there from here


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something the import looked at and did not take.

    `confirmed` is false when only the search's row said so: a search may lag behind, so an order that is already here
    is not closed on its word.
    """

    external_id: str
    order_number: str | None
    message: Message  # its code is one of the reasons of the kind of store
    confirmed: bool = True
    source_version: str = ""  # as in Ready; empty when a change of the order cannot change the verdict


@dataclass(frozen=True, slots=True)
class Parked:
    """Something that should be an order but cannot be read as one; kept with the place and tried again when it changes."""

    external_id: str
    external_order_id: str
    order_number: str
    path: str
    problem: Sentence
    raw: bytes


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Something known that the store still lists and did not change since it was read."""

    external_id: str


Record = Ready | Skipped | Parked | Unchanged


@dataclass(frozen=True, slots=True)
class ScanMemory:
    """What an import remembers of earlier ones, so that only news has to be read."""

    changes_until: str  # the store's own changes were looked at up to here, as the store writes it
    source_versions: Callable[
        [Sequence[str]], Mapping[str, str]
    ]  # external ids → the stamp when read last; what has to be read is missing
    notes_matter: bool = True  # whether somebody has to hear of what is written on orders that are known


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """Some of what a store lists as open: external ids, and from where a later listing goes on behind them."""

    external_ids: tuple[str, ...]
    place: str = ""  # as the kind of store writes it


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What the store answered about one thing, as JSON, when that was new."""

    revision: str
    fetched_at: datetime
    document: bytes


@dataclass(frozen=True, slots=True)
class SkippedNote:
    """On record: something that a store listed and that is not an order here, with the reason that counted last."""

    external_id: str
    order_number: str | None
    reason: str  # its code
    message: Sentence
    source_version: str
    first_seen: datetime
    last_seen: datetime


class NameKind(StrEnum):
    """Things of a store that its orders name by codes, and people by names."""

    SHIPPING_METHODS = "shipping_methods"
    CHANNELS = "channels"


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names by code, as the store gave them; a code that it has no name for has a blank one."""

    names: Mapping[str, str]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a store's account has that settings can name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class StoreChoices:
    """What the settings of a store can choose from, as the store's account has it now."""

    channels: tuple[Choice, ...] = ()
    warehouses: tuple[Choice, ...] = ()
    shipping_methods: tuple[Choice, ...] = ()
    order_statuses: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteFinding:
    """What a live look at the store found about one thing."""

    external_id: str
    order_number: str | None
    importable: bool
    message: Message | None  # why not


@dataclass(frozen=True, slots=True)
class OrderFinding:
    """What a live look at the store found for an order number, a reference or an external id."""

    order_number: str
    notes: tuple[NoteFinding, ...]
    message: Message | None  # why there is nothing to import, when no note says it


@dataclass(slots=True)
class ImportSummary:
    """What one import did. Counts of notes; `requests` are HTTP requests, refused and failed ones included."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    closed: int = 0
    parked: int = 0
    requests: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    skipped_notes: list[Skipped] = field(default_factory=list)
    matched: dict[str, int] = field(default_factory=dict)  # rule id → orders it fired for
    held: int = 0
    unhandled: int = 0
    delegating: int = 0
    flagged: int = 0  # no longer wanted upstream, but there is a label: a person has to look
    unknown_fields: dict[str, int] = field(default_factory=dict)  # paths nobody here has looked at yet → notes that have them


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import of one store, running or ended."""

    id: str
    store_id: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None  # "done" | "failed"
    error: Sentence | None
    summary: Mapping[str, Any]
