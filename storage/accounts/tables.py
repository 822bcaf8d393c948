"""Tenants, their people, places and carrier contracts, and how they are connected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import JsonText, SentenceText


class AccountRow(Base):
    """One tenant."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str]
    time_zone: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    decide_anew: Mapped[str] = mapped_column(server_default="flag")
    price_limit_percent: Mapped[int | None]
    held_too_long_days: Mapped[int] = mapped_column(server_default="3")


class UserRow(Base):
    """One person. `email_key` is the address in lower case: a person has one password, however many accounts."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    language: Mapped[str]
    time_zone: Mapped[str | None]
    theme: Mapped[str]
    created_at: Mapped[datetime]


class MembershipRow(Base):
    """A person belongs to an account, in a role."""

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "user_id"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str]
    created_at: Mapped[datetime]


class OneTimeLinkRow(Base):
    """What the token of a mailed link allows, once."""

    __tablename__ = "one_time_links"
    __table_args__ = (Index(None, "account_id"), Index(None, "email_key"), Index(None, "ends_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JsonText())
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended: Mapped[str | None]


class WebSessionRow(Base):
    """A browser in which a person has logged in."""

    __tablename__ = "web_sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "ends_at"))

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class LocationRow(Base):
    """A ship-from address."""

    __tablename__ = "locations"
    __table_args__ = (UniqueConstraint("account_id", "code"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    code: Mapped[str]
    name: Mapped[str]
    country: Mapped[str]
    street1: Mapped[str]
    street2: Mapped[str]
    city: Mapped[str]
    state: Mapped[str]
    postal_code: Mapped[str]
    hours: Mapped[dict[str, Any]] = mapped_column(JsonText(), server_default="{}")


class CarrierAccountRow(Base):
    """A contract with a carrier."""

    __tablename__ = "carrier_accounts"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    carrier: Mapped[str]
    shared_with_all: Mapped[bool] = mapped_column(server_default=false())
    nickname: Mapped[str] = mapped_column(server_default="")
    settings: Mapped[dict[str, Any]] = mapped_column(JsonText(), server_default="{}")
    sealed_credentials: Mapped[str | None]
    is_default: Mapped[bool] = mapped_column(server_default=false())
    next_number: Mapped[int] = mapped_column(server_default="1")
    refused_since: Mapped[datetime | None]
    refusal: Mapped[Sentence | None] = mapped_column(SentenceText())


class CarrierAccountServiceRow(Base):
    """A service that a contract allows; `position` keeps the order in which they were given."""

    __tablename__ = "carrier_account_services"

    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    position: Mapped[int]


class CarrierAccountShareRow(Base):
    """A provider that may use a client's contract, or may not although all may."""

    __tablename__ = "carrier_account_shares"
    __table_args__ = (Index(None, "provider_id"),)

    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    position: Mapped[int]
    kept_from: Mapped[bool] = mapped_column(server_default=false())


_IS_OPEN = text("state IN ('pending', 'active') AND email_key != ''")
_IS_ACTIVE = text("state = 'active'")
_IS_PENDING = text("state = 'pending'")


class ConnectionRow(Base):
    """A merchant and a 3PL. Who was invited is not known before they approve: until then there is only an address."""

    __tablename__ = "connections"
    __table_args__ = (
        Index(None, "provider_id", "client_id"),
        Index(None, "client_id"),
        Index(None, "email_key"),
        Index(None, "expires_at", sqlite_where=_IS_PENDING, postgresql_where=_IS_PENDING),
        Index(
            "uq_connections_open_email",
            "provider_id",
            "email_key",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(
            "uq_connections_active_pair",
            "provider_id",
            "client_id",
            unique=True,
            sqlite_where=_IS_ACTIVE,
            postgresql_where=_IS_ACTIVE,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    client_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str]
    client_name: Mapped[str]
    company_name: Mapped[str]
    created_at: Mapped[datetime]
    email: Mapped[str] = mapped_column(server_default="")
    email_key: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    last_actor: Mapped[str] = mapped_column(server_default="operator")
    terms: Mapped[dict[str, Any] | None] = mapped_column(JsonText())
    grace_minutes: Mapped[int] = mapped_column(server_default="0")
    grace_cut_off: Mapped[bool] = mapped_column(server_default=false())
    answers: Mapped[str] = mapped_column(server_default="auto")
    store_id: Mapped[str | None] = mapped_column(ForeignKey("stores.id"))
    stop_reason: Mapped[str] = mapped_column(server_default="")
    closed_until: Mapped[datetime | None]
    requires_shared: Mapped[bool] = mapped_column(server_default=false())
    shares_costs: Mapped[bool] = mapped_column(server_default=false())
    is_integrated: Mapped[bool] = mapped_column(server_default=false())
