"""Price lists and issued statements (`account_id` is the 3PL's)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import JsonText

_UNPAID = text("paid_at IS NULL")
_TAKES_BACK = text("sign < 0")


class PriceListRow(Base):
    """What a client is charged from a month on."""

    __tablename__ = "price_lists"
    __table_args__ = (Index(None, "client_id"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    valid_from: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str]
    per_order: Mapped[Decimal]
    per_line: Mapped[Decimal]
    per_parcel: Mapped[Decimal]
    storage: Mapped[Decimal]
    monthly: Mapped[Decimal]
    actor: Mapped[str]
    set_at: Mapped[datetime]


class StatementRow(Base):
    """A statement that was issued: all that is on it but its shipments."""

    __tablename__ = "statements"
    __table_args__ = (
        Index(None, "account_id", "month"),
        Index(None, "client_id", "month"),
        Index("ix_statements_unpaid", "account_id", "client_id", sqlite_where=_UNPAID, postgresql_where=_UNPAID),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    client_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    month: Mapped[str]
    currency: Mapped[str]
    provider_name: Mapped[str]
    client_name: Mapped[str]
    nickname: Mapped[str]
    time_zone: Mapped[str]
    rows: Mapped[list[Any]] = mapped_column(JsonText())
    orders: Mapped[int]
    lines: Mapped[int]
    parcels: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[str | None]


class StatementEntryRow(Base):
    """What one shipment, or one return label, adds to an issued month, or takes away."""

    __tablename__ = "statement_entries"
    __table_args__ = (
        Index(None, "account_id", "shipment_id"),
        Index(None, "account_id", "order_id"),
        Index(
            "ix_statement_entries_taking_back",
            "account_id",
            "client_id",
            sqlite_where=_TAKES_BACK,
            postgresql_where=_TAKES_BACK,
        ),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shipment_id: Mapped[str]  # of a return label its own id, which is not a shipment's
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    order_number: Mapped[str]
    shipped_at: Mapped[datetime]
    of_month: Mapped[str]
    sign: Mapped[int]
    orders: Mapped[int]
    lines: Mapped[int]
    parcels: Mapped[int]
    costs: Mapped[list[Any]] = mapped_column(JsonText())
    currency: Mapped[str | None]
    is_return: Mapped[bool] = mapped_column(server_default=false())
