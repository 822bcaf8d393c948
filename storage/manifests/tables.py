"""Manifests, and the documents that came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class ManifestRow(Base):
    """One manifest, by the account that ships (`account_id`) with a carrier account that may be another's (`owner_id`)."""

    __tablename__ = "manifests"
    __table_args__ = (Index(None, "account_id", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    carrier: Mapped[str]
    line: Mapped[str]
    ship_from: Mapped[dict[str, Any]] = mapped_column(JsonText())
    shipments: Mapped[int]
    parcels: Mapped[int]
    actor: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str]
    carrier_id: Mapped[str]
    error: Mapped[Sentence | None] = mapped_column(SentenceText())
    made_at: Mapped[datetime | None]


class ManifestDocumentRow(Base):
    """The PDF that a carrier gave for a manifest."""

    __tablename__ = "manifest_documents"
    __table_args__ = (Index(None, "created_at"),)

    manifest_id: Mapped[str] = mapped_column(ForeignKey("manifests.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary())
    created_at: Mapped[datetime]
