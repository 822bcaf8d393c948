"""Return labels on the statements of clients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("statement_entries") as entries:
        entries.drop_constraint("fk_statement_entries_shipment_id", type_="foreignkey")
        entries.add_column(sa.Column("is_return", sa.Boolean(), nullable=False, server_default=sa.false()))
    back = sa.text("purpose = 'return'")
    op.create_index("ix_labels_returns", "labels", ["account_id", "bought_at"], sqlite_where=back, postgresql_where=back)
