"""What 3PLs have of their clients' products."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stock_counts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("on_hand", _EXACT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "client_id", "sku", name="pk_stock_counts"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_stock_counts_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["accounts.id"], name="fk_stock_counts_client_id"),
    )
    op.create_index("ix_stock_counts_client_id", "stock_counts", ["client_id"])
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", _EXACT, nullable=False),
        sa.Column("on_hand", _EXACT, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stock_movements"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_stock_movements_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["accounts.id"], name="fk_stock_movements_client_id"),
    )
    op.create_index("ix_stock_movements_account_id_client_id_sku", "stock_movements", ["account_id", "client_id", "sku"])
