"""How long what is kept of the past stays, by kind. Raw documents follow the setting of their store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Days; 0 keeps for ever. Decisions and audit entries stay, only what they say of persons goes."""

    decisions: int = 730
    audit: int = 730
    alerts: int = 365
    skipped: int = 180
    imports: int = 90
    mails: int = 90
    documents: int = 180  # of labels, for printing them again, and what carriers said of their parcels

    def before(self, days: int, now: datetime) -> datetime | None:
        """What is older than this is not kept; None when everything is."""
        return None if days == 0 else now - timedelta(days=days)


DEFAULT_RETENTION = Retention()
