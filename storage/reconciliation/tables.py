"""How far comparisons are, and what they found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import SentenceText


class ReconciliationRow(Base):
    """How far the comparison of one store is."""

    __tablename__ = "reconciliations"
    __table_args__ = (Index(None, "account_id"),)

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    begun_at: Mapped[datetime]
    looked_at: Mapped[datetime]
    part: Mapped[str | None]
    place: Mapped[str]
    problem: Mapped[Sentence | None] = mapped_column(SentenceText())
    completed_at: Mapped[datetime | None]
    open_there: Mapped[int]
    open_here: Mapped[int]
    with_providers: Mapped[int]


class DifferenceRow(Base):
    """One difference. `subject` refers to things of several kinds; `order_id` may name an order that has left the store."""

    __tablename__ = "differences"
    __table_args__ = (Index(None, "account_id"), Index(None, "last_seen"))

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    detail: Mapped[str]
    external_id: Mapped[str]
    order_number: Mapped[str]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"))
    who: Mapped[str]
