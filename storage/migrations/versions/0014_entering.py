"""Links say why they no longer work; and an account in whose name the service itself writes mails, to which nobody belongs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The hyphen is a slug that no name becomes; as a closed account it lets nobody in.
_AT = "2026-11-29T00:00:00.000000+00:00"
_SERVICE = f"""INSERT INTO accounts (id, slug, name, kind, country, time_zone, created_at, closed_at)
  VALUES ('acc_service', '-', 'Relevo', 'merchant', 'ES', 'UTC', '{_AT}', '{_AT}')"""  # noqa: S608 - nothing from outside


def upgrade() -> None:
    op.add_column("one_time_links", sa.Column("ended", sa.Text(), nullable=True))
    op.create_index("ix_one_time_links_email_key", "one_time_links", ["email_key"])
    op.execute(_SERVICE)
