"""What a 3PL has of its clients' products: counted, received, adjusted, reserved, shipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class MovementKind(StrEnum):
    """Why a count changed."""

    COUNTED = "counted"  # somebody said how much there is
    RECEIVED = "received"  # goods came in
    ADJUSTED = "adjusted"  # up or down, for a reason
    SHIPPED = "shipped"
    TAKEN_BACK = "taken_back"  # a shipment was


class AdjustReason(StrEnum):
    """Why a count is adjusted."""

    DAMAGED = "damaged"
    EXPIRED = "expired"
    LOST = "lost"
    FOUND = "found"
    RETURNED = "returned"  # a buyer sent it back
    SENT_BACK = "sent_back"  # to the client
    MISCOUNTED = "miscounted"
    OTHER = "other"  # the note says what


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
    reason: AdjustReason | None = None  # of an adjustment
    reference: str = ""  # of a receipt: the delivery note, the pallet


@dataclass(frozen=True, slots=True)
class StockCount:
    """What a 3PL has of one product of one client."""

    account_id: str  # the 3PL's
    client_id: str
    sku: str
    on_hand: Decimal | None  # None: nobody has counted it
    reserved: Decimal = Decimal(0)  # units of live requests that have not shipped

    @property
    def available(self) -> Decimal | None:
        """What is left for further requests; below 0 more is asked for than there is. None where nobody has counted."""
        return None if self.on_hand is None else self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Product:
    """A SKU that an account knows: its own, or one of a client (`owner_id`) by the account's name for it."""

    account_id: str
    owner_id: str
    sku: str
    name: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in a list."""
        return self.owner_id, self.sku
