"""Connections whose merchants read what their providers' labels cost, and the names that other programs give holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("holds", sa.Column("key", sa.Text(), nullable=False, server_default=""))
    has_key = sa.text("key <> ''")
    named = ["order_id", "owner", "key"]
    op.create_index("ix_holds_order_id_owner_key", "holds", named, unique=True, sqlite_where=has_key, postgresql_where=has_key)
    op.add_column("connections", sa.Column("shares_costs", sa.Boolean(), nullable=False, server_default=sa.false()))
