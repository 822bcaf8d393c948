"""What orders are found and sorted by, the views of the grid that people save, and how each of them wants to see it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ORDERS_AT_ONCE = 500
_SEPARATE, _DIGITS = re.compile(r"[\W_]+"), re.compile("[0-9]+")
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_NO_TOTAL = -1e308


def upgrade() -> None:
    op.create_table(
        "order_terms",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("term", _BYTEWISE, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "term", "order_id", name="pk_order_terms"),
        sqlite_with_rowid=False,
    )
    op.execute(sa.text("ALTER TABLE orders RENAME COLUMN search_text TO terms"))
    far = sa.text(f"'{_NEVER.isoformat(timespec='microseconds')}'")
    op.add_column("orders", sa.Column("number_key", _BYTEWISE, nullable=False, server_default=""))
    op.add_column("orders", sa.Column("date_key", _INSTANT, nullable=False, server_default=far))
    op.add_column("orders", sa.Column("total_key", sa.Float(53), nullable=False, server_default=sa.text("-1e308")))
    op.add_column("orders", sa.Column("due_key", _INSTANT, nullable=False, server_default=far))
    op.add_column("orders", sa.Column("ship_by", _INSTANT, nullable=True))
    op.add_column("orders", sa.Column("promised_by", _INSTANT, nullable=True))
    _fill_promises()
    _fill_orders()
    for key in ("imported_at", "number_key", "date_key", "total_key", "due_key"):
        op.create_index(f"ix_orders_account_id_{key}_id", "orders", ["account_id", key, "id"])
    _make_views()


def _make_views() -> None:
    op.create_table(
        "order_views",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "account_id", "owner_id", "name", "name_key")),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_views"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_order_views_account_id"),
    )
    op.create_index("ix_order_views_account_id", "order_views", ["account_id"])
    op.create_table(
        "grid_settings",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("account_id", "user_id", "columns", "density")),
        sa.Column("page_size", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_grid_settings"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_grid_settings_account_id"),
    )


def _fill_promises() -> None:
    """What providers of requests that are under way have promised, in the orders of both sides."""
    requests = sa.table("fulfillment_requests", *(sa.column(name) for name in ("order_id", "copy_id", "fulfil_by", "state")))
    orders = sa.table("orders", sa.column("id"), sa.column("promised_by"))
    live = sa.and_(requests.c.fulfil_by.is_not(None), requests.c.state.in_(("requested", "accepted", "cancel_requested")))
    for order in (requests.c.order_id, requests.c.copy_id):
        latest = sa.select(sa.func.max(requests.c.fulfil_by)).where(order == orders.c.id, live).scalar_subquery()
        some = sa.select(order).where(live, order.is_not(None))
        op.execute(sa.update(orders).where(orders.c.id.in_(some)).values(promised_by=latest))


def _fill_orders() -> None:
    connection = op.get_bind()
    page = sa.text(
        """SELECT id, account_id, external_id, external_order_id, order_number, channel, reference, logistics_provider, carrier,
        service, ship_to_name, ship_to_country, order_total, order_date, imported_at, promised_by, tags, matched, source, rules,
        person FROM orders WHERE id > :after ORDER BY id LIMIT :page"""
    ).columns(order_date=_INSTANT, imported_at=_INSTANT, promised_by=_INSTANT)
    keep = sa.text(
        """UPDATE orders SET number_key = :number_key, date_key = :date_key, total_key = :total_key, due_key = :due_key,
        ship_by = :ship_by, terms = :terms WHERE id = :id"""
    )
    add = sa.text(
        "INSERT INTO order_terms (account_id, term, order_id) VALUES (:account_id, :term, :order_id) ON CONFLICT DO NOTHING"
    )
    is_text, after = connection.dialect.name == "sqlite", ""
    while rows := connection.execute(page, {"after": after, "page": _ORDERS_AT_ONCE}).all():
        after = rows[-1].id
        parcels = _parcels(connection, [row.id for row in rows])
        values: list[dict[str, Any]] = []
        terms: list[dict[str, str]] = []
        for row in rows:
            document = _merged(row)
            found = list(dict.fromkeys([*_terms(row, document), *parcels.get(row.id, [])]))
            ship_by = _time(document.get("ship_by"))
            promised = _instant(row.promised_by)
            total = _NO_TOTAL if row.order_total is None else float(row.order_total)
            dates = {
                "date_key": _instant(row.order_date) or _instant(row.imported_at),
                "due_key": min(time for time in (ship_by, promised, _NEVER) if time is not None),
                "ship_by": ship_by,
            }
            written: dict[str, Any] = {name: _written(time) if is_text else time for name, time in dates.items()}
            lines = "".join(f"\n{term}" for term in found) + "\n"
            values.append(
                {"id": row.id, "number_key": _number_key(row.order_number), "total_key": total, "terms": lines, **written}
            )
            terms += [{"account_id": row.account_id, "term": term, "order_id": row.id} for term in found]
        connection.execute(keep, values)
        if terms:
            connection.execute(add, terms)


def _parcels(connection: sa.Connection, order_ids: list[str]) -> dict[str, list[str]]:
    query = sa.text(
        """SELECT s.order_id, p.tracking_number FROM shipments s JOIN parcels p ON p.shipment_id = s.id
        WHERE s.order_id IN :ids AND p.tracking_number IS NOT NULL"""
    ).bindparams(sa.bindparam("ids", expanding=True))
    found: dict[str, list[str]] = {}
    for order_id, number in connection.execute(query, {"ids": order_ids}):
        found.setdefault(order_id, []).extend(_number_terms([number], "p", "q"))
    return found


def _merged(row: Any) -> dict[str, Any]:
    """The document with what rules and people wrote into the fields that are looked at here."""
    document: dict[str, Any] = json.loads(row.source)
    for layer in (json.loads(row.rules), json.loads(row.person)):
        for name, value in layer.items():
            whole, _, part = name.partition(".")
            if not part:
                document[whole] = value
            elif part:
                known = document.get(whole)
                document[whole] = {**(known if isinstance(known, dict) else {}), part: value}
    return document


def _terms(row: Any, document: dict[str, Any]) -> Iterator[str]:
    tags = json.loads(row.tags)
    named = [("provider", row.logistics_provider), ("channel", row.channel), ("country", row.ship_to_country)]
    named += [("carrier", row.carrier), ("service", row.service)]
    named += (*(("tag", tag) for tag in tags), *(("rule", rule) for rule in json.loads(row.matched)))
    yield from (
        f"{kind}:{_fold(value).strip()[:60]}".replace("\n", " ").replace("\0", "")
        for kind, value in named
        if value and value.strip()
    )
    yield from _number_terms((row.order_number, row.external_id, row.external_order_id, row.reference), "w", "e")
    ship_to, customer = document.get("ship_to"), document.get("customer")
    texts = [row.ship_to_name, *tags]
    texts += [ship_to.get(part) for part in ("company", "city", "postal_code", "email")] if isinstance(ship_to, dict) else []
    texts += [customer.get(part) for part in ("name", "email")] if isinstance(customer, dict) else []
    items = document.get("items")
    texts += [line.get("sku") for line in (items if isinstance(items, list) else [])[:50] if isinstance(line, dict)]
    yield from [f"w:{word}" for text in texts if isinstance(text, str) for word in _words(text)][:200]


def _number_terms(numbers: Any, whole: str, ending: str) -> Iterator[str]:
    for number in numbers:
        words = _words(number) if isinstance(number, str) else []
        joined = "".join(words)[:60]
        yield from (f"{whole}:{word}" for word in [*words, joined] if word)
        if joined:
            yield f"{ending}:{joined[::-1]}"


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def _words(text: str) -> list[str]:
    return [word[:60] for word in _SEPARATE.split(_fold(text)) if word]


def _number_key(number: str) -> str:
    return _DIGITS.sub(lambda run: run[0].lstrip("0").rjust(18, "0"), _fold(number))[:200].replace("\0", "")


def _time(value: Any) -> datetime | None:
    try:
        return _instant(datetime.fromisoformat(value))
    except (TypeError, ValueError, OverflowError):
        return None


def _instant(value: datetime | str | None) -> datetime | None:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds")
