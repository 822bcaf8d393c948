"""Requests and orders that were there before it was kept which of them are open, and held, are found as such."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from support.migrations import AT, add, upgrade

from storage.database import open_database

REQUESTS = {  # state, and of each line what is asked for and what has shipped
    "waiting": ("accepted", ("2", "0")),
    "in part": ("accepted", ("10", "2"), ("1", "1")),
    "shipped": ("accepted", ("2", "2"), ("10", "10")),
    "asked back": ("cancel_requested", ("2", "0")),
    "rejected": ("rejected", ("2", "0")),
    "closed": ("closed", ("2", "1")),
    "cut": ("cancel_requested", ("0", "0")),
}
ORDERS = {  # state, status, holds of people
    "held": ("open", "on_hold", 0),
    "free": ("open", "awaiting_shipment", 0),
    "held by people": ("pending_fulfillment", "pending_fulfillment", 1),
    "left": ("shipped", "shipped", 1),
}


def test_what_is_open_and_what_is_held_is_known(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir(exist_ok=True)
    database = open_database(empty_database_url)
    upgrade(database, "0024")
    account = {"slug": "acc", "name": "acc", "kind": "3pl", "country": "ES", "time_zone": "UTC", "created_at": AT}
    add(database, "accounts", id="acc", **account)
    texts = dict.fromkeys(("external_id", "external_order_id", "order_number", "revision", "search_text"), "1")
    lists = dict.fromkeys(("tags", "flags", "matched", "applied_once", "held_by", "once_writes"), "[]")
    layers = {"source": "{}", "rules": "{}", "person": "{}", "source_version": "", "imported_at": AT, "updated_at": AT}
    for name, (state, status, holds) in ORDERS.items():
        where = {"id": name, "account_id": "acc", "state": state, "status": status, "holds": holds}
        add(database, "orders", **where, **texts, **lists, **layers)
    whose = {"account_id": "acc", "provider_id": "acc", "order_id": "held", "notes_pending": False}
    for name, (state, *lines) in REQUESTS.items():
        add(database, "fulfillment_requests", id=name, state=state, service_preference="", notes="[]", created_at=AT, **whose)
        for position, (quantity, shipped) in enumerate(lines):
            line = {"account_id": "acc", "line_key": "1", "sku": "MUG", "name": "Mug", "quantity": quantity, "shipped": shipped}
            add(database, "fulfillment_request_lines", request_id=name, position=position, **line)

    upgrade(database, "0027")

    with database.begin_reading() as connection:
        is_open = connection.scalars(text("SELECT id FROM fulfillment_requests WHERE is_open")).all()
        held = connection.scalars(text("SELECT id FROM orders WHERE held")).all()
    database.close()
    assert set(is_open) == {"waiting", "in part", "asked back", "cut"}
    assert set(held) == {"held", "held by people"}
