"""What providers answer about requests, what clients call products, and the stores by which clients' orders come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _extend_connections()
    _extend_requests()
    _extend_shipments()
    _make_messages()
    _make_skus()


def _extend_connections() -> None:
    op.add_column("connections", sa.Column("grace_minutes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("connections", sa.Column("answers", sa.Text(), nullable=False, server_default="auto"))
    _refer("connections", "store_id", "stores")


def _refer(table: str, column: str, other: str) -> None:
    """A column that refers to another table: Alembic would make the whole table anew on SQLite, which others refer to."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT CONSTRAINT fk_{table}_{column} REFERENCES {other} (id)")


def _extend_requests() -> None:
    table = "fulfillment_requests"
    op.add_column(table, sa.Column("reason_text", sa.Text(), nullable=False, server_default=""))
    _refer(table, "connection_id", "connections")
    op.add_column(table, sa.Column("not_before", _INSTANT))
    op.add_column(table, sa.Column("started_at", _INSTANT))
    op.add_column(table, sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    _refer(table, "copy_id", "orders")
    op.add_column(table, sa.Column("changed_at", _INSTANT))
    op.execute("UPDATE fulfillment_requests SET changed_at = created_at")
    op.execute(
        "UPDATE fulfillment_requests SET connection_id = (SELECT MIN(connections.id) FROM connections WHERE "
        "connections.provider_id = fulfillment_requests.provider_id AND connections.client_id = fulfillment_requests.account_id "
        "AND connections.state = 'active')"
    )
    op.create_index(f"ix_{table}_connection_id_changed_at", table, ["connection_id", "changed_at"])
    op.create_index(f"ix_{table}_copy_id", table, ["copy_id"], unique=True)
    op.add_column("fulfillment_request_lines", sa.Column("provider_sku", sa.Text(), nullable=False, server_default=""))
    op.add_column("fulfillment_request_lines", sa.Column("shipped", _EXACT, nullable=False, server_default="0"))


def _extend_shipments() -> None:
    op.add_column("shipments", sa.Column("source_id", sa.Text()))
    op.create_index("ix_shipments_account_id_source_id", "shipments", ["account_id", "source_id"], unique=True)


def _make_messages() -> None:
    op.create_table(
        "request_messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request_messages"),
        sa.ForeignKeyConstraint(["request_id"], ["fulfillment_requests.id"], name="fk_request_messages_request_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_request_messages_account_id"),
        sa.ForeignKeyConstraint(["provider_id"], ["accounts.id"], name="fk_request_messages_provider_id"),
    )
    op.create_index("ix_request_messages_request_id", "request_messages", ["request_id"])


def _make_skus() -> None:
    op.create_table(
        "connection_skus",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("provider_sku", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "sku", name="pk_connection_skus"),
        sa.ForeignKeyConstraint(["connection_id"], ["connections.id"], name="fk_connection_skus_connection_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_connection_skus_account_id"),
    )
