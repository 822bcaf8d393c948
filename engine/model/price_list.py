"""What a 3PL asks of a client for its work, from one month on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Charge(StrEnum):
    """What a statement asks money for."""

    ORDERS = "orders"
    LINES = "lines"
    PARCELS = "parcels"
    STORAGE = "storage"
    MONTHLY = "monthly"
    LABELS = "labels"  # what carriers took: it has no price here
    RETURN_LABELS = "return_labels"  # the same for the way back


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices in one currency; 0 is not charged. It holds until another one begins."""

    account_id: str  # the 3PL's
    client_id: str
    valid_from: str  # a month, `2026-10`
    currency: str
    per_order: Decimal  # once for an order, in the month in which its first shipment leaves
    per_line: Decimal  # for each line of each shipment
    per_parcel: Decimal
    storage: Decimal  # for each unit on hand on an average day of the month
    monthly: Decimal  # for a month in which the two are connected
    actor: str
    set_at: datetime

    def price(self, charge: Charge) -> Decimal:
        """Of anything but labels, there and back."""
        prices = {
            Charge.ORDERS: self.per_order,
            Charge.LINES: self.per_line,
            Charge.PARCELS: self.per_parcel,
            Charge.STORAGE: self.storage,
            Charge.MONTHLY: self.monthly,
        }
        return prices[charge]


def valid_in(lists: Iterable[PriceList], month: str) -> PriceList | None:
    """The one of a client's lists that holds in a month."""
    begun = [one for one in lists if one.valid_from <= month]
    return max(begun, key=lambda one: one.valid_from, default=None)
