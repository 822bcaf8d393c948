"""Requests of which something is still to be shipped are found without looking through those that are done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("is_open")
# Exact numbers are text in SQLite, where "10" comes before "9".
_OVER = """
UPDATE fulfillment_requests SET is_open = FALSE
WHERE state NOT IN ('requested', 'accepted', 'cancel_requested') OR (
  EXISTS (
    SELECT 1 FROM fulfillment_request_lines AS line
    WHERE line.request_id = fulfillment_requests.id AND CAST(line.shipped AS NUMERIC) > 0
  ) AND NOT EXISTS (
    SELECT 1 FROM fulfillment_request_lines AS line
    WHERE line.request_id = fulfillment_requests.id AND CAST(line.shipped AS NUMERIC) < CAST(line.quantity AS NUMERIC)
  )
)
"""


def upgrade() -> None:
    op.add_column("fulfillment_requests", sa.Column("is_open", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(_OVER)
    for name, columns in (
        ("ix_fulfillment_requests_open", ["connection_id", "id"]),
        ("ix_fulfillment_requests_open_of_account", ["account_id"]),
    ):
        op.create_index(name, "fulfillment_requests", columns, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
