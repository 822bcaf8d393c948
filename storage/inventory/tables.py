"""What 3PLs have of their clients' products, and how it changed (`account_id` is the 3PL's)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class StockCountRow(Base):
    """One product of one client, counted."""

    __tablename__ = "stock_counts"
    __table_args__ = (Index(None, "client_id"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(primary_key=True)
    on_hand: Mapped[Decimal]


class StockMovementRow(Base):
    """One change of a count."""

    __tablename__ = "stock_movements"
    __table_args__ = (Index(None, "account_id", "client_id", "sku", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    client_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    sku: Mapped[str]
    kind: Mapped[str]
    change: Mapped[Decimal]
    on_hand: Mapped[Decimal]
    at: Mapped[datetime]
    actor: Mapped[str]
    note: Mapped[str]
