"""Pickups: a carrier's driver is asked to come for what leaves one place, and whether the carrier has heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from engine.model.label import PostalAddress
from engine.model.money import Money
from engine.model.sentence import Sentence
from engine.model.transitions import Transition, next_state


class PickupState(StrEnum):
    """How far a pickup has come."""

    INTENT = "intent"  # kept before the carrier is asked
    UNKNOWN = "unknown"  # the carrier was asked, and nobody knows whether it heard
    MADE = "made"  # a driver comes
    REFUSED = "refused"  # the carrier said no: nobody comes
    CANCEL_REQUESTED = "cancel_requested"  # kept before the carrier is asked to call it off
    CANCELLED = "cancelled"
    CANCEL_REFUSED = "cancel_refused"  # the carrier does not call it off: a driver comes


class PickupAction(StrEnum):
    """What gives a pickup another state."""

    LOSE = "lose"
    MAKE = "make"
    REFUSE = "refuse"
    REQUEST_CANCEL = "request_cancel"
    CANCEL = "cancel"
    REFUSE_CANCEL = "refuse_cancel"


_S, _A = PickupState, PickupAction
PICKUP_TRANSITIONS: tuple[Transition[PickupState, PickupAction], ...] = (
    Transition((_S.INTENT, _S.UNKNOWN), _A.LOSE, (_S.UNKNOWN,)),
    Transition((_S.INTENT, _S.UNKNOWN), _A.MAKE, (_S.MADE,)),
    Transition((_S.INTENT, _S.UNKNOWN), _A.REFUSE, (_S.REFUSED,)),
    Transition((_S.MADE, _S.CANCEL_REFUSED), _A.REQUEST_CANCEL, (_S.CANCEL_REQUESTED,)),
    Transition((_S.CANCEL_REQUESTED,), _A.CANCEL, (_S.CANCELLED,)),
    Transition((_S.CANCEL_REQUESTED,), _A.REFUSE_CANCEL, (_S.CANCEL_REFUSED,)),
)
OVER = frozenset({_S.REFUSED, _S.CANCELLED})  # nobody comes: another one may be asked for


@dataclass(frozen=True, slots=True)
class PickupRequest:
    """What a carrier is asked for: to come to one place between two instants, for shipments that it knows by its own ids."""

    reference: str
    line: str  # whose driver, of an account with several carriers
    address: PostalAddress
    starts_at: datetime
    ends_at: datetime
    carrier_ids: tuple[str, ...]
    parcels: int
    weight_g: int
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class MadePickup:
    """What a carrier gave: its own id, the number to ask about it by, and the price where it says one."""

    carrier_id: str
    confirmation: str = ""
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Pickup:
    """One pickup that the account asks for with one carrier account, `owner_id`'s, for what leaves one place.

    `claim` says which carrier comes where and on which day, as long as a driver is to come: there is one at a time.
    """

    id: str
    account_id: str
    carrier_account_id: str
    owner_id: str
    carrier: str
    request: PickupRequest
    claim: str
    actor: str
    created_at: datetime
    state: PickupState = PickupState.INTENT
    carrier_id: str = ""  # known before it is paid where the carrier makes it first and sells it then
    confirmation: str = ""
    cost: Money | None = None
    error: Sentence | None = None
    made_at: datetime | None = None

    @property
    def is_being_made(self) -> bool:
        return self.state in (PickupState.INTENT, PickupState.UNKNOWN)

    @property
    def name(self) -> str:
        """Whose driver comes."""
        return self.request.line or self.carrier

    def lose(self, error: Sentence) -> Self:
        """Nobody knows whether the carrier heard. Raises IllegalTransition, as all that change the state."""
        return self._take(PickupAction.LOSE, error=error)

    def make(self, made: MadePickup, now: datetime) -> Self:
        """A driver comes."""
        given = {"carrier_id": made.carrier_id, "confirmation": made.confirmation, "cost": made.cost}
        return self._take(PickupAction.MAKE, error=None, made_at=now, **given)

    def refuse(self, error: Sentence) -> Self:
        """The carrier does not come."""
        return self._take(PickupAction.REFUSE, error=error)

    def request_cancel(self) -> Self:
        """The carrier is to be asked to call it off."""
        return self._take(PickupAction.REQUEST_CANCEL, error=None)

    def cancel(self) -> Self:
        """The carrier has called it off."""
        return self._take(PickupAction.CANCEL, error=None)

    def refuse_cancel(self, error: Sentence) -> Self:
        """The carrier does not call it off."""
        return self._take(PickupAction.REFUSE_CANCEL, error=error)

    def with_problem(self, error: Sentence) -> Self:
        """What keeps it from having another state."""
        return replace(self, error=error)

    def _take(self, action: PickupAction, **changes: Any) -> Self:
        return replace(self, state=next_state(PICKUP_TRANSITIONS, self.state, action), **changes)


def pickup_key(pickup_id: str) -> str:
    """The key of the job that asks for a pickup."""
    return f"pickup:{pickup_id}"


def cancelling_key(pickup_id: str) -> str:
    """The key of the job that calls it off."""
    return f"pickup-cancel:{pickup_id}"
