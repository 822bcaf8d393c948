"""Pickups that carriers are asked for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class PickupRow(Base):
    """One pickup, by the account that ships (`account_id`) with a carrier account that may be another's (`owner_id`).

    `claim` is empty once nobody comes: of the others there is one for a carrier, a place and a day.
    """

    __tablename__ = "pickups"
    __table_args__ = (
        Index(None, "account_id", "created_at"),
        Index(None, "account_id", "claim", unique=True),
        CheckConstraint("(cost IS NULL) = (cost_currency IS NULL)", name="cost_has_currency"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    carrier: Mapped[str]
    request: Mapped[dict[str, Any]] = mapped_column(JsonText())
    claim: Mapped[str | None]
    actor: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str]
    carrier_id: Mapped[str]
    confirmation: Mapped[str]
    cost: Mapped[Decimal | None]
    cost_currency: Mapped[str | None]
    error: Mapped[Sentence | None] = mapped_column(SentenceText())
    made_at: Mapped[datetime | None]
