"""What a 3PL has of its clients' products: counted, reserved, moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class MovementKind(StrEnum):
    """Why a count changed."""

    COUNTED = "counted"  # somebody said how much there is
    SHIPPED = "shipped"
    TAKEN_BACK = "taken_back"  # a shipment was


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of a count. What was never counted has none: unknown is not 0."""

    id: str
    account_id: str  # the 3PL's
    client_id: str
    sku: str  # as the 3PL calls it
    kind: MovementKind
    change: Decimal
    on_hand: Decimal  # afterwards
    at: datetime
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StockCount:
    """What a 3PL has of one product of one client."""

    account_id: str  # the 3PL's
    client_id: str
    sku: str
    on_hand: Decimal
    reserved: Decimal = Decimal(0)  # units of live requests that have not shipped

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved
