"""What a rule or the product wants a person of an account to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.model.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Alert:
    """One sentence for an account's people, about one of its orders or about the account itself."""

    id: str
    account_id: str
    order_id: str | None
    message: Sentence
    created_at: datetime
