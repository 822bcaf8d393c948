"""Stores are in their account's time zone: those of accounts that have moved since they were connected, too."""

from __future__ import annotations

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE stores SET time_zone = (SELECT a.time_zone FROM accounts a WHERE a.id = stores.account_id)")
