"""Backtests that people ask for on a page, with what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    table, lines = "backtests", "backtest_lines"
    op.create_table(
        table,
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "account_id", "actor")),
        sa.Column("created_at", _INSTANT, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "set_slug", "against")),
        *(sa.Column(name, _INSTANT, nullable=True) for name in ("since", "until")),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("seen", "total", "changed")),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
    )
    op.create_index(f"ix_{table}_account_id_created_at", table, ["account_id", "created_at"])
    op.create_table(
        lines,
        sa.Column("backtest_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("backtest_id", "position", name=f"pk_{lines}"),
        sa.ForeignKeyConstraint(["backtest_id"], ["backtests.id"], name=f"fk_{lines}_backtest_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{lines}_account_id"),
    )
