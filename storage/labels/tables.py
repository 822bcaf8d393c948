"""Purchases of labels, and the documents that came of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText

_ON_A_MANIFEST = text("manifest_id IS NOT NULL")


class LabelRow(Base):
    """One purchase, by the account that ships (`account_id`) with a carrier account that may be another's (`owner_id`)."""

    __tablename__ = "labels"
    __table_args__ = (
        Index("ix_labels_manifest_id", "manifest_id", sqlite_where=_ON_A_MANIFEST, postgresql_where=_ON_A_MANIFEST),
        CheckConstraint("(quoted IS NULL) = (quoted_currency IS NULL)", name="quoted_has_currency"),
        CheckConstraint("(cost IS NULL) = (cost_currency IS NULL)", name="cost_has_currency"),
        Index(None, "order_id"),
        Index(None, "shipment_id", unique=True),
        Index(None, "account_id", "created_at"),
        Index(None, "carrier_account_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    shipment_id: Mapped[str]  # made known before the shipment is there: it is there once the label is bought
    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    carrier: Mapped[str]
    service: Mapped[str]
    lines: Mapped[dict[str, Any]] = mapped_column(JsonText())
    request: Mapped[dict[str, Any]] = mapped_column(JsonText())
    digest: Mapped[str]
    actor: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str]
    carrier_id: Mapped[str]
    quoted: Mapped[Decimal | None]
    quoted_currency: Mapped[str | None]
    cost: Mapped[Decimal | None]
    cost_currency: Mapped[str | None]
    error: Mapped[Sentence | None] = mapped_column(SentenceText())
    bought_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]  # for the first time
    manifest_id: Mapped[str | None]
    purpose: Mapped[str] = mapped_column(server_default="outbound")
    tracking_numbers: Mapped[list[str]] = mapped_column(JsonText(), server_default="[]")


class LabelDocumentRow(Base):
    """One file to print; `parcel` counts from 0."""

    __tablename__ = "label_documents"
    __table_args__ = (Index(None, "created_at"),)

    label_id: Mapped[str] = mapped_column(ForeignKey("labels.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[str] = mapped_column(primary_key=True)
    parcel: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary())
    created_at: Mapped[datetime]
