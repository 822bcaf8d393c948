"""How far shipments have come, and what carriers said of their parcels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_trackings()
    _create_events()
    op.create_index("ix_parcels_tracking_number", "parcels", ["tracking_number"])


def _create_trackings() -> None:
    table = "trackings"
    op.create_table(
        table,
        sa.Column("shipment_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("carrier_account_id", sa.Text(), nullable=True),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("first_scan_at", _INSTANT, nullable=True),
        sa.Column("delivered_at", _INSTANT, nullable=True),
        sa.Column("asked_at", _INSTANT, nullable=True),
        sa.Column("ask_at", _INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("called", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("problem_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("shipment_id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=f"fk_{table}_shipment_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=f"fk_{table}_order_id"),
        sa.ForeignKeyConstraint(["carrier_account_id"], ["carrier_accounts.id"], name=f"fk_{table}_carrier_account_id"),
    )
    op.create_index(f"ix_{table}_order_id", table, ["order_id"])
    op.create_index(f"ix_{table}_carrier_account_id_carrier_id", table, ["carrier_account_id", "carrier_id"])
    asked = sa.text("ask_at IS NOT NULL")
    op.create_index(f"ix_{table}_ask_at", table, ["account_id", "ask_at"], sqlite_where=asked, postgresql_where=asked)


def _create_events() -> None:
    table = "tracking_events"
    op.create_table(
        table,
        sa.Column("shipment_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kept_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "digest", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["shipment_id"], ["trackings.shipment_id"], name=f"fk_{table}_shipment_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
    )
    op.create_index(f"ix_{table}_kept_at", table, ["kept_at"])
