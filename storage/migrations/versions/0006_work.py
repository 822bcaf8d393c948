"""Work: whose turn it is among due jobs, notes that follow a hand-over, and when the hold of an order ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_DUE, _RUNNING, _HAS_END = sa.text("state = 'due'"), sa.text("state = 'running'"), sa.text("held_until IS NOT NULL")
_ORDERS_A_PAGE = 500


def upgrade() -> None:
    op.add_column("jobs", sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))
    op.drop_index("ix_jobs_state_not_before_id", table_name="jobs")
    due = ["kind", "priority", "account_id", "not_before", "id"]
    op.create_index("ix_jobs_due", "jobs", due, sqlite_where=_DUE, postgresql_where=_DUE)
    op.create_index("ix_jobs_running", "jobs", ["lease_until"], sqlite_where=_RUNNING, postgresql_where=_RUNNING)
    op.add_column("fulfillment_requests", sa.Column("notes_pending", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_fulfillment_requests_account_id_created_at", "fulfillment_requests", ["account_id", "created_at"])
    op.add_column("orders", sa.Column("held_until", _INSTANT, nullable=True))
    _fill_held_until()
    op.create_index("ix_orders_held_until", "orders", ["held_until"], sqlite_where=_HAS_END, postgresql_where=_HAS_END)


def _fill_held_until() -> None:
    """Give orders that are on hold by now the end of their hold, which until now stood in their documents only."""
    connection = op.get_bind()
    page = sa.text(
        "SELECT id, source, rules, person FROM orders WHERE status = 'on_hold' AND id > :after ORDER BY id LIMIT :page"
    )
    keep = sa.text("UPDATE orders SET held_until = :held_until WHERE id = :id")
    after = ""
    while rows := connection.execute(page, {"after": after, "page": _ORDERS_A_PAGE}).all():
        after = rows[-1].id
        ends = [(row.id, _hold_end(row.source, row.rules, row.person)) for row in rows]
        values = [{"id": order_id, "held_until": _written(end)} for order_id, end in ends if end is not None]
        if values:
            connection.execute(keep, values)


def _hold_end(*layers: str) -> datetime | None:
    """What the last layer that speaks of it says; a time without an offset is in UTC."""
    written: Any = None
    for layer in layers:
        written = json.loads(layer).get("hold_until", written)
    try:
        end = datetime.fromisoformat(written)
        return (end if end.tzinfo else end.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _written(end: datetime) -> Any:
    return end.isoformat(timespec="microseconds") if op.get_bind().dialect.name == "sqlite" else end
