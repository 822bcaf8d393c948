"""The orders of one store are found newest first: of a 3PL's many clients somebody looks at one."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_store_id_id", "orders", ["store_id", "id"])
