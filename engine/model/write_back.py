"""Telling a store that its order shipped: what is told, in which steps, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WriteBackStep(StrEnum):
    """One request to the store, kept when it is done so that a later try goes on behind it. In the order in which they go."""

    REFERENCE = "reference"  # the tracking numbers
    SHIPPED = "shipped"  # the goods-out note is shipped; cannot be undone
    STATUS = "status"  # the order's status
    NOTE = "note"  # a note on the order


@dataclass(frozen=True, slots=True)
class ShipmentNotice:
    """A shipment as the store has to hear of it."""

    external_id: str
    external_order_id: str
    order_number: str
    carrier: str
    service: str
    tracking_numbers: tuple[str, ...]
    weight_g: int | None
    shipped_at: datetime


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that was carried out, or was found to be done already."""

    step: WriteBackStep
    done_at: datetime
