"""Connections whose merchants read what their providers' labels cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connections", sa.Column("shares_costs", sa.Boolean(), nullable=False, server_default=sa.false()))
