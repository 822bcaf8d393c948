"""Orders know whether they need attention only because telling somebody of them was given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("flagged_untold", sa.Boolean(), server_default=sa.false(), nullable=False))
