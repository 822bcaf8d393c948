"""Bulk actions and their orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class BulkActionRow(Base):
    """One thing that is done with many orders; how many had which outcome is counted as they have their turns."""

    __tablename__ = "bulk_actions"
    __table_args__ = (UniqueConstraint("account_id", "key"), Index(None, "account_id", "created_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    actor: Mapped[str]
    created_at: Mapped[datetime]
    kind: Mapped[str]
    key: Mapped[str]
    total: Mapped[int]
    parameters: Mapped[dict[str, str]] = mapped_column(JsonText())
    wanted: Mapped[str]
    undoes: Mapped[str | None]
    state: Mapped[str]
    done: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    ended_at: Mapped[datetime | None]
    problem: Mapped[Sentence | None] = mapped_column(SentenceText())


class BulkActionOrderRow(Base):
    """One order of a bulk action; `before` is what undoing needs to know."""

    __tablename__ = "bulk_action_orders"
    __table_args__ = (Index(None, "action_id", "outcome", "position"), Index(None, "order_id", "action_id"))

    action_id: Mapped[str] = mapped_column(ForeignKey("bulk_actions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    outcome: Mapped[str]
    said: Mapped[Sentence | None] = mapped_column(SentenceText())
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonText())
