"""Backtests that people have asked for, and what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class BacktestRow(Base):
    """One backtest. The large columns come last, and lists do not read them."""

    __tablename__ = "backtests"
    __table_args__ = (Index(None, "account_id", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    actor: Mapped[str]
    created_at: Mapped[datetime]
    name: Mapped[str]
    set_slug: Mapped[str]
    against: Mapped[str]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    sample: Mapped[int | None]
    state: Mapped[str]
    seen: Mapped[int]
    total: Mapped[int]
    changed: Mapped[int]
    ended_at: Mapped[datetime | None]
    problem: Mapped[Sentence | None] = mapped_column(SentenceText())
    plan: Mapped[dict[str, Any]] = mapped_column(JsonText())
    result: Mapped[dict[str, Any] | None] = mapped_column(JsonText())


class BacktestLinesRow(Base):
    """Some of a backtest's differences, as lines of CSV."""

    __tablename__ = "backtest_lines"

    backtest_id: Mapped[str] = mapped_column(ForeignKey("backtests.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    lines: Mapped[str]
