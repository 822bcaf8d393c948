"""What a store last changed is known by the version that it gives: the column says so."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("orders", "skipped_notes"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN stamp TO source_version")
