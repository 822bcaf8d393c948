"""How far comparisons of stores are, and the differences that they found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("store_id", "account_id")),
        *(sa.Column(name, _INSTANT, nullable=False) for name in ("begun_at", "looked_at")),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("completed_at", _INSTANT, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("open_there", "open_here", "with_providers")),
        sa.PrimaryKeyConstraint("store_id", name="pk_reconciliations"),
        *_references("reconciliations", store_id="stores.id", account_id="accounts.id"),
    )
    op.create_index("ix_reconciliations_account_id", "reconciliations", ["account_id"])
    op.create_table(
        "differences",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("store_id", "kind", "subject", "account_id")),
        *(sa.Column(name, _INSTANT, nullable=False) for name in ("first_seen", "last_seen")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("detail", "external_id", "order_number")),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "kind", "subject", name="pk_differences"),
        *_references("differences", store_id="stores.id", account_id="accounts.id", order_id="orders.id"),
    )
    op.create_index("ix_differences_account_id", "differences", ["account_id"])
    op.create_index("ix_differences_last_seen", "differences", ["last_seen"])


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([name], [other], name=f"fk_{table}_{name}") for name, other in columns.items()]
