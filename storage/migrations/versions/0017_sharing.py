"""Carrier accounts are shared with all providers by default, with some, or kept from some; a merchant may require them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("carrier_accounts", "shared_with_all"),
        ("carrier_account_shares", "kept_from"),
        ("connections", "requires_shared"),
    ):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
