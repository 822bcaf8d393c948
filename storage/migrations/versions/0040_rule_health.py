"""How rules do: what they matched and failed on by day, since when each runs, and since when its references are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("rule_set_versions", sa.Column("rules", sa.Integer(), nullable=True))
    op.create_table(
        "rule_days",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("matches", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("last_match", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("account_id", "day", "rule_id", name="pk_rule_days"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rule_days_account_id"),
    )
    op.create_index("ix_rule_days_day", "rule_days", ["day"])
    op.create_table(
        "rule_standings",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("invalid_since", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("account_id", "rule_id", name="pk_rule_standings"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rule_standings_account_id"),
    )
