"""Mails to people, and when they want which of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import SentenceText


class MailRow(Base):
    """One mail. Who it went to stays named when that person has gone: `user_id` refers to nothing."""

    __tablename__ = "mails"
    __table_args__ = (
        Index(None, "account_id", "created_at", "id"),
        Index(None, "reader_account_id", "user_id", "created_at", "id"),
        Index(
            "ix_mails_for_digest",
            "reader_account_id",
            "user_id",
            "created_at",
            sqlite_where=text("for_digest"),
            postgresql_where=text("for_digest"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    reader_account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[str | None]
    to_address: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    sealed_content: Mapped[str | None]
    state: Mapped[str]
    for_digest: Mapped[bool]
    attempts: Mapped[int]
    last_error: Mapped[Sentence | None] = mapped_column(SentenceText())
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class MailPreferenceRow(Base):
    """When a person of an account wants mails of a kind, where that was chosen. It goes when they leave."""

    __tablename__ = "mail_preferences"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["memberships.account_id", "memberships.user_id"], ondelete="CASCADE"),
    )

    account_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str]
