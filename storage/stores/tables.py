"""Sales-channel connections and what their imports saw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class StoreRow(Base):
    """One connection. `sealed_credentials` is encrypted; the lease says which import may write for the store."""

    __tablename__ = "stores"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JsonText())
    sealed_credentials: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str]
    refresh_minutes: Mapped[int]
    daily_refresh_at: Mapped[str]
    time_zone: Mapped[str]
    window_days: Mapped[int]
    import_lease_owner: Mapped[str | None]
    import_lease_until: Mapped[datetime | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(JsonText())
    credentials_version: Mapped[int]
    webhook_digest: Mapped[str | None]
    webhook_ids: Mapped[list[str]] = mapped_column(JsonText())
    scanned_until: Mapped[str | None]
    failures: Mapped[int]
    retry_at: Mapped[datetime | None]


class StoreLogoRow(Base):
    """The picture on a store's packing slips."""

    __tablename__ = "store_logos"

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    media_type: Mapped[str]
    image: Mapped[bytes]


class ImportRunRow(Base):
    """One import of a store."""

    __tablename__ = "import_runs"
    __table_args__ = (Index(None, "store_id", "started_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    error: Mapped[Sentence | None] = mapped_column(SentenceText())
    summary: Mapped[dict[str, Any]] = mapped_column(JsonText())


class ParkedNoteRow(Base):
    """Something a store has that should be an order and cannot be read as one."""

    __tablename__ = "parked_notes"
    __table_args__ = (Index(None, "account_id"),)

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    external_order_id: Mapped[str]
    order_number: Mapped[str]
    path: Mapped[str]
    problem: Mapped[Sentence] = mapped_column(SentenceText())
    revision: Mapped[str]
    parked_at: Mapped[datetime]  # when it was last tried
    parked_since: Mapped[datetime]  # as what the store has now
    raw: Mapped[bytes]


class SkippedNoteRow(Base):
    """Something a store listed that is not an order here, with the reason that counted last."""

    __tablename__ = "skipped_notes"
    __table_args__ = (Index(None, "store_id", "order_number"), Index(None, "store_id", "last_seen"))

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_number: Mapped[str | None]
    reason: Mapped[str]
    message: Mapped[Sentence] = mapped_column(SentenceText())
    source_version: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class PendingChangeRow(Base):
    """A change that a store's webhook reported and that has not been read since."""

    __tablename__ = "pending_changes"
    __table_args__ = (Index(None, "store_id", "received_at"),)

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    received_at: Mapped[datetime]


class StoreProductRow(Base):
    """What a store's product record says: `weight` in the store's unit, and `barcode`."""

    __tablename__ = "store_products"

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JsonText())
    fetched_at: Mapped[datetime]


class StoreNamesRow(Base):
    """The names of one kind of things of a store, such as its shipping methods, by the codes that its orders use."""

    __tablename__ = "store_names"

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    names: Mapped[dict[str, Any]] = mapped_column(JsonText())
    fetched_at: Mapped[datetime]


class UnknownFieldRow(Base):
    """A field of a store's documents that nobody here has looked at yet, and in how many notes imports met it."""

    __tablename__ = "unknown_fields"

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    notes: Mapped[int]
    last_seen: Mapped[datetime]


class RawDocumentRow(Base):
    """What a store answered about one thing, each revision once."""

    __tablename__ = "raw_documents"
    __table_args__ = (Index(None, "store_id", "fetched_at"),)

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    fetched_at: Mapped[datetime]
    document: Mapped[bytes]
