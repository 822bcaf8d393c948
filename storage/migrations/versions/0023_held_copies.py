"""Whether a provider's order is held is read from the order itself; a provider's requests are found by period."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("fulfillment_requests", "held_here")
    op.create_index("ix_fulfillment_requests_provider_id_created_at", "fulfillment_requests", ["provider_id", "created_at"])
