"""What 3PLs ask of their clients, and what clients owe them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_price_lists()
    _create_statements()
    _create_entries()
    op.create_index("ix_shipments_account_id_shipped_at", "shipments", ["account_id", "shipped_at"])
    voided = sa.text("state = 'voided'")
    op.create_index("ix_shipments_voided", "shipments", ["account_id"], sqlite_where=voided, postgresql_where=voided)
    op.drop_index("ix_stock_movements_account_id_client_id_sku", "stock_movements")
    op.create_index("ix_stock_movements_account_id_client_id_sku_at", "stock_movements", ["account_id", "client_id", "sku", "at"])


def _create_price_lists() -> None:
    op.create_table(
        "price_lists",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("per_order", _EXACT, nullable=False),
        sa.Column("per_line", _EXACT, nullable=False),
        sa.Column("per_parcel", _EXACT, nullable=False),
        sa.Column("storage", _EXACT, nullable=False),
        sa.Column("monthly", _EXACT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "client_id", "valid_from", name="pk_price_lists"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_price_lists_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["accounts.id"], name="fk_price_lists_client_id"),
    )
    op.create_index("ix_price_lists_client_id", "price_lists", ["client_id"])


def _create_statements() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("provider_name", sa.Text(), nullable=False),
        sa.Column("client_name", sa.Text(), nullable=False),
        sa.Column("nickname", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("paid_at", _INSTANT, nullable=True),
        sa.Column("paid_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_statements_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["accounts.id"], name="fk_statements_client_id"),
    )
    op.create_index("ix_statements_account_id_month", "statements", ["account_id", "month"])
    op.create_index("ix_statements_client_id_month", "statements", ["client_id", "month"])
    unpaid = sa.text("paid_at IS NULL")
    op.create_index(
        "ix_statements_unpaid", "statements", ["account_id", "client_id"], sqlite_where=unpaid, postgresql_where=unpaid
    )


def _create_entries() -> None:
    op.create_table(
        "statement_entries",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("shipped_at", _INSTANT, nullable=False),
        sa.Column("of_month", sa.Text(), nullable=False),
        sa.Column("sign", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("costs", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "client_id", "month", "position", name="pk_statement_entries"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_statement_entries_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["accounts.id"], name="fk_statement_entries_client_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_statement_entries_shipment_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_statement_entries_order_id"),
    )
    op.create_index("ix_statement_entries_account_id_shipment_id", "statement_entries", ["account_id", "shipment_id"])
    op.create_index("ix_statement_entries_account_id_order_id", "statement_entries", ["account_id", "order_id"])
    back = sa.text("sign < 0")
    op.create_index(
        "ix_statement_entries_taking_back",
        "statement_entries",
        ["account_id", "client_id"],
        sqlite_where=back,
        postgresql_where=back,
    )
