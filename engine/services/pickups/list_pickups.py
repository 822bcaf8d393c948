"""The pickups of an account."""

from __future__ import annotations

from engine.application import Application
from engine.model.pickup import Pickup

SHOWN = 100


def list_pickups(app: Application, account_id: str, limit: int = SHOWN) -> list[Pickup]:
    """The newest first."""
    with app.reading() as uow:
        return uow.pickups.list_for(account_id, limit)
