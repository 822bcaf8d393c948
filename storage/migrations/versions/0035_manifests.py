"""Manifests with their documents and labels, and labels for the way back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_manifests()
    _create_documents()
    op.add_column("labels", sa.Column("manifest_id", sa.Text()))
    op.add_column("labels", sa.Column("purpose", sa.Text(), nullable=False, server_default="outbound"))
    op.add_column("labels", sa.Column("tracking_numbers", sa.Text(), nullable=False, server_default="[]"))
    on_one = sa.text("manifest_id IS NOT NULL")
    op.create_index("ix_labels_manifest_id", "labels", ["manifest_id"], sqlite_where=on_one, postgresql_where=on_one)


def _create_manifests() -> None:
    table = "manifests"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("carrier_account_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("ship_from", sa.Text(), nullable=False),
        sa.Column("shipments", sa.Integer(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("made_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["carrier_account_id"], ["carrier_accounts.id"], name=f"fk_{table}_carrier_account_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=f"fk_{table}_owner_id"),
    )
    op.create_index(f"ix_{table}_account_id_created_at", table, ["account_id", "created_at"])


def _create_documents() -> None:
    table = "manifest_documents"
    op.create_table(
        table,
        sa.Column("manifest_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("manifest_id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifests.id"], name=f"fk_{table}_manifest_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
    )
    op.create_index(f"ix_{table}_created_at", table, ["created_at"])
