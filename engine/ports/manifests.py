"""What is kept of manifests. Their labels are those that name them (`engine.ports.Labels`)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from engine.model.manifest import Manifest


class Manifests(Protocol):
    """Manifests of accounts and the documents that carriers gave for them."""

    def add(self, manifest: Manifest) -> None: ...

    def update(self, manifest: Manifest) -> None:
        """Keep its state and what the carrier said of it."""

    def get(self, account_id: str, manifest_id: str, *, for_change: bool = False) -> Manifest:
        """Raises NotFound."""

    def list_for(self, account_id: str, limit: int) -> list[Manifest]:
        """The newest first."""

    def keep_document(self, account_id: str, manifest_id: str, content: bytes, now: datetime) -> None:
        """Keep the PDF that the carrier gave, unless there is one."""

    def find_document(self, account_id: str, manifest_id: str) -> bytes | None: ...

    def forget_documents(self, before: datetime) -> int:
        """Delete those that were kept before an instant, of all accounts; how many."""
