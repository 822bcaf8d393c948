"""Comparing a store, what is here, the providers and what was written back: how far that is, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.model.order import OrderState
from engine.model.sentence import Sentence


class DifferenceKind(StrEnum):
    """Who disagrees about an order; in the order in which filters offer them."""

    NOT_HERE = "not_here"  # open in the store, and no open order here
    NOT_THERE = "not_there"  # open here, and no longer open in the store
    PROVIDER = "provider"  # with a provider that does not have it, or has ended it
    NOT_TOLD = "not_told"  # shipped here, and the store has not heard of it
    STILL_OPEN = "still_open"  # the store was told that it shipped, and still shows it open


class ProviderHas(StrEnum):
    """What a provider has of an order that is with it: the detail of a difference of that kind."""

    NOTHING = "nothing"
    CANCELLED = "cancelled"
    LEFT_OUT = "left_out"  # by a rule of the provider's
    SHIPPED = "shipped"
    NOT_ASKED = "not_asked"  # the order is on its way to a provider, and none was asked


class TellingState(StrEnum):
    """How telling the store stands: the detail of a difference of that kind."""

    PENDING = "pending"
    FAILING = "failing"
    GIVEN_UP = "given_up"


class Part(StrEnum):
    """What is compared one after the other: what needs no store first."""

    TOLD = "told"  # what left from here, and whether the store knows
    PROVIDERS = "providers"
    THERE = "there"  # what the store has open, and whether it is here
    HERE = "here"  # what is open here, and whether the store still has it open


FOUND_BY: Mapping[Part, tuple[DifferenceKind, ...]] = {
    Part.TOLD: (DifferenceKind.NOT_TOLD,),
    Part.PROVIDERS: (DifferenceKind.PROVIDER,),
    Part.THERE: (DifferenceKind.NOT_HERE, DifferenceKind.STILL_OPEN),
    Part.HERE: (DifferenceKind.NOT_THERE,),
}
MOST_OF_A_KIND = 1000  # differences that are kept of a store: more need no list but a cause


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about which two sides disagree. `subject`: the external id, the request or the shipment it is about."""

    account_id: str
    store_id: str
    kind: DifferenceKind
    subject: str
    first_seen: datetime
    last_seen: datetime
    detail: str = ""  # a code: of the store's reason, of what the provider has, or of how telling stands
    external_id: str = ""
    order_number: str = ""
    order_id: str | None = None  # of the order here
    who: str = ""  # what the account calls the provider


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How far a store's comparison is. A pass goes through all parts, by several turns where there is much."""

    store_id: str
    account_id: str
    begun_at: datetime  # the pass
    looked_at: datetime  # the last time that it came further
    part: Part | None = None  # where the pass goes on; None: it has ended
    place: str = ""  # how far it is in that part, as that part writes it
    problem: Sentence | None = None  # why it is not complete, as far as it has come
    completed_at: datetime | None = None  # the end of the last pass that was complete
    open_there: int = 0  # what the store lists as open, as far as the pass has come
    open_here: int = 0
    with_providers: int = 0

    @property
    def goes_on(self) -> bool:
        """Whether the pass has stopped at a limit, and the next turn goes on."""
        return self.part is not None

    @property
    def is_complete(self) -> bool:
        """Whether the last pass has compared everything."""
        return self.part is None and self.problem is None


@dataclass(frozen=True, slots=True)
class OpenHere:
    """The little of an order that is open here that is compared with its store."""

    order_id: str
    external_id: str
    order_number: str


@dataclass(frozen=True, slots=True)
class WithProvider:
    """A request that is open, and what is known here of the provider's side."""

    request_id: str
    order_id: str
    order_number: str
    external_id: str
    order_state: OrderState
    who: str
    due_at: datetime  # since when the provider may see it
    connection_id: str | None
    copy_state: OrderState | None  # of the provider's order; None where it has none
    copy_changed_at: datetime | None
    is_integrated: bool  # the provider has a system of its own
    is_taken: bool  # its system is known to have taken the request


@dataclass(frozen=True, slots=True)
class UntoldShipment:
    """A shipment of which the store has not heard."""

    shipment_id: str
    order_id: str
    order_number: str
    external_id: str
    since: datetime
    telling: TellingState
