"""What people have said about what stands still."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class InboxMarkRow(Base):
    """Who has taken up a cause, until when it is put off, whether it is done. `subject` refers to things of many kinds."""

    __tablename__ = "inbox_marks"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    said_at: Mapped[datetime]
    actor: Mapped[str]
    assignee: Mapped[str | None]  # who has left counts as nobody
    snoozed_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
