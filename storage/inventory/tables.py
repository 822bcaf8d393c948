"""What 3PLs have of their clients' products, how it changed (`account_id` is the 3PL's), and which SKUs an account knows."""

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
    __table_args__ = (
        Index(None, "account_id", "client_id", "sku", "at"),
        Index(None, "account_id", "id"),
        Index(None, "client_id", "id"),
    )

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
    reason: Mapped[str | None]
    reference: Mapped[str] = mapped_column(server_default="")


class ProductRow(Base):
    """A SKU of an account's own orders, or of a client's (`owner_id`) as the account calls it."""

    __tablename__ = "products"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    search_text: Mapped[str]
