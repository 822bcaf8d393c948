"""Consents that people give at the store itself, between leaving for there and coming back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PendingAuthorisation:
    """What is to be connected when the person comes back with a code."""

    state_digest: str  # SHA-256 (hex) of the state in the address
    account_id: str
    user: str  # who began it: a user's id, or `operator`
    began_at: datetime
    ends_at: datetime
    request: Mapping[str, Any] = field(repr=False)  # a JSON object, encrypted at rest: it may hold a secret of the app
