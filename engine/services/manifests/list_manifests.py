"""The manifests of an account."""

from __future__ import annotations

from engine.application import Application
from engine.model.manifest import Manifest

SHOWN = 100


def list_manifests(app: Application, account_id: str, limit: int = SHOWN) -> list[Manifest]:
    """The newest first."""
    with app.reading() as uow:
        return uow.manifests.list_for(account_id, limit)
