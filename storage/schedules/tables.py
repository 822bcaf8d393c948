"""When rules run by themselves, and the orders that they look at again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import JsonText

_HAS_TIME = text("due_at IS NOT NULL")


class RuleScheduleRow(Base):
    """One rule that runs by itself; its id is unique among those that an account runs."""

    __tablename__ = "rule_schedules"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[str]
    look: Mapped[str]
    due_at: Mapped[datetime | None]
    enrolled: Mapped[str | None]
    last_due_at: Mapped[datetime | None]
    last_ended_at: Mapped[datetime | None]
    last_orders: Mapped[int]
    last_matched: Mapped[int]


class ScheduledRunRow(Base):
    """The run that is under way: an account has one at a time."""

    __tablename__ = "scheduled_runs"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    started_at: Mapped[datetime]
    reached: Mapped[str]
    rules: Mapped[dict[str, Any]] = mapped_column(JsonText())  # each with its time, and how far it has come


class SecondLookRow(Base):
    """An order that a rule looks at again; without a time once that is over. It goes when the rule has applied."""

    __tablename__ = "second_looks"
    __table_args__ = (
        Index(None, "order_id"),
        Index("ix_second_looks_due_at", "account_id", "due_at", "rule_id", sqlite_where=_HAS_TIME, postgresql_where=_HAS_TIME),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    started_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    due_at: Mapped[datetime | None]


class SettledScheduleRow(Base):
    """What the schedules of an account were last made of."""

    __tablename__ = "settled_schedules"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    made_of: Mapped[str]
    newest_at: Mapped[datetime | None]
