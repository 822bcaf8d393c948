"""What was handed to providers, and what left."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import JsonText

_HAS_END = text("until IS NOT NULL")
_HAS_KEY = text("key <> ''")
_HAS_REST = text("shipped <> quantity")
IS_OPEN = text("is_open")
# A client waits for an answer.
_IS_ASKED = text("(state = 'cancel_requested' OR change_state = 'asked')")
_WAS_VOIDED = text("state = 'voided'")
_MAY_BE_LATE = text("overdue_at IS NULL AND state IN ('requested', 'accepted', 'cancel_requested')")


class FulfillmentRequestRow(Base):
    """A merchant (`account_id`) asks a provider to ship lines of an order."""

    __tablename__ = "fulfillment_requests"
    __table_args__ = (
        Index(None, "order_id"),
        Index(None, "provider_id", "id"),
        Index(None, "provider_id", "created_at"),
        Index(None, "account_id", "created_at"),
        Index(None, "connection_id", "changed_at"),
        Index(None, "copy_id", unique=True),
        Index("ix_fulfillment_requests_fulfil_by", "fulfil_by", sqlite_where=_MAY_BE_LATE, postgresql_where=_MAY_BE_LATE),
        # Of many years' requests those that are open are the least part.
        Index("ix_fulfillment_requests_open", "connection_id", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_fulfillment_requests_asked", "provider_id", sqlite_where=_IS_ASKED, postgresql_where=_IS_ASKED),
        Index("ix_fulfillment_requests_open_of_account", "account_id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    service_preference: Mapped[str]
    notes: Mapped[list[str]] = mapped_column(JsonText())
    created_at: Mapped[datetime]
    state: Mapped[str]
    state_reason: Mapped[str | None]
    notes_pending: Mapped[bool]
    reason_text: Mapped[str] = mapped_column(server_default="")
    reason_lines: Mapped[list[dict[str, Any]]] = mapped_column(JsonText(), server_default="[]")
    connection_id: Mapped[str | None] = mapped_column(ForeignKey("connections.id"))
    not_before: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    held: Mapped[bool] = mapped_column(server_default=false())
    copy_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"))
    changed_at: Mapped[datetime | None]
    fulfil_by: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    change_state: Mapped[str | None]
    change: Mapped[dict[str, Any] | None] = mapped_column(JsonText())
    is_open: Mapped[bool] = mapped_column(server_default=true())  # live, and not all of it has shipped


class HoldRow(Base):
    """A person keeps an order from being shipped."""

    __tablename__ = "holds"
    __table_args__ = (
        Index(None, "order_id"),
        Index(None, "account_id", "since"),
        Index(None, "account_id", "actor", "order_id"),
        Index(None, "until", sqlite_where=_HAS_END, postgresql_where=_HAS_END),
        Index(None, "order_id", "owner", "key", unique=True, sqlite_where=_HAS_KEY, postgresql_where=_HAS_KEY),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    owner: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    actor: Mapped[str]
    key: Mapped[str] = mapped_column(server_default="")


class RequestMessageRow(Base):
    """What was asked, answered or written about a request (`account_id` is the merchant's)."""

    __tablename__ = "request_messages"
    __table_args__ = (Index(None, "request_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("fulfillment_requests.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    side: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str | None]
    text: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JsonText(), server_default="[]")
    actor: Mapped[str]
    at: Mapped[datetime]


class ConnectionSkuRow(Base):
    """What a provider calls a client's product (`account_id` is the client's)."""

    __tablename__ = "connection_skus"

    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    provider_sku: Mapped[str]


class FulfillmentRequestLineRow(Base):
    """Some units of an order line."""

    __tablename__ = "fulfillment_request_lines"
    __table_args__ = (
        # What is not shipped yet: of many years' lines it is the least part.
        Index(
            "ix_fulfillment_request_lines_rest",
            "account_id",
            "provider_sku",
            "sku",
            sqlite_where=_HAS_REST,
            postgresql_where=_HAS_REST,
        ),
    )

    request_id: Mapped[str] = mapped_column(ForeignKey("fulfillment_requests.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    line_key: Mapped[str]
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[Decimal]
    provider_sku: Mapped[str] = mapped_column(server_default="")
    shipped: Mapped[Decimal] = mapped_column(server_default="0")


class ShipmentRow(Base):
    """What leaves together by one service."""

    __tablename__ = "shipments"
    __table_args__ = (
        Index(None, "order_id"),
        Index(None, "account_id", "source_id", unique=True),
        Index(None, "account_id", "shipped_at"),
        Index("ix_shipments_voided", "account_id", sqlite_where=_WAS_VOIDED, postgresql_where=_WAS_VOIDED),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    request_id: Mapped[str | None] = mapped_column(ForeignKey("fulfillment_requests.id"))
    carrier: Mapped[str]
    service: Mapped[str]
    state: Mapped[str]
    shipped_at: Mapped[datetime | None]
    source_id: Mapped[str | None]


class ShipmentLineRow(Base):
    """How many units of an order line a shipment holds."""

    __tablename__ = "shipment_lines"

    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipments.id"), primary_key=True)
    line_key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    position: Mapped[int]
    quantity: Mapped[Decimal]


class ParcelRow(Base):
    """One box. Millimetres and grams; a cost never without its currency."""

    __tablename__ = "parcels"
    __table_args__ = (
        CheckConstraint("(cost IS NULL) = (cost_currency IS NULL)", name="cost_has_currency"),
        Index(None, "shipment_id"),
        Index(None, "tracking_number"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipments.id"))
    position: Mapped[int]
    weight_g: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    tracking_number: Mapped[str | None]
    label_id: Mapped[str | None]
    cost: Mapped[Decimal | None]
    cost_currency: Mapped[str | None]


class WriteBackStepRow(Base):
    """One step of a shipment's write-back that is done."""

    __tablename__ = "write_back_steps"

    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipments.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    done_at: Mapped[datetime]
