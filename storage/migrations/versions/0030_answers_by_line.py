"""A grace period that ends at the cut-off, answers line by line, and changes that wait for an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connections", sa.Column("grace_cut_off", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("fulfillment_requests", sa.Column("reason_lines", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("fulfillment_requests", sa.Column("change_state", sa.Text()))
    op.add_column("fulfillment_requests", sa.Column("change", sa.Text()))
    op.add_column("request_messages", sa.Column("lines", sa.Text(), nullable=False, server_default="[]"))
