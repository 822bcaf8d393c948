"""What webhooks reported is called pending changes, in the table's name and in the jobs that read them."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_webhook_hints_store_id_received_at", "webhook_hints")
    op.rename_table("webhook_hints", "pending_changes")
    op.create_index("ix_pending_changes_store_id_received_at", "pending_changes", ["store_id", "received_at"])
    if op.get_bind().dialect.name == "postgresql":  # SQLite cannot rename a constraint, and nothing asks for its name
        op.execute("ALTER TABLE pending_changes RENAME CONSTRAINT pk_webhook_hints TO pk_pending_changes")
        for column in ("account_id", "store_id"):
            op.execute(f"ALTER TABLE pending_changes RENAME CONSTRAINT fk_webhook_hints_{column} TO fk_pending_changes_{column}")
    op.execute("UPDATE jobs SET kind = 'read_changes', key = 'changes:' || substr(key, 7) WHERE kind = 'read_hints'")
