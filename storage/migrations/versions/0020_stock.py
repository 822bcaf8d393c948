"""Why counts were adjusted and what receipts refer to, the SKUs that accounts know, and a short way to what is reserved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ORDERS_AT_ONCE = 500


def upgrade() -> None:
    op.add_column("stock_movements", sa.Column("reason", sa.Text()))
    op.add_column("stock_movements", sa.Column("reference", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_stock_movements_account_id_id", "stock_movements", ["account_id", "id"])
    op.create_index("ix_stock_movements_client_id_id", "stock_movements", ["client_id", "id"])
    has_rest = sa.text("shipped <> quantity")
    op.create_index(
        "ix_fulfillment_request_lines_rest",
        "fulfillment_request_lines",
        ["account_id", "provider_sku", "sku"],
        sqlite_where=has_rest,
        postgresql_where=has_rest,
    )
    op.create_table(
        "products",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "owner_id", "sku", name="pk_products"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_products_account_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name="fk_products_owner_id"),
    )
    connection = op.get_bind()
    _keep(connection, _of_clients(connection))
    _keep(connection, _of_orders(connection))


def _of_clients(connection: sa.Connection) -> Iterator[tuple[str, str, str, str]]:
    """What was asked of providers, and what they have counted."""
    asked = """SELECT DISTINCT r.provider_id, r.account_id, CASE l.provider_sku WHEN '' THEN l.sku ELSE l.provider_sku END, l.name
        FROM fulfillment_request_lines l JOIN fulfillment_requests r ON r.id = l.request_id"""
    for row in connection.execute(sa.text(asked)):
        yield tuple(row)
    for row in connection.execute(sa.text("SELECT account_id, client_id, sku, '' FROM stock_counts")):
        yield tuple(row)


def _of_orders(connection: sa.Connection) -> Iterator[tuple[str, str, str, str]]:
    """The lines of all orders that came by stores of one's own."""
    query = sa.text(
        """SELECT o.id, o.account_id, o.source FROM orders o LEFT JOIN stores s ON s.id = o.store_id
        WHERE o.id > :after AND coalesce(s.kind, '') <> 'client' ORDER BY o.id LIMIT :limit"""
    )
    after = ""
    while rows := connection.execute(query, {"after": after, "limit": _ORDERS_AT_ONCE}).all():
        for row in rows:
            for sku, name in _lines(row.source):
                yield row.account_id, row.account_id, sku, name
        after = rows[-1].id


def _lines(source: Any) -> Iterator[tuple[str, str]]:
    document = json.loads(source) if isinstance(source, str | bytes) else source
    items = document.get("items") if isinstance(document, dict) else None
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and isinstance(item.get("sku"), str) and item["sku"].strip():
            yield item["sku"], str(item.get("name") or "")


def _keep(connection: sa.Connection, found: Iterator[tuple[str, str, str, str]]) -> None:
    insert = sa.text(
        """INSERT INTO products (account_id, owner_id, sku, name, search_text)
        VALUES (:account_id, :owner_id, :sku, :name, :search_text) ON CONFLICT DO NOTHING"""
    )
    seen: dict[tuple[str, str, str], str] = {}
    for account_id, owner_id, sku, name in found:
        seen.setdefault((account_id, owner_id, sku), name)
    if seen:
        connection.execute(
            insert,
            [
                {
                    "account_id": account_id,
                    "owner_id": owner_id,
                    "sku": sku,
                    "name": name,
                    "search_text": f"{sku} {name}".casefold(),
                }
                for (account_id, owner_id, sku), name in seen.items()
            ],
        )
