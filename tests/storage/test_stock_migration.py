"""Products that were in orders and requests before there was a list of them are in it."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import text
from support.migrations import AT, add, upgrade

from storage.database import open_database


def test_what_was_ordered_asked_for_and_counted_is_known(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir(exist_ok=True)
    database = open_database(empty_database_url)
    upgrade(database, "0019")
    for name, kind in (("acc", "merchant"), ("prov", "3pl")):
        about = {"slug": name, "name": name, "kind": kind, "country": "ES", "time_zone": "UTC", "created_at": AT}
        add(database, "accounts", id=name, **about)
    texts = dict.fromkeys(("external_id", "external_order_id", "order_number", "revision", "search_text"), "1")
    lists = dict.fromkeys(("tags", "flags", "matched", "applied_once", "held_by", "once_writes"), "[]")
    items = [{"sku": "MUG", "name": "Mug"}, {"sku": "Ñ", "name": "Ñandú"}, {"name": "without"}, None]
    layers = {"source": json.dumps({"items": items}), "rules": "{}", "person": "{}", "source_version": ""}
    common = {"state": "open", "status": "awaiting_shipment", "imported_at": AT, "updated_at": AT}
    add(database, "orders", id="ord_1", account_id="acc", **common, **texts, **lists, **layers)
    whose = {"account_id": "acc", "provider_id": "prov", "order_id": "ord_1", "state": "accepted", "notes_pending": False}
    add(database, "fulfillment_requests", id="ffr_1", service_preference="", notes="[]", created_at=AT, **whose)
    line = {"request_id": "ffr_1", "account_id": "acc", "quantity": "2", "shipped": "0"}
    add(database, "fulfillment_request_lines", position=0, line_key="1", sku="MUG", provider_sku="P-77", name="Mug", **line)
    add(database, "fulfillment_request_lines", position=1, line_key="2", sku="Ñ", provider_sku="", name="Ñandú", **line)
    add(database, "stock_counts", account_id="prov", client_id="acc", sku="POT", on_hand="4")

    upgrade(database, "0020")

    with database.begin_reading() as connection:
        found = connection.execute(text("SELECT account_id, owner_id, sku, name, search_text FROM products")).all()
    database.close()
    assert sorted(tuple(row) for row in found) == [
        ("acc", "acc", "MUG", "Mug", "mug mug"),
        ("acc", "acc", "Ñ", "Ñandú", "ñ ñandú"),
        ("prov", "acc", "P-77", "Mug", "p-77 mug"),
        ("prov", "acc", "POT", "", "pot "),
        ("prov", "acc", "Ñ", "Ñandú", "ñ ñandú"),
    ]
