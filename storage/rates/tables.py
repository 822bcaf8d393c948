"""What carriers asked for orders, and the comparisons that services were chosen by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class AskedRatesRow(Base):
    """What one carrier account asked for an order the last time."""

    __tablename__ = "asked_rates"
    __table_args__ = (Index(None, "asked_at"), Index(None, "carrier_account_id"))

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    digest: Mapped[str]
    asked_at: Mapped[datetime]
    rates: Mapped[list[Any]] = mapped_column(JsonText())


class RateComparisonRow(Base):
    """What was compared for a decision, the last time that it was."""

    __tablename__ = "rate_comparisons"
    __table_args__ = (Index(None, "order_id", "made_at"), Index(None, "account_id", "made_at"))

    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    wish: Mapped[dict[str, Any]] = mapped_column(JsonText())
    digest: Mapped[str]
    made_at: Mapped[datetime]
    rates: Mapped[list[Any]] = mapped_column(JsonText())
    problems: Mapped[list[Any]] = mapped_column(JsonText())
    sentence: Mapped[Sentence | None] = mapped_column(SentenceText())
    flagged: Mapped[bool]
