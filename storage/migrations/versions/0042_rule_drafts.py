"""Drafts of rule sets, with the revisions that undo and redo lead to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_drafts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("set_slug", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("base_version_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "set_slug", name="pk_rule_drafts"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rule_drafts_account_id"),
        sa.ForeignKeyConstraint(["base_version_id"], ["rule_set_versions.id"], name="fk_rule_drafts_base_version_id"),
    )
    op.create_table(
        "rule_draft_revisions",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("set_slug", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "set_slug", "number", name="pk_rule_draft_revisions"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rule_draft_revisions_account_id"),
    )
