"""What leaves: shipments and parcels, and how a shipment's state changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from engine.model.money import Money
from engine.model.transitions import Transition, next_state


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
    """What leaves together by one service. `request_id` is absent where the account ships by itself."""

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
    source_id: str | None = None  # of the provider's own shipment, where a provider made it

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
