"""Published rule sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import JsonText


class RuleSetVersionRow(Base):
    """One version of a rule set, as it was written."""

    __tablename__ = "rule_set_versions"
    __table_args__ = (UniqueConstraint("account_id", "set_slug", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    set_slug: Mapped[str]
    number: Mapped[int]
    name: Mapped[str]
    document: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    note: Mapped[str]
    rules: Mapped[int | None]
    offer_id: Mapped[str | None] = mapped_column(ForeignKey("rule_offers.id"))
    offered_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    offered_number: Mapped[int | None]
    switched_off: Mapped[Any] = mapped_column(JsonText(), server_default="[]")


class PublishedRuleSetRow(Base):
    """A version that an account's orders are decided with; those of one account run in the order of their positions."""

    __tablename__ = "published_rule_sets"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[str] = mapped_column(ForeignKey("rule_set_versions.id"), unique=True)


class RuleDayRow(Base):
    """The decisions of one day (UTC) in which a rule of an account matched, or failed."""

    __tablename__ = "rule_days"
    __table_args__ = (Index(None, "day"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    matches: Mapped[int]
    errors: Mapped[int]
    last_match: Mapped[datetime | None]


class RuleStandingRow(Base):
    """A published rule: since when it runs, and since when it names what its account does not have."""

    __tablename__ = "rule_standings"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    invalid_since: Mapped[datetime | None]


class RuleDraftRow(Base):
    """A rule set that somebody edits, and which of its revisions counts."""

    __tablename__ = "rule_drafts"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    set_slug: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    base_version_id: Mapped[str | None] = mapped_column(ForeignKey("rule_set_versions.id"))


class RuleDraftRevisionRow(Base):
    """One state of a draft's document."""

    __tablename__ = "rule_draft_revisions"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    set_slug: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    follows: Mapped[int | None]


class RuleOfferRow(Base):
    """A rule set that an account offers to others."""

    __tablename__ = "rule_offers"
    __table_args__ = (UniqueConstraint("account_id", "set_slug"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    set_slug: Mapped[str]
    name: Mapped[str]
    audience: Mapped[str]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class OfferedRuleVersionRow(Base):
    """A version of it that others may adopt."""

    __tablename__ = "offered_rule_versions"

    offer_id: Mapped[str] = mapped_column(ForeignKey("rule_offers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("rule_set_versions.id"))
    offered_at: Mapped[datetime]
    offered_by: Mapped[str]
