"""What has shipped in part may still be changed by its store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_MAY_CHANGE = sa.text("state IN ('open', 'partially_shipped', 'pending_fulfillment', 'rejected_fulfillment', 'skipped')")


def upgrade() -> None:
    op.drop_index("ix_orders_changeable", "orders")
    columns = ["store_id", "external_id"]
    op.create_index("ix_orders_changeable", "orders", columns, sqlite_where=_MAY_CHANGE, postgresql_where=_MAY_CHANGE)
