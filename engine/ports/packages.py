"""What is kept of an account's packages."""

from __future__ import annotations

from typing import Protocol

from engine.model.saved_package import SavedPackage


class Packages(Protocol):
    """Those of an account; no two have one name."""

    def add(self, package: SavedPackage) -> None: ...

    def remove(self, account_id: str, package_id: str) -> None: ...

    def list_for(self, account_id: str) -> list[SavedPackage]:
        """By name."""

    def set_default(self, account_id: str, package_id: str | None) -> None:
        """Make one the default, and no other."""
