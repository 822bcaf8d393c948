"""Orders by when they came in, with what is counted of them, so that a count reads the period asked for and nothing else."""

from __future__ import annotations

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_came_in", "orders", ["account_id", "imported_at", "store_id", "state"])
