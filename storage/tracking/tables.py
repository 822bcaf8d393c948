"""How far shipments have come, and what carriers said of their parcels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.sentence import Sentence
from storage.base import Base
from storage.columns import SentenceText

_IS_ASKED = text("ask_at IS NOT NULL")


class TrackingRow(Base):
    """One shipment's way. `carrier_account_id` stands where the account asks the carrier itself; it may be a client's."""

    __tablename__ = "trackings"
    __table_args__ = (
        Index(None, "order_id"),
        Index(None, "carrier_account_id", "carrier_id"),
        # Of many years' shipments those under way are the least part.
        Index("ix_trackings_ask_at", "account_id", "ask_at", sqlite_where=_IS_ASKED, postgresql_where=_IS_ASKED),
    )

    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipments.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    since: Mapped[datetime]
    carrier_account_id: Mapped[str | None] = mapped_column(ForeignKey("carrier_accounts.id"))
    carrier_id: Mapped[str]
    state: Mapped[str]
    words: Mapped[Sentence | None] = mapped_column(SentenceText())
    first_scan_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    ask_at: Mapped[datetime | None]
    failures: Mapped[int]
    called: Mapped[bool] = mapped_column(server_default=false())
    problem: Mapped[str | None]
    problem_at: Mapped[datetime | None]


class TrackingEventRow(Base):
    """Something that happened to a parcel. `digest` is of all that the carrier said, so that it is kept once."""

    __tablename__ = "tracking_events"
    __table_args__ = (Index(None, "kept_at"),)

    shipment_id: Mapped[str] = mapped_column(ForeignKey("trackings.shipment_id"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    number: Mapped[str]
    at: Mapped[datetime]
    state: Mapped[str]
    words: Mapped[Sentence | None] = mapped_column(SentenceText())
    place: Mapped[str]
    source: Mapped[str]
    kept_at: Mapped[datetime]
