"""The audit trail's entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, when, from what to what."""

    account_id: str
    at: datetime
    actor: str  # a user's id, or `rule:<id>`, `import`, `operator`, `worker`
    action: str  # e.g. `order.imported`, `order.updated`, `store.connected`
    subject_id: str
    before: Any = None
    after: Any = None
