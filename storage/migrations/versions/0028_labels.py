"""Labels: what carrier accounts need to buy them, their purchases, and their documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _extend_carrier_accounts()
    _create_labels()
    _create_documents()
    untold = sa.text("kind = 'notify_store' AND state <> 'done'")
    op.create_index("ix_jobs_untold", "jobs", ["account_id", "created_at"], sqlite_where=untold, postgresql_where=untold)


def _extend_carrier_accounts() -> None:
    for column in (
        sa.Column("nickname", sa.Text(), nullable=False, server_default=""),
        sa.Column("settings", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("sealed_credentials", sa.Text()),
        sa.Column("is_default", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("next_number", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("carrier_accounts", column)


def _create_labels() -> None:
    table = "labels"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("shipment_id", sa.Text(), nullable=False),
        sa.Column("carrier_account_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("quoted", _EXACT, nullable=True),
        sa.Column("quoted_currency", sa.Text(), nullable=True),
        sa.Column("cost", _EXACT, nullable=True),
        sa.Column("cost_currency", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("bought_at", _INSTANT, nullable=True),
        sa.Column("printed_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=f"fk_{table}_order_id"),
        sa.ForeignKeyConstraint(["carrier_account_id"], ["carrier_accounts.id"], name=f"fk_{table}_carrier_account_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=f"fk_{table}_owner_id"),
        sa.CheckConstraint("(quoted IS NULL) = (quoted_currency IS NULL)", name=f"ck_{table}_quoted_has_currency"),
        sa.CheckConstraint("(cost IS NULL) = (cost_currency IS NULL)", name=f"ck_{table}_cost_has_currency"),
    )
    op.create_index(f"ix_{table}_order_id", table, ["order_id"])
    op.create_index(f"ix_{table}_shipment_id", table, ["shipment_id"], unique=True)
    op.create_index(f"ix_{table}_account_id_created_at", table, ["account_id", "created_at"])
    op.create_index(f"ix_{table}_carrier_account_id", table, ["carrier_account_id"])


def _create_documents() -> None:
    table = "label_documents"
    op.create_table(
        table,
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("parcel", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("label_id", "kind", "format", "size", "parcel", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=f"fk_{table}_label_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
    )
    op.create_index(f"ix_{table}_created_at", table, ["created_at"])
