"""When locations ship, until when requests should have, and when nothing is sent for a client."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("locations", sa.Column("hours", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("connections", sa.Column("stop_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("connections", sa.Column("closed_until", _INSTANT))
    op.add_column("fulfillment_requests", sa.Column("fulfil_by", _INSTANT))
    op.add_column("fulfillment_requests", sa.Column("overdue_at", _INSTANT))
    late = sa.text("overdue_at IS NULL AND state IN ('requested', 'accepted', 'cancel_requested')")
    op.create_index(
        "ix_fulfillment_requests_fulfil_by", "fulfillment_requests", ["fulfil_by"], sqlite_where=late, postgresql_where=late
    )
