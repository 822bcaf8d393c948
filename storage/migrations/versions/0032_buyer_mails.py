"""Mails to buyers among what has shipped and is not told, and when a job was last tried."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("jobs", sa.Column("tried_at", _INSTANT))
    untold = sa.text("kind IN ('notify_store', 'buyer_email') AND state <> 'done'")
    op.drop_index("ix_jobs_untold", "jobs")
    op.create_index("ix_jobs_untold", "jobs", ["account_id", "created_at"], sqlite_where=untold, postgresql_where=untold)
