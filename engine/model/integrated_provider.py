"""A fulfillment provider without an account here: a system of its own that is spoken to, and what was said to and by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from engine.model.reason_line import ReasonLine
from engine.model.sentence import Sentence

SECRET_OVERLAP = timedelta(hours=24)  # in which the secret of before a rotation still counts
EVENTS_ARE_KEPT = timedelta(days=30)  # so long an event that comes again is answered as the first time
FAILING_IS_TOLD = timedelta(hours=1)  # so long a system may fail before people hear of it


@dataclass(frozen=True, slots=True)
class ProviderSecrets:
    """What both sides sign with; for a while after a rotation there are two.

    None at all where they were encrypted with a key that is not there: nothing is said or believed until there is a new one.
    """

    current: str = field(default="", repr=False)
    previous: str = field(default="", repr=False)
    previous_until: datetime | None = None

    @property
    def can_be_read(self) -> bool:
        return self.current != ""

    def valid(self, now: datetime) -> tuple[str, ...]:
        """Those that count, the newest first."""
        if not self.can_be_read:
            return ()
        overlaps = self.previous_until is not None and now < self.previous_until
        return (self.current, self.previous) if overlaps else (self.current,)

    def rotate(self, secret: str, now: datetime) -> Self:
        """With a new one; of those before only the last counts on, for a while."""
        until = now + SECRET_OVERLAP if self.can_be_read else None
        return replace(self, current=secret, previous=self.current, previous_until=until)


@dataclass(frozen=True, slots=True)
class IntegratedProvider:
    """How one merchant's provider is reached. `id` is the account that stands for it, to which nobody belongs."""

    id: str
    account_id: str  # the merchant's
    connection_id: str
    url: str  # without a slash at the end
    secrets: ProviderSecrets
    created_at: datetime
    answered_at: datetime | None = None  # when it last took or answered something
    failing_since: datetime | None = None
    last_error: Sentence | None = None
    told_at: datetime | None = None  # when the merchant's admins heard that it fails

    def answered(self, now: datetime) -> Self:
        return replace(self, answered_at=now, failing_since=None, last_error=None, told_at=None)

    def failed(self, error: Sentence, now: datetime) -> Self:
        return replace(self, failing_since=self.failing_since or now, last_error=error)

    def is_to_be_told(self, now: datetime, *, may_mend: bool) -> bool:
        """Whether people have to hear that it fails: once; where it may mend by itself, when it has failed for a while."""
        if self.failing_since is None or self.told_at is not None:
            return False
        return not may_mend or now - self.failing_since >= FAILING_IS_TOLD


@dataclass(frozen=True, slots=True)
class Sending:
    """How far a request has come on its way to the provider's system, and what has come back about it."""

    request_id: str
    account_id: str  # the merchant's
    provider_id: str
    version: int = 0  # of the whole object as it was sent last, or is to be
    digest: str = ""  # of that object
    acknowledged: int = 0  # the version that the provider is known to have
    unclear: bool = False  # something was sent, and it is not known whether it arrived
    cancels: int = 0  # how often the provider was asked to give it back, and has answered
    cancel_taken: bool = False  # whether the provider is known to have been asked this time
    sequence: int = 0  # of the newest answer that came


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """The whole object as the provider's system gets it. There are no order notes in it."""

    reference: str
    version: int
    created_at: datetime
    fulfil_by: datetime | None
    service_preference: str
    hold: bool
    order: Mapping[str, Any]  # the fields of the rule language
    messages: tuple[tuple[datetime, str], ...]  # what the merchant wrote to the provider


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """What the provider's system has of a request."""

    version: int
    cancel_asked: bool


class EventKind(StrEnum):
    """What a provider's system may say."""

    ACCEPTED = "request.accepted"
    REJECTED = "request.rejected"
    STARTED = "request.started"
    CLOSED = "request.closed"
    SHIPPED = "request.shipped"
    CANCEL_GRANTED = "cancel.granted"
    CANCEL_REFUSED = "cancel.refused"
    MESSAGE = "message.written"


@dataclass(frozen=True, slots=True)
class ReportedParcel:
    tracking_number: str | None = None
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class ReportedShipment:
    """What left the provider together. Without lines all that had not left."""

    id: str  # the provider's own
    carrier: str
    service: str
    parcels: tuple[ReportedParcel, ...]
    lines: Mapping[str, Decimal] | None = None

    @property
    def tracking(self) -> str:
        """The numbers of its parcels, for a sentence."""
        return ", ".join(parcel.tracking_number for parcel in self.parcels if parcel.tracking_number) or "–"


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One thing that a provider's system says about a request."""

    kind: EventKind
    reference: str
    sequence: int  # the provider's own count of its answers about this request
    code: str | None = None
    text: str = ""
    lines: tuple[ReasonLine, ...] = ()  # of a rejection or a close
    shipment: ReportedShipment | None = None


@dataclass(frozen=True, slots=True)
class EventReply:
    """What the provider's system is answered: the HTTP status, and the object in the body."""

    status: int
    body: Mapping[str, Any]
