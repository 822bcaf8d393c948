"""Orders are found by the person who holds them."""

from __future__ import annotations

from alembic import op

revision = "0062"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_holds_account_id_actor_order_id", "holds", ["account_id", "actor", "order_id"])
