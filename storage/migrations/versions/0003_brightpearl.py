"""Stores: preferences, webhooks, what is on record as skipped, products, and how far a store was told of a shipment."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _extend_stores()
    op.add_column("orders", sa.Column("stamp", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_raw_documents_store_id_fetched_at", "raw_documents", ["store_id", "fetched_at"])
    _create_store_parts()
    _create_work()
    _create_authorisations()


def _extend_stores() -> None:
    op.add_column("stores", sa.Column("preferences", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("stores", sa.Column("credentials_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("stores", sa.Column("webhook_digest", sa.Text(), nullable=True))
    op.add_column("stores", sa.Column("webhook_ids", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("stores", sa.Column("scanned_until", sa.Text(), nullable=True))
    op.add_column("stores", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("stores", sa.Column("retry_at", _INSTANT, nullable=True))


def _create_store_parts() -> None:
    _create_store_table("store_logos", [], _text("media_type"), sa.Column("image", sa.LargeBinary(), nullable=False))
    _create_store_table(
        "skipped_notes",
        ["external_id"],
        _text("order_number", nullable=True),
        _text("reason"),
        _text("message"),
        _text("stamp"),
        sa.Column("first_seen", _INSTANT, nullable=False),
        sa.Column("last_seen", _INSTANT, nullable=False),
    )
    op.create_index("ix_skipped_notes_store_id_order_number", "skipped_notes", ["store_id", "order_number"])
    op.create_index("ix_skipped_notes_store_id_last_seen", "skipped_notes", ["store_id", "last_seen"])
    _create_store_table("webhook_hints", ["external_id"], sa.Column("received_at", _INSTANT, nullable=False))
    op.create_index("ix_webhook_hints_store_id_received_at", "webhook_hints", ["store_id", "received_at"])
    _create_store_table("store_products", ["product_id"], _text("details"), sa.Column("fetched_at", _INSTANT, nullable=False))


def _create_store_table(name: str, further_key: list[str], *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        _text("store_id"),
        *(_text(key) for key in further_key),
        _text("account_id"),
        *columns,
        sa.PrimaryKeyConstraint("store_id", *further_key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=f"fk_{name}_store_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{name}_account_id"),
    )


def _create_work() -> None:
    op.create_table(
        "write_back_steps",
        _text("shipment_id"),
        _text("step"),
        _text("account_id"),
        sa.Column("done_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "step", name="pk_write_back_steps"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_write_back_steps_shipment_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_write_back_steps_account_id"),
    )
    op.create_table(
        "leases",
        _text("name"),
        _text("account_id"),
        _text("owner"),
        sa.Column("until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_leases_account_id"),
    )


def _create_authorisations() -> None:
    op.create_table(
        "authorisations",
        _text("state_digest"),
        _text("account_id"),
        _text("begun_by"),
        sa.Column("began_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        _text("sealed_request"),
        sa.PrimaryKeyConstraint("state_digest", name="pk_authorisations"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_authorisations_account_id"),
    )


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)
