"""Rule sets are offered to other accounts, and versions say whether they were adopted from one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_offers()
    _create_offered_versions()
    # Written out, because a table that others refer to cannot be copied as SQLite would have it for a new constraint.
    for column, table in (("offer_id", "rule_offers"), ("offered_by", "accounts")):
        reference = f"CONSTRAINT fk_rule_set_versions_{column} REFERENCES {table} (id)"
        op.execute(f"ALTER TABLE rule_set_versions ADD COLUMN {column} TEXT {reference}")
    op.add_column("rule_set_versions", sa.Column("offered_number", sa.Integer(), nullable=True))
    op.add_column("rule_set_versions", sa.Column("switched_off", sa.Text(), nullable=False, server_default="[]"))
    op.create_index("ix_rule_set_versions_offered_by", "rule_set_versions", ["offered_by"])


def _create_offers() -> None:
    table = "rule_offers"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("set_slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("withdrawn_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.UniqueConstraint("account_id", "set_slug", name=f"uq_{table}_account_id_set_slug"),
    )


def _create_offered_versions() -> None:
    table = "offered_rule_versions"
    op.create_table(
        table,
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("offered_at", _INSTANT, nullable=False),
        sa.Column("offered_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", "number", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["offer_id"], ["rule_offers.id"], name=f"fk_{table}_offer_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["version_id"], ["rule_set_versions.id"], name=f"fk_{table}_version_id"),
    )
