"""Whether an order is held is a column: where a provider has it, or a part has shipped, its status does not say so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_HELD = sa.text("held")


def upgrade() -> None:
    op.add_column("orders", sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False))
    # What a rule holds of an order that is with a provider is found when the order is written next: it held nothing so far.
    op.execute(
        "UPDATE orders SET held = TRUE WHERE status = 'on_hold' OR (holds > 0 AND state IN "
        "('pending_fulfillment', 'rejected_fulfillment', 'partially_shipped'))"
    )
    op.create_index("ix_orders_held", "orders", ["account_id", "id"], sqlite_where=_HELD, postgresql_where=_HELD)
