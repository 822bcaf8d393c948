"""Return labels on the statements of clients, and pickups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("statement_entries") as entries:
        entries.drop_constraint("fk_statement_entries_shipment_id", type_="foreignkey")
        entries.add_column(sa.Column("is_return", sa.Boolean(), nullable=False, server_default=sa.false()))
    back = sa.text("purpose = 'return'")
    op.create_index("ix_labels_returns", "labels", ["account_id", "bought_at"], sqlite_where=back, postgresql_where=back)
    _create_pickups()


def _create_pickups() -> None:
    table = "pickups"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("carrier_account_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("confirmation", sa.Text(), nullable=False),
        sa.Column("cost", _EXACT, nullable=True),
        sa.Column("cost_currency", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("made_at", _INSTANT, nullable=True),
        sa.CheckConstraint("(cost IS NULL) = (cost_currency IS NULL)", name=f"ck_{table}_cost_has_currency"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["carrier_account_id"], ["carrier_accounts.id"], name=f"fk_{table}_carrier_account_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=f"fk_{table}_owner_id"),
    )
    op.create_index(f"ix_{table}_account_id_created_at", table, ["account_id", "created_at"])
    op.create_index(f"ix_{table}_account_id_claim", table, ["account_id", "claim"], unique=True)
