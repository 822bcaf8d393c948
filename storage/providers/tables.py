"""How integrated providers are reached, and how far each conversation is (`account_id` is the merchant's)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class IntegratedProviderRow(Base):
    """A provider's system. `id` is the account that stands for it."""

    __tablename__ = "integrated_providers"
    __table_args__ = (Index(None, "account_id"), Index(None, "connection_id", unique=True))

    id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"))
    url: Mapped[str]
    sealed_secrets: Mapped[str]
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    last_error: Mapped[Sentence | None] = mapped_column(SentenceText())
    told_at: Mapped[datetime | None]


class ProviderSendingRow(Base):
    """How far a request is on its way to a provider's system."""

    __tablename__ = "provider_sendings"

    request_id: Mapped[str] = mapped_column(ForeignKey("fulfillment_requests.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int]
    digest: Mapped[str]
    acknowledged: Mapped[int]
    unclear: Mapped[bool] = mapped_column(server_default=false())
    cancels: Mapped[int]
    cancel_taken: Mapped[bool] = mapped_column(server_default=false())
    sequence: Mapped[int]


class ProviderEventRow(Base):
    """An event that came, and what it was answered (`account_id` is that of the provider)."""

    __tablename__ = "provider_events"
    __table_args__ = (Index(None, "received_at"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None] = mapped_column(JsonText())
