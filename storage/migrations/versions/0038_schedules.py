"""Rules that run by themselves: when they are due, the run under way, and the orders that are looked at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _rules()
    _looks()


def _rules() -> None:
    op.create_table(
        "rule_schedules",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.Column("enrolled", sa.Text(), nullable=True),
        sa.Column("last_due_at", _INSTANT, nullable=True),
        sa.Column("last_ended_at", _INSTANT, nullable=True),
        sa.Column("last_orders", sa.Integer(), nullable=False),
        sa.Column("last_matched", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "rule_id", name="pk_rule_schedules"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rule_schedules_account_id"),
    )
    op.create_table(
        "scheduled_runs",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("reached", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_scheduled_runs"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_scheduled_runs_account_id"),
    )
    op.create_table(
        "settled_schedules",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("made_of", sa.Text(), nullable=False),
        sa.Column("newest_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_settled_schedules"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_settled_schedules_account_id"),
    )


def _looks() -> None:
    table, has_time = "second_looks", sa.text("due_at IS NOT NULL")
    op.create_table(
        table,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("account_id", "rule_id", "order_id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=f"fk_{table}_order_id"),
    )
    op.create_index(f"ix_{table}_order_id", table, ["order_id"])
    columns = ["account_id", "due_at", "rule_id"]
    op.create_index(f"ix_{table}_due_at", table, columns, sqlite_where=has_time, postgresql_where=has_time)
