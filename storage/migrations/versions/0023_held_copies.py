"""Whether a provider's order is held is read from the order itself."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("fulfillment_requests", "held_here")
