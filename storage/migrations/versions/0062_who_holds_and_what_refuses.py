"""Orders are found by the person who holds them; a carrier account has since when its carrier refuses the log-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0058"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_index("ix_holds_account_id_actor_order_id", "holds", ["account_id", "actor", "order_id"])
    op.add_column("carrier_accounts", sa.Column("refused_since", _INSTANT, nullable=True))
    op.add_column("carrier_accounts", sa.Column("refusal", sa.Text(), nullable=True))
