"""Stores: the names of shipping methods and channels, and fields of their documents that nobody has looked at yet."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_store_table("store_names", "kind", _text("names"), sa.Column("fetched_at", _INSTANT, nullable=False))
    _create_store_table(
        "unknown_fields",
        "path",
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("last_seen", _INSTANT, nullable=False),
    )
    # The next import of each store reads everything once: what orders said of their service was a number, and more came since.
    op.execute("UPDATE stores SET scanned_until = NULL")


def _create_store_table(name: str, further_key: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        _text("store_id"),
        _text(further_key),
        _text("account_id"),
        *columns,
        sa.PrimaryKeyConstraint("store_id", further_key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=f"fk_{name}_store_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{name}_account_id"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
