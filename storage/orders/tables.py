"""Orders and the decisions taken over them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Float, ForeignKey, Index, Text, UniqueConstraint, and_, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.order import CHANGEABLE
from storage.base import Base
from storage.columns import JsonText

HAS_ORIGIN = text("origin <> ''")
_HAS_END = text("held_until IS NOT NULL")
_FAR = text("'9999-12-31T00:00:00.000000+00:00'")
# Byte by byte, as SQLite compares anyway: the beginnings of such texts are then a range of an index.
BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
IS_HELD = text("held")
NO_STORE = text("store_id IS NULL")
MAY_CHANGE = text(f"state IN ({', '.join(sorted(repr(state.value) for state in CHANGEABLE))})")


class OrderRow(Base):
    """One order. The layers are the truth; the grid's columns are copies of the merged document.

    The large columns come last: SQLite reads a row from its start, and the grid never needs them.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index(None, "account_id", "status", "id"),
        Index(None, "account_id", "id"),
        Index(None, "store_id", "id"),
        Index(None, "store_id", "order_number"),
        Index(None, "store_id", "external_order_id"),
        Index(None, "store_id", "reference"),
        Index(None, "account_id", "origin", "external_id", unique=True, sqlite_where=HAS_ORIGIN, postgresql_where=HAS_ORIGIN),
        *(Index(None, "account_id", key, "id") for key in ("imported_at", "number_key", "date_key", "total_key", "due_key")),
        Index("ix_orders_held_until", "held_until", sqlite_where=_HAS_END, postgresql_where=_HAS_END),
        Index("ix_orders_held", "account_id", "id", sqlite_where=IS_HELD, postgresql_where=IS_HELD),
        Index("ix_orders_storeless", "account_id", "id", sqlite_where=NO_STORE, postgresql_where=NO_STORE),
        Index("ix_orders_held_since", "account_id", "held_since", sqlite_where=IS_HELD, postgresql_where=IS_HELD),
        # What the store may still change: an import looks through it, and of many years' orders it is the least part.
        Index("ix_orders_changeable", "store_id", "external_id", sqlite_where=MAY_CHANGE, postgresql_where=MAY_CHANGE),
        # All that a count of a period's orders needs, so that it reads no order.
        Index("ix_orders_came_in", "account_id", "imported_at", "store_id", "state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    store_id: Mapped[str | None] = mapped_column(ForeignKey("stores.id"))
    external_id: Mapped[str]
    external_order_id: Mapped[str]
    order_number: Mapped[str]
    revision: Mapped[str]
    source_version: Mapped[str]
    origin: Mapped[str] = mapped_column(server_default="")
    channel: Mapped[str] = mapped_column(server_default="")
    imported_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    state: Mapped[str]
    state_reason: Mapped[str | None]
    erased_at: Mapped[datetime | None]
    decision_id: Mapped[str | None]
    last_seen_run: Mapped[str | None]
    status: Mapped[str]
    reference: Mapped[str | None]
    logistics_provider: Mapped[str | None]
    carrier: Mapped[str | None]
    service: Mapped[str | None]
    ship_to_name: Mapped[str | None]
    ship_to_country: Mapped[str | None]
    order_total: Mapped[Decimal | None]
    currency: Mapped[str | None]
    order_date: Mapped[datetime | None]
    held_until: Mapped[datetime | None]  # when its hold ends by itself
    holds: Mapped[int] = mapped_column(server_default="0")
    held: Mapped[bool] = mapped_column(server_default=false())  # by whomever, whatever its status says
    # What the grid sorts by, never null.
    number_key: Mapped[str] = mapped_column(BYTEWISE, server_default="")
    date_key: Mapped[datetime] = mapped_column(server_default=_FAR)
    total_key: Mapped[float] = mapped_column(Float(53), server_default=text("-1e308"))
    due_key: Mapped[datetime] = mapped_column(server_default=_FAR)
    ship_by: Mapped[datetime | None]
    promised_by: Mapped[datetime | None]  # until when its provider should have shipped it
    terms: Mapped[str]  # what it is found by, each a line; `order_terms` has them too
    held_since: Mapped[datetime | None]  # by anybody, without a break
    tags: Mapped[list[str]] = mapped_column(JsonText())
    flags: Mapped[list[str]] = mapped_column(JsonText())
    flagged_untold: Mapped[bool] = mapped_column(server_default=false())  # it needs attention for no other reason
    matched: Mapped[list[str]] = mapped_column(JsonText())
    applied_once: Mapped[list[str]] = mapped_column(JsonText())
    held_by: Mapped[list[str]] = mapped_column(JsonText())
    once_writes: Mapped[list[list[Any]]] = mapped_column(JsonText())
    outdated: Mapped[dict[str, Any]] = mapped_column(JsonText(), server_default="{}")
    defaults: Mapped[dict[str, Any]] = mapped_column(JsonText(), server_default="{}")
    rules: Mapped[dict[str, Any]] = mapped_column(JsonText())
    person: Mapped[dict[str, Any]] = mapped_column(JsonText())
    edits: Mapped[dict[str, list[str]]] = mapped_column(JsonText(), server_default="{}")  # who wrote what in it, and when
    source: Mapped[dict[str, Any]] = mapped_column(JsonText())


def of_store(account_id: str, store_id: str) -> ColumnElement[bool]:
    """The orders of an account's store, found by the store's indexes: those of the account would lead to many more."""
    return and_(OrderRow.store_id == store_id, func.coalesce(OrderRow.account_id, "") == account_id)


class OrderFlagRow(Base):
    """One flag of an order, to find the flagged ones by; `orders.flags` has them in their order."""

    __tablename__ = "order_flags"
    __table_args__ = (Index(None, "order_id"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    flag: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)


class OrderTermRow(Base):
    """One thing that an order is found by (`storage.orders.terms`).

    Nothing checks its references: it follows from its order, and an import writes more of these rows than of all others.
    """

    __tablename__ = "order_terms"
    __table_args__ = ({"sqlite_with_rowid": False},)

    account_id: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)


class OrderViewRow(Base):
    """Filters, columns and sorting of the grid under a name, by a person (`owner_id`), who may share them with the account."""

    __tablename__ = "order_views"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    owner_id: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    is_shared: Mapped[bool]
    query: Mapped[str]
    columns: Mapped[str]
    changed_at: Mapped[datetime]


class GridSettingsRow(Base):
    """How one person wants to see the grid of an account."""

    __tablename__ = "grid_settings"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    columns: Mapped[str]
    density: Mapped[str]
    page_size: Mapped[int]
    view_id: Mapped[str | None]


class OrderLinkRow(Base):
    """An order was made of another one of the account."""

    __tablename__ = "order_links"
    __table_args__ = (Index(None, "origin_id"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    origin_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class DecisionContextRow(Base):
    """What the rules knew beside the order. Many decisions share one; it is only ever reached by way of a decision."""

    __tablename__ = "decision_contexts"

    id: Mapped[str] = mapped_column(primary_key=True)
    context: Mapped[dict[str, Any]] = mapped_column(JsonText())


class DecisionRow(Base):
    """One run of the rules over one order. Its references are checked at commit: a batch may come in any order."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "order_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", deferrable=True, initially="DEFERRED"))
    rule_set_version_ids: Mapped[list[str]] = mapped_column(JsonText())
    trigger: Mapped[str]
    decided_at: Mapped[datetime]
    context_id: Mapped[str] = mapped_column(ForeignKey("decision_contexts.id", deferrable=True, initially="DEFERRED"))
    matched: Mapped[list[str]] = mapped_column(JsonText())
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JsonText())
    effects: Mapped[list[dict[str, Any]]] = mapped_column(JsonText())
    flags: Mapped[list[str]] = mapped_column(JsonText())
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JsonText())
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText())
