"""Telling a store that its order shipped: what is told, in which steps, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.model.carrier import ServiceWords
from engine.model.note_shipping import NO_SHIPPING, NoteShipping
from engine.model.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Carried:
    """What left with one service."""

    carrier: str
    service: str
    tracking_numbers: tuple[str, ...]
    words: ServiceWords | None = None  # what people read instead of the codes


@dataclass(frozen=True, slots=True)
class ShipmentNotice:
    """What a store is told about a shipment. Of a withdrawal carrier, service, boxes and weight are those of what stays."""

    external_id: str
    external_order_id: str
    order_number: str
    carrier: str
    service: str
    tracking_numbers: tuple[str, ...]  # each once; none for a letter, or for what the customer collected
    weight_g: int | None
    shipped_at: datetime
    boxes: int = 1
    shipment_id: str = ""  # of the account that tells
    shipped_with: frozenset[str] = frozenset()  # external ids of the same order that shipped from here as well
    open_in_part: frozenset[str] = frozenset()  # external ids of the same order of which a part has left
    carried: tuple[Carried, ...] = ()  # what of it no other shipment's notice tells of; empty: all of it
    shipping: NoteShipping = NO_SHIPPING  # what stood there before, and what was told since
    is_part: bool = False  # something of it is still to leave: it is not told as shipped
    staying: tuple[str, ...] = ()  # of a withdrawal: the numbers of what has left beside it; of a part they go on being told


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that was carried out, or was found to be done already."""

    step: str  # the code of a step of its kind of store
    done_at: datetime


class WriteBackStatus(StrEnum):
    """How far the write-back of a shipment, or of its withdrawal, has come."""

    NONE = "none"  # there is nobody to tell, or it was called off in time
    NOT_WANTED = "not_wanted"  # a rule keeps the shipment from the store
    ASKS = "asks"  # a person has to say whether the store hears of a part
    DUE = "due"
    DONE = "done"
    DEAD = "dead"  # given up; a person can see why and have it tried again


@dataclass(frozen=True, slots=True)
class WriteBackProgress:
    """The steps of one shipment's write-back that are done, and why the rest is not."""

    state: WriteBackStatus
    steps: tuple[StepDone, ...] = ()
    error: Sentence | None = None
    attempts: int = 0
    tried_at: datetime | None = None  # the last attempt


class PartsTelling(StrEnum):
    """When a store hears of an order that leaves in parts. It holds the order for shipped once, when all has left."""

    ALL_OUT = "all_out"  # not before that
    EACH_PART = "each_part"  # the tracking numbers with each part
    ASK = "ask"  # as a person says of each such order
    SPLIT = "split"  # what has left gets a note of its own, which is marked as shipped; the rest stays open


# A setting of kinds of store that can be told of parts, and what a person has answered about an order (in its layer).
TELL_PARTS = "tell_parts"
ASKS_PARTS = "asks_parts"  # the flag of an order that waits for that answer


def notify_key(shipment_id: str) -> str:
    """The key of the job that tells the store of a shipment."""
    return f"notify:{shipment_id}"


def withdraw_key(shipment_id: str) -> str:
    """The key of the job that takes that back."""
    return f"withdraw:{shipment_id}"
