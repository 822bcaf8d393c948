"""Named lists of accounts, and the states of them: what a list holds now, and what decisions have seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import JsonText


class ListStateRow(Base):
    """Members of a list, by their digest; lists with the same members share one."""

    __tablename__ = "list_states"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    members: Mapped[list[str]] = mapped_column(JsonText())
    count: Mapped[int]
    seen: Mapped[bool]  # by a decision that is kept
    replaced_at: Mapped[datetime | None]  # None: a list holds it now


class ListRow(Base):
    """A list as it is now."""

    __tablename__ = "lists"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        ForeignKeyConstraint(["account_id", "digest"], ["list_states.account_id", "list_states.digest"]),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    digest: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
