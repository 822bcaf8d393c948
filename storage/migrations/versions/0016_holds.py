"""Holds of persons, beside those of rules and stores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_holds_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_holds_order_id"),
    )
    op.create_index("ix_holds_order_id", "holds", ["order_id"])
    op.create_index("ix_holds_account_id_since", "holds", ["account_id", "since"])
    has_end = sa.text("until IS NOT NULL")
    op.create_index("ix_holds_until", "holds", ["until"], sqlite_where=has_end, postgresql_where=has_end)
    op.add_column("orders", sa.Column("holds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("fulfillment_requests", sa.Column("held_here", sa.Boolean(), nullable=False, server_default=sa.false()))
