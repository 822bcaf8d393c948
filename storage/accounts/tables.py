"""Tenants, their people, places and carrier contracts, and how they are connected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


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


class UserRow(Base):
    """One person's log-in. `email_key` is the address in lower case: an address logs in to one account only."""

    __tablename__ = "users"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]


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


class CarrierAccountRow(Base):
    """A contract with a carrier."""

    __tablename__ = "carrier_accounts"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    carrier: Mapped[str]


class CarrierAccountServiceRow(Base):
    """A service that a contract allows; `position` keeps the order in which they were given."""

    __tablename__ = "carrier_account_services"

    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    position: Mapped[int]


class CarrierAccountShareRow(Base):
    """A provider that may use a client's contract."""

    __tablename__ = "carrier_account_shares"
    __table_args__ = (Index(None, "provider_id"),)

    carrier_account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    position: Mapped[int]


class ConnectionRow(Base):
    """A merchant and a 3PL. A pair may have several over time, of which one at most is pending or active."""

    __tablename__ = "connections"
    __table_args__ = (Index(None, "provider_id", "client_id"), Index(None, "client_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    client_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str]
    client_name: Mapped[str]
    company_name: Mapped[str]
    created_at: Mapped[datetime]
