"""What is combined with another order may still be changed by its store: the index of such orders has it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0055"
branch_labels = None
depends_on = None

_MAY_CHANGE = sa.text(
    "state IN ('combined', 'open', 'partially_shipped', 'pending_fulfillment', 'rejected_fulfillment', 'skipped')"
)


def upgrade() -> None:
    columns = ["store_id", "external_id"]
    op.drop_index("ix_orders_changeable", "orders")
    op.create_index("ix_orders_changeable", "orders", columns, sqlite_where=_MAY_CHANGE, postgresql_where=_MAY_CHANGE)
