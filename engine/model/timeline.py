"""All that happened to an order, in one list: who did what, when, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from engine.model.job import JobKind
from engine.model.sentence import Sentence
from engine.model.written_moment import read_moment


class TimelineKind(StrEnum):
    """What a person may want to see alone."""

    STORE = "store"  # imports, and changes by the store
    DECISION = "decision"
    PERSON = "person"  # what people did by hand
    HOLD = "hold"
    PROVIDER = "provider"  # requests, answers, messages
    SHIPMENT = "shipment"  # labels, shipments, returns
    TRACKING = "tracking"
    TOLD = "told"  # write-backs, and mails to buyers
    ALERT = "alert"


class TimelineSource(StrEnum):
    """Where an entry is kept. At the same moment what follows stands above what led to it: later ones here are newer."""

    AUDIT = "1"
    DECISION = "2"
    MESSAGE = "3"
    JOB = "4"
    TRACKING = "5"
    ALERT = "6"


_K = TimelineKind
ACTION_KINDS: Mapping[str, TimelineKind] = {
    **dict.fromkeys(("order.imported", "order.updated", "order.closed", "order.reshipped"), _K.STORE),
    **dict.fromkeys(("order.reprocessed", "order.rules_run", "order.schedule_run", "order.looked_at_again"), _K.DECISION),
    **dict.fromkeys(("order.rule_run", "order.service_chosen"), _K.DECISION),
    **dict.fromkeys(("order.provider_set", "order.erased", "store.parts_answered"), _K.PERSON),
    **dict.fromkeys(("order.edited", "order.edit_undone", "order.created", "order.duplicated"), _K.PERSON),
    **dict.fromkeys(("order.cancelled", "order.restored", "order.split", "order.joined"), _K.PERSON),
    **dict.fromkeys(("order.combined", "order.separated"), _K.PERSON),
    **dict.fromkeys(("inbox.assigned", "inbox.snoozed", "inbox.done", "inbox.reopened"), _K.PERSON),
    **dict.fromkeys(("order.held", "order.hold_ended", "order.released"), _K.HOLD),
    **dict.fromkeys(("order.delegated", "order.recalled", "order.accepted", "order.started", "order.rejected"), _K.PROVIDER),
    **dict.fromkeys(("order.given_back", "order.cancel_granted", "order.cancel_refused", "order.change_asked"), _K.PROVIDER),
    **dict.fromkeys(("order.change_withdrawn", "order.change_accepted", "order.change_refused"), _K.PROVIDER),
    **dict.fromkeys(("request.received", "request.accepted", "request.started", "request.rejected"), _K.PROVIDER),
    **dict.fromkeys(("request.closed", "request.change_asked", "request.change_withdrawn"), _K.PROVIDER),
    **dict.fromkeys(("request.change_accepted", "request.change_refused", "request.cancelled"), _K.PROVIDER),
    "request.ended": _K.PROVIDER,
    **dict.fromkeys(("request.cancel_requested", "request.cancel_granted", "request.cancel_refused"), _K.PROVIDER),
    **dict.fromkeys(("order.shipped", "order.unshipped", "label.intended", "label.bought", "label.refused"), _K.SHIPMENT),
    **dict.fromkeys(("label.void_requested", "label.voided", "label.void_refused"), _K.SHIPMENT),
    **dict.fromkeys(("return.intended", "return.bought"), _K.SHIPMENT),
    **dict.fromkeys(("store.notified", "store.withdrawn", "store.note_split", "store.asked_again", "mail.sent_again"), _K.TOLD),
}
SAID_ELSEWHERE = ("request.written",)  # the message itself stands in the list
MAILS = (JobKind.BUYER_EMAIL, JobKind.EMAIL)


@dataclass(frozen=True, slots=True)
class TimelinePlace:
    """Where an entry stands. As a text it is part of an address."""

    at: datetime
    source: TimelineSource
    key: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.source.value}~{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for what is not a place."""
        at, _, rest = text.partition("~")
        source, _, key = rest.partition("~")
        try:
            moment = read_moment(at)
            return cls(moment, TimelineSource(source), key) if moment is not None and key else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened.

    `action` is a code of its source: of the audit trail, a trigger, a kind of message or of job, a tracking state. Of a
    decision `before` has the ids of the versions that ran, and `after` those of the rules that fired; of a message `before` is
    the side that wrote it. `said` is what was written, alerted or reported, in words.
    """

    place: TimelinePlace
    kind: TimelineKind | None  # None: of an action that nobody has sorted
    actor: str
    action: str
    before: Any = None
    after: Any = None
    said: Sentence | None = None

    @property
    def at(self) -> datetime:
        return self.place.at


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some entries, the newest first. `before` leads to the next page; None on the last one."""

    entries: tuple[TimelineEntry, ...]
    before: TimelinePlace | None
