"""What is kept of pickups."""

from __future__ import annotations

from typing import Protocol

from engine.model.pickup import Pickup


class Pickups(Protocol):
    """Pickups that accounts have asked for."""

    def add(self, pickup: Pickup) -> bool:
        """Keep it, unless a driver is to come with the same claim already; whether it was kept."""

    def update(self, pickup: Pickup) -> None:
        """Keep its state and what the carrier said of it. One that is over claims nothing any more."""

    def get(self, account_id: str, pickup_id: str, *, for_change: bool = False) -> Pickup:
        """Raises NotFound."""

    def list_for(self, account_id: str, limit: int) -> list[Pickup]:
        """The newest first."""
