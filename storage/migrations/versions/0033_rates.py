"""What carriers asked for orders, the comparisons that services were chosen by, and what labels may cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_asked_rates()
    _create_comparisons()
    op.add_column("accounts", sa.Column("price_limit_percent", sa.Integer()))
    for name in ("max_price", "asked"):
        op.add_column("labels", sa.Column(name, _EXACT))
        op.add_column("labels", sa.Column(f"{name}_currency", sa.Text()))


def _create_asked_rates() -> None:
    table = "asked_rates"
    op.create_table(
        table,
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("carrier_account_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("rates", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_asked_rates_order_id")),
        sa.ForeignKeyConstraint(["carrier_account_id"], ["carrier_accounts.id"], name=op.f("fk_asked_rates_carrier_account_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_asked_rates_account_id")),
        sa.PrimaryKeyConstraint("order_id", "carrier_account_id", name=op.f("pk_asked_rates")),
    )
    op.create_index("ix_asked_rates_asked_at", table, ["asked_at"])
    op.create_index("ix_asked_rates_carrier_account_id", table, ["carrier_account_id"])


def _create_comparisons() -> None:
    table = "rate_comparisons"
    op.create_table(
        table,
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("rates", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_rate_comparisons_decision_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rate_comparisons_account_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_rate_comparisons_order_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_rate_comparisons")),
    )
    op.create_index("ix_rate_comparisons_order_id_made_at", table, ["order_id", "made_at"])
    op.create_index("ix_rate_comparisons_account_id_made_at", table, ["account_id", "made_at"])
