"""Orders know the vendor's account and channel they were sold through; what the account decides anew, and what is outdated.

What an account sells through one channel is one order, whatever store record it came by. Where the same thing is on record
more than once, the record that has come farthest stays, and is the open store's where there is one; the others leave their
store, are cancelled unless they have shipped, and tell nobody anything any more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_VENDOR_DOMAINS = (".brightpearlconnect.com", ".brightpearl.com")
_PROGRESS = ("partially_shipped", "shipped", "pending_fulfillment", "rejected_fulfillment", "open", "skipped", "cancelled")
_UNSHIPPED = ("pending_fulfillment", "rejected_fulfillment", "open", "skipped")
_UNIQUE = "ix_orders_account_id_origin_external_id"
_FOUND_TWICE = {
    "en": "Orders that were on record twice, because the same channels were connected more than once: {count}. The second "
    "records are cancelled and ship nothing.",
    "es": "Pedidos que estaban registrados dos veces, porque los mismos canales se conectaron más de una vez: {count}. Los "
    "segundos registros están cancelados y no envían nada.",
}

_stores = sa.table("stores", *map(sa.column, ("id", "kind", "settings", "state")))
_orders = sa.table(
    "orders", *map(sa.column, ("id", "account_id", "store_id", "external_id", "origin", "state", "status", "state_reason"))
)
_jobs = sa.table("jobs", *map(sa.column, ("account_id", "order_id", "state", "reason")))
_requests = sa.table("fulfillment_requests", *map(sa.column, ("account_id", "order_id", "state", "state_reason")))
_audit = sa.table(
    "audit",
    *map(sa.column, ("account_id", "actor", "action", "subject_id", "before", "after")),
    sa.column("at", _INSTANT),
)
_alerts = sa.table("alerts", *map(sa.column, ("id", "account_id", "order_id", "message")), sa.column("created_at", _INSTANT))


def upgrade() -> None:
    for name in ("origin", "channel"):
        op.add_column("orders", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("outdated", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("accounts", sa.Column("decide_anew", sa.Text(), nullable=False, server_default="flag"))
    _name_origins()
    _part_doubles()
    known = sa.text("origin <> ''")
    op.create_index(
        _UNIQUE, "orders", ["account_id", "origin", "external_id"], unique=True, sqlite_where=known, postgresql_where=known
    )


def _name_origins() -> None:
    connection = op.get_bind()
    for store in connection.execute(sa.select(_stores.c.id, _stores.c.kind, _stores.c.settings)).all():
        origin = _origin(store.kind, json.loads(store.settings))
        if origin:
            connection.execute(sa.update(_orders).where(_orders.c.store_id == store.id).values(origin=origin))


def _origin(kind: str, settings: dict[str, Any]) -> str:
    """As Brightpearl's connector names it at the time of this migration."""
    code = str(settings.get("account_code") or "").strip().casefold()
    if kind != "brightpearl" or not code:
        return ""
    try:
        place = urlsplit(str(settings.get("integration_url") or ""))
        host = place.hostname or ""
    except ValueError:
        return ""
    own = "" if not host or host.endswith(_VENDOR_DOMAINS) else f"@{place.netloc.lower()}{place.path.rstrip('/')}"
    return f"brightpearl:{code}{own}"


def _part_doubles() -> None:
    connection = op.get_bind()
    key = (_orders.c.account_id, _orders.c.origin, _orders.c.external_id)
    doubles = sa.select(*key).where(_orders.c.origin != "").group_by(*key).having(sa.func.count() > 1)
    parted: dict[str, int] = {}
    for account_id, origin, external_id in connection.execute(doubles).all():
        rows = connection.execute(
            sa.select(_orders.c.id, _orders.c.store_id, _orders.c.state, _stores.c.state.label("store_state"))
            .join(_stores, _stores.c.id == _orders.c.store_id)
            .where(_orders.c.account_id == account_id, _orders.c.origin == origin, _orders.c.external_id == external_id)
        ).all()
        _part(account_id, rows)
        parted[account_id] = parted.get(account_id, 0) + 1
    for account_id, count in parted.items():
        message = json.dumps({language: text.format(count=count) for language, text in _FOUND_TWICE.items()}, ensure_ascii=False)
        values = {"id": f"alr_0005_{account_id}", "account_id": account_id, "message": message, "created_at": _now()}
        connection.execute(sa.insert(_alerts).values(order_id=None, **values))


def _part(account_id: str, rows: Sequence[Any]) -> None:
    """Leave one of these records in its store."""
    connection = op.get_bind()
    kept, *others = sorted(rows, key=lambda row: (_PROGRESS.index(row.state), row.store_state == "closed", row.id))
    for row in others:
        is_open = row.state in _UNSHIPPED
        ended = {"state": "cancelled", "status": "cancelled", "state_reason": "duplicate"} if is_open else {}
        connection.execute(sa.update(_orders).where(_orders.c.id == row.id).values(store_id=None, origin="", **ended))
        unsent = _jobs.c.state.in_(("waiting", "due", "dead", "running"))
        mine = (_jobs.c.account_id == account_id, _jobs.c.order_id == row.id, unsent)
        connection.execute(sa.update(_jobs).where(*mine).values(state="done", reason="called_off"))
        live = (_requests.c.account_id == account_id, _requests.c.order_id == row.id)
        asked = _requests.c.state.in_(("requested", "accepted"))
        connection.execute(sa.update(_requests).where(*live, asked).values(state="cancelled", state_reason="duplicate"))
        if is_open:
            entry = {"account_id": account_id, "at": _now(), "actor": "worker", "action": "order.closed", "subject_id": row.id}
            after = json.dumps(["cancelled", "duplicate"])
            connection.execute(sa.insert(_audit).values(before=json.dumps(row.state), after=after, **entry))
    if kept.store_state == "closed":
        home = next((row.store_id for row in rows if row.store_state != "closed"), kept.store_id)
        connection.execute(sa.update(_orders).where(_orders.c.id == kept.id).values(store_id=home))


def _now() -> Any:
    now = datetime.now(UTC)
    return now.isoformat(timespec="microseconds") if op.get_bind().dialect.name == "sqlite" else now
