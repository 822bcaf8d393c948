"""Purchases of labels, the documents that came of them, and the workplaces where they are printed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText

_ON_A_MANIFEST = text("manifest_id IS NOT NULL")
IS_UNKNOWN = text("state = 'unknown'")
_BACK = text("purpose = 'return'")


class LabelRow(Base):
    """One purchase, by the account that ships (`account_id`) with a carrier account that may be another's (`owner_id`)."""

    __tablename__ = "labels"
    __table_args__ = (
        Index("ix_labels_manifest_id", "manifest_id", sqlite_where=_ON_A_MANIFEST, postgresql_where=_ON_A_MANIFEST),
        Index("ix_labels_returns", "account_id", "bought_at", sqlite_where=_BACK, postgresql_where=_BACK),
        Index("ix_labels_unknown", "account_id", sqlite_where=IS_UNKNOWN, postgresql_where=IS_UNKNOWN),
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
    max_price: Mapped[Decimal | None]
    max_price_currency: Mapped[str | None]
    asked: Mapped[Decimal | None]
    asked_currency: Mapped[str | None]
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


class LabelBatchRow(Base):
    """Labels of some orders that were asked for at once."""

    __tablename__ = "label_batches"
    __table_args__ = (Index(None, "account_id", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    actor: Mapped[str]
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime]
    state: Mapped[str]
    problem: Mapped[Sentence | None] = mapped_column(SentenceText())


class LabelBatchOrderRow(Base):
    """One order of a batch; it had its turn once it has a label or the code of a refusal."""

    __tablename__ = "label_batch_orders"
    __table_args__ = (Index(None, "label_id"), Index(None, "order_id"))

    batch_id: Mapped[str] = mapped_column(ForeignKey("label_batches.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    label_id: Mapped[str | None] = mapped_column(ForeignKey("labels.id"))
    code: Mapped[str]
    refusal: Mapped[Sentence | None] = mapped_column(SentenceText())


class PrintStationRow(Base):
    """A workplace; `documents` has how each kind of document is printed there."""

    __tablename__ = "print_stations"
    __table_args__ = (Index(None, "account_id", "name", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    location_id: Mapped[str | None] = mapped_column(ForeignKey("locations.id"))
    documents: Mapped[dict[str, Any]] = mapped_column(JsonText())
    created_at: Mapped[datetime]


class SavedPackageRow(Base):
    """A box that an account keeps under a name; `name_key` is the name in the case in which it is compared."""

    __tablename__ = "saved_packages"
    __table_args__ = (UniqueConstraint("account_id", "name_key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    tare_g: Mapped[int]
    is_default: Mapped[bool]
