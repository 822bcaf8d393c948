"""Providers with a system of their own: how they are reached, and how far each conversation is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("connections", sa.Column("is_integrated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("fulfillment_requests", sa.Column("sent_at", _INSTANT))
    _make_providers()
    _make_sendings()
    _make_events()


def _make_providers() -> None:
    table = "integrated_providers"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sealed_secrets", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("failing_since", _INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["id"], ["accounts.id"], name=f"fk_{table}_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["connection_id"], ["connections.id"], name=f"fk_{table}_connection_id"),
    )
    op.create_index(f"ix_{table}_account_id", table, ["account_id"])
    op.create_index(f"ix_{table}_connection_id", table, ["connection_id"], unique=True)


def _make_sendings() -> None:
    table = "provider_sendings"
    op.create_table(
        table,
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("acknowledged", sa.Integer(), nullable=False),
        sa.Column("unclear", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("cancels", sa.Integer(), nullable=False),
        sa.Column("cancel_taken", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["request_id"], ["fulfillment_requests.id"], name=f"fk_{table}_request_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["provider_id"], ["accounts.id"], name=f"fk_{table}_provider_id"),
    )


def _make_events() -> None:
    table = "provider_events"
    op.create_table(
        table,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "message_id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
    )
    op.create_index(f"ix_{table}_received_at", table, ["received_at"])
