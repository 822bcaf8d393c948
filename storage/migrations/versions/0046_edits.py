"""Who wrote which field of an order by hand, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("edits", sa.Text(), nullable=False, server_default="{}"))
