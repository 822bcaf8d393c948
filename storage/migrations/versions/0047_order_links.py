"""Which orders were made of which, and an index of the orders that no store has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    table = "order_links"
    op.create_table(
        table,
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("order_id", "kind", "account_id", "origin_id")),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "kind", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=f"fk_{table}_order_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["origin_id"], ["orders.id"], name=f"fk_{table}_origin_id"),
    )
    op.create_index(f"ix_{table}_origin_id", table, ["origin_id"])
    no_store = sa.text("store_id IS NULL")
    op.create_index("ix_orders_storeless", "orders", ["account_id", "id"], sqlite_where=no_store, postgresql_where=no_store)
