"""What people say about what stands still, since when orders are on hold and notes are parked, and indexes that find the rest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0049"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbox_marks",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("said_at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("snoozed_until", _INSTANT, nullable=True),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("account_id", "kind", "subject", name="pk_inbox_marks"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_inbox_marks_account_id"),
    )
    op.add_column("accounts", sa.Column("held_too_long_days", sa.Integer(), nullable=False, server_default="3"))
    op.add_column("orders", sa.Column("held_since", _INSTANT, nullable=True))
    op.execute("UPDATE orders SET held_since = updated_at WHERE held")
    with op.batch_alter_table("parked_notes") as table:
        table.add_column(sa.Column("parked_since", _INSTANT, nullable=True))
    op.execute("UPDATE parked_notes SET parked_since = parked_at")
    with op.batch_alter_table("parked_notes") as table:
        table.alter_column("parked_since", existing_type=_INSTANT, nullable=False)
    _index("ix_orders_held_since", "orders", ["account_id", "held_since"], "held")
    _index("ix_jobs_dead", "jobs", ["account_id"], "state = 'dead'")
    _index("ix_labels_unknown", "labels", ["account_id"], "state = 'unknown'")
    asked = "(state = 'cancel_requested' OR change_state = 'asked')"
    _index("ix_fulfillment_requests_asked", "fulfillment_requests", ["provider_id"], asked)


def _index(name: str, table: str, columns: list[str], condition: str) -> None:
    only = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
