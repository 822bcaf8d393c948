"""Work to do, what people should see, and who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import SERIAL, Base
from storage.columns import JsonText, SentenceText


def _only(condition: str) -> dict[str, Any]:
    """For an index of some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


IS_DEAD = text("state = 'dead'")
UNTOLD = "kind IN ('notify_store', 'buyer_email') AND state <> 'done'"


class JobRow(Base):
    """One piece of work and its lease."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "account_id", "order_id"),
        # What was done stays in the table for ever, but in neither of these.
        Index("ix_jobs_due", "kind", "priority", "account_id", "not_before", "id", **_only("state = 'due'")),
        Index("ix_jobs_running", "lease_until", **_only("state = 'running'")),
        Index("ix_jobs_dead", "account_id", sqlite_where=IS_DEAD, postgresql_where=IS_DEAD),
        Index("ix_jobs_untold", "account_id", "created_at", **_only(UNTOLD)),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JsonText())
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    order_id: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    attempts: Mapped[int]
    last_error: Mapped[Sentence | None] = mapped_column(SentenceText())
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    priority: Mapped[int]
    tried_at: Mapped[datetime | None]


class LeaseRow(Base):
    """The right to do something alone for a while."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    owner: Mapped[str]
    until: Mapped[datetime]


class AuthorisationRow(Base):
    """A consent that somebody was sent to give at a store."""

    __tablename__ = "authorisations"

    state_digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    begun_by: Mapped[str]
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sealed_request: Mapped[str]


class AlertRow(Base):
    """A sentence for an account's people."""

    __tablename__ = "alerts"
    __table_args__ = (Index(None, "account_id", "created_at"), Index(None, "order_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"))
    message: Mapped[Sentence] = mapped_column(SentenceText())
    created_at: Mapped[datetime]


class AuditRedactionRow(Base):
    """While it is there, `before` and `after` in the account's audit trail may be erased. It ends with its transaction."""

    __tablename__ = "audit_redactions"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)


class RetentionMarkRow(Base):
    """Up to where old entries of a kind were erased; what lies before it is not looked at again. Of all accounts."""

    __tablename__ = "retention_marks"

    kind: Mapped[str] = mapped_column(primary_key=True)
    reached: Mapped[str]


class AuditRow(Base):
    """One entry of the audit trail. Triggers of the migrations refuse to delete any, or to change what it says happened."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "account_id", "subject_id"),)

    position: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject_id: Mapped[str]
    before: Mapped[Any | None] = mapped_column(JsonText())
    after: Mapped[Any | None] = mapped_column(JsonText())
