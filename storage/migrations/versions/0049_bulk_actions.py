"""Things that people do with many orders at once, and what came of each order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    table = "bulk_actions"
    op.create_table(
        table,
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "account_id", "actor")),
        sa.Column("created_at", _INSTANT, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "key")),
        sa.Column("total", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("parameters", "wanted")),
        sa.Column("undoes", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "unchanged", "refused")),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.UniqueConstraint("account_id", "key", name=f"uq_{table}_account_id_key"),
    )
    op.create_index(f"ix_{table}_account_id_created_at", table, ["account_id", "created_at"])
    _create_orders()


def _create_orders() -> None:
    table = "bulk_action_orders"
    op.create_table(
        table,
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("account_id", "order_id", "outcome")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("said", "before")),
        sa.PrimaryKeyConstraint("action_id", "position", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["action_id"], ["bulk_actions.id"], name=f"fk_{table}_action_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=f"fk_{table}_order_id"),
    )
    op.create_index(f"ix_{table}_action_id_outcome_position", table, ["action_id", "outcome", "position"])
    op.create_index(f"ix_{table}_order_id_action_id", table, ["order_id", "action_id"])
