"""What accounts say of products and of shipping methods, and what orders got of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_NUMBER = sa.Numeric().with_variant(sa.Text(), "sqlite")
_TEXTS = ("package", "warehouse_location", "hs_code", "origin_country", "customs_description")


def upgrade() -> None:
    table = "product_defaults"
    op.create_table(
        table,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weight_g", _NUMBER, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("length_mm", "width_mm", "height_mm")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.PrimaryKeyConstraint("account_id", "kind", "name_key", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
    )
    table = "shipping_methods"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("method", "code", "carrier", "service", "package")),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=f"fk_{table}_store_id"),
    )
    op.create_index(f"ix_{table}_account_id", table, ["account_id"])
    op.create_index(f"ix_{table}_store_id", table, ["store_id"])
    op.add_column("orders", sa.Column("defaults", sa.Text(), nullable=False, server_default="{}"))
