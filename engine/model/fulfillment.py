"""Handing an order to a 3PL, and what comes back: requests, shipments and parcels, and the states that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.model.money import Money
from engine.model.order import OrderState


class RequestState(StrEnum):
    """A fulfillment request at the provider."""

    REQUESTED = "requested"  # handed over; the provider has not fetched it yet
    ACCEPTED = "accepted"  # the provider has its copy
    REJECTED = "rejected"
    CANCELLED = "cancelled"  # taken back by the merchant


class ShipmentState(StrEnum):
    """A shipment the provider or the merchant makes."""

    PLANNED = "planned"
    SHIPPED = "shipped"
    VOIDED = "voided"


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


def order_state_from(
    ordered: Mapping[str, Decimal], requests: Iterable[FulfillmentRequest], shipments: Iterable[Shipment]
) -> OrderState:
    """The state of an order with these line quantities, from its requests and shipments.

    Shipped quantities come first: all lines shipped, some, or none. With none, a live request makes the order pending,
    a rejection with no live request makes it rejected, and otherwise it is open.
    """
    shipped: dict[str, Decimal] = {}
    for shipment in shipments:
        if shipment.state is ShipmentState.SHIPPED:
            for line_key, quantity in shipment.lines.items():
                shipped[line_key] = shipped.get(line_key, Decimal(0)) + quantity
    if any(quantity > 0 for quantity in shipped.values()):
        complete = all(shipped.get(line_key, Decimal(0)) >= quantity for line_key, quantity in ordered.items())
        return OrderState.SHIPPED if complete else OrderState.PARTIALLY_SHIPPED
    states = {request.state for request in requests}
    if states & {RequestState.REQUESTED, RequestState.ACCEPTED}:
        return OrderState.PENDING_FULFILLMENT
    return OrderState.REJECTED_FULFILLMENT if RequestState.REJECTED in states else OrderState.OPEN
