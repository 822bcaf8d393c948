"""What merchant and provider ask, answer and write to each other about a fulfillment request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.model.reason_line import ReasonLine
from engine.model.transitions import Side


class MessageKind(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    STARTED = "started"
    REJECTED = "rejected"
    CLOSED = "closed"
    RECALLED = "recalled"
    GRANTED = "cancel_granted"
    REFUSED = "cancel_refused"
    ENDED = "ended"
    CHANGE_ASKED = "change_asked"  # its code names what of the order: parts of the document, with commas
    CHANGE_ACCEPTED = "change_accepted"
    CHANGE_REFUSED = "change_refused"
    CHANGE_WITHDRAWN = "change_withdrawn"
    WRITTEN = "written"  # a message of a person


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """One entry of a request's thread; both sides see it, but only its own side who wrote it."""

    id: str
    request_id: str
    account_id: str  # the merchant's
    provider_id: str
    side: Side
    kind: MessageKind
    actor: str
    at: datetime
    code: str | None = None
    text: str = ""
    lines: tuple[ReasonLine, ...] = ()
