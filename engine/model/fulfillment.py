"""Handing an order to a 3PL, and what comes back: requests, shipments and parcels, and how their states change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from engine.model.money import Money
from engine.model.transitions import Side, Transition, may_follow, next_state
from rules.messages import Text


class RequestState(StrEnum):
    """A fulfillment request at the provider."""

    REQUESTED = "requested"  # handed over; the provider has not fetched it yet
    ACCEPTED = "accepted"  # the provider has its copy
    REJECTED = "rejected"
    CANCELLED = "cancelled"  # taken back by the merchant


LIVE = frozenset({RequestState.REQUESTED, RequestState.ACCEPTED})  # the provider is to ship it, as far as anybody has said


class RequestAction(StrEnum):
    """What gives a request another state."""

    ACCEPT = "accept"
    REJECT = "reject"
    CANCEL = "cancel"
    REINSTATE = "reinstate"


REQUEST_TRANSITIONS: tuple[Transition[RequestState, RequestAction], ...] = (
    Transition((RequestState.REQUESTED,), RequestAction.ACCEPT, (RequestState.ACCEPTED,), (Side.PROVIDER,)),
    Transition((RequestState.REQUESTED,), RequestAction.REJECT, (RequestState.REJECTED,), (Side.PROVIDER,)),
    Transition((RequestState.ACCEPTED,), RequestAction.REJECT, (RequestState.REJECTED,), (Side.PROVIDER,)),
    Transition((RequestState.REQUESTED,), RequestAction.CANCEL, (RequestState.CANCELLED,), (Side.MERCHANT, Side.SYSTEM)),
    Transition((RequestState.ACCEPTED,), RequestAction.CANCEL, (RequestState.CANCELLED,), (Side.SYSTEM,)),
    Transition((RequestState.CANCELLED,), RequestAction.REINSTATE, (RequestState.REQUESTED,), (Side.MERCHANT, Side.SYSTEM)),
)

# Why a request in this state does not allow an action.
_STANDS_IN_THE_WAY = {
    RequestState.REQUESTED: Text(
        "The request is with its provider, who has not answered yet.",
        "La solicitud está en manos de su proveedor, que aún no ha respondido.",
    ),
    RequestState.ACCEPTED: Text("The provider has accepted the request.", "El proveedor ha aceptado la solicitud."),
    RequestState.REJECTED: Text("The provider has rejected the request.", "El proveedor ha rechazado la solicitud."),
    RequestState.CANCELLED: Text("The request has been taken back.", "La solicitud se ha retirado."),
}


class ShipmentState(StrEnum):
    """A shipment the provider or the merchant makes."""

    PLANNED = "planned"
    SHIPPED = "shipped"
    VOIDED = "voided"


class ShipmentAction(StrEnum):
    """What gives a shipment another state."""

    SHIP = "ship"
    VOID = "void"
    SHIP_AGAIN = "ship_again"


SHIPMENT_TRANSITIONS: tuple[Transition[ShipmentState, ShipmentAction], ...] = (
    Transition((ShipmentState.PLANNED,), ShipmentAction.SHIP, (ShipmentState.SHIPPED,)),
    Transition((ShipmentState.SHIPPED,), ShipmentAction.VOID, (ShipmentState.VOIDED,)),
    Transition((ShipmentState.VOIDED,), ShipmentAction.SHIP_AGAIN, (ShipmentState.SHIPPED,)),
)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Some units of one order line."""

    line_key: str
    sku: str
    name: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class FulfillmentRequest:
    """A merchant asks a connected provider to ship lines of an order. An order may have several."""

    id: str
    account_id: str  # the merchant's
    provider_id: str  # the provider's account
    order_id: str
    lines: tuple[RequestLine, ...]
    service_preference: str
    notes: tuple[str, ...]  # the client's order notes, as plain text
    created_at: datetime
    state: RequestState = RequestState.REQUESTED
    state_reason: str | None = None
    notes_pending: bool = False  # the notes are still to be fetched from the client's store

    @property
    def is_live(self) -> bool:
        """Whether the provider is to ship it, as far as anybody has said."""
        return self.state in LIVE

    def may(self, action: RequestAction, side: Side) -> bool:
        """Whether its state allows an action to a side."""
        return may_follow(REQUEST_TRANSITIONS, self.state, action, side)

    def accept(self) -> Self:
        """The request with its provider's promise to ship it. Raises IllegalTransition, as all that change the state."""
        return self._take(RequestAction.ACCEPT, Side.PROVIDER)

    def reject(self, reason: str) -> Self:
        """The request that its provider will not ship."""
        return self._take(RequestAction.REJECT, Side.PROVIDER, reason)

    def cancel(self, side: Side, reason: str) -> Self:
        """The request taken back."""
        return self._take(RequestAction.CANCEL, side, reason)

    def reinstate(self, side: Side) -> Self:
        """The request that was taken back, asked again."""
        return self._take(RequestAction.REINSTATE, side)

    def _take(self, action: RequestAction, side: Side, reason: str | None = None) -> Self:
        return replace(self, state=next_state(REQUEST_TRANSITIONS, self.state, action, side), state_reason=reason)


def allowed_actions(request: FulfillmentRequest, side: Side) -> dict[RequestAction, Text | None]:
    """All actions of a side: None for one that the request allows now, else why it does not."""
    actions = dict.fromkeys(row.action for row in REQUEST_TRANSITIONS if side in row.sides)
    return {action: None if request.may(action, side) else _STANDS_IN_THE_WAY[request.state] for action in actions}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One box of a shipment. Sizes in millimetres, weight in grams."""

    id: str
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    tracking_number: str | None = None
    label_id: str | None = None
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """What leaves together by one service. `request_id` is absent when the merchant ships by itself."""

    id: str
    account_id: str
    order_id: str
    request_id: str | None
    carrier: str
    service: str
    lines: Mapping[str, Decimal]  # line key → quantity
    parcels: tuple[Parcel, ...]
    state: ShipmentState = ShipmentState.PLANNED
    shipped_at: datetime | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The tracking numbers, each once: several boxes may share one."""
        return tuple(dict.fromkeys(parcel.tracking_number for parcel in self.parcels if parcel.tracking_number))

    def ship(self, now: datetime) -> Self:
        """The shipment that leaves now. Raises IllegalTransition, as all that change the state."""
        return self._take(ShipmentAction.SHIP, shipped_at=now)

    def void(self) -> Self:
        """The shipment taken back. It keeps when it was shipped."""
        return self._take(ShipmentAction.VOID, self.shipped_at)

    def ship_again(self) -> Self:
        """The shipment that was taken back, as it was before."""
        return self._take(ShipmentAction.SHIP_AGAIN, self.shipped_at)

    def _take(self, action: ShipmentAction, shipped_at: datetime | None) -> Self:
        return replace(self, state=next_state(SHIPMENT_TRANSITIONS, self.state, action), shipped_at=shipped_at)
