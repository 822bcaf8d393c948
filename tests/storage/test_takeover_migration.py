"""What was stored before orders knew their vendor's account: named, and where it was on record twice, parted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from storage.database import Database, open_database
from storage.migrate import MIGRATIONS, migrate

AT = "2026-11-20T09:00:00.000000+00:00"
STORES = {"old": ("closed", "acme", ""), "new": ("connected", "ACME", ""), "box": ("connected", "acme", "http://127.0.0.1:5001/")}


@pytest.fixture
def before(empty_database_url: str) -> Iterator[Database]:
    """A database as the version before left it: one merchant, and stores of which two lead to one account."""
    database = open_database(empty_database_url)
    if database.path is not None:
        database.path.parent.mkdir(exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(ScriptDirectory(str(MIGRATIONS)).get_revision("0005").down_revision))
    add(database, "accounts", id="acc", slug="acc", name="A", kind="merchant", country="ES", time_zone="UTC", created_at=AT)
    for name, (state, code, url) in STORES.items():
        settings = {"account_code": code, "integration_url": url, "channel_ids": [2]}
        plan = {"refresh_minutes": 15, "daily_refresh_at": "03:00", "time_zone": "UTC", "window_days": 90}
        kept = {"settings": json.dumps(settings), "sealed_credentials": "", "created_at": AT, "state": state, **plan}
        add(database, "stores", id=name, account_id="acc", kind="brightpearl", name=name, **kept)
    yield database
    database.close()


def add(database: Database, table: str, **values: Any) -> None:
    names = ", ".join(values)
    with database.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values)


def add_order(database: Database, order_id: str, store: str, note: str, state: str = "open") -> None:
    empty = dict.fromkeys(("tags", "flags", "matched", "applied_once", "held_by", "once_writes"), "[]")
    layers = dict.fromkeys(("rules", "person", "source"), "{}")
    texts = {"external_order_id": "7001", "order_number": "7001", "revision": "r", "search_text": "", "status": state}
    times = {"imported_at": AT, "updated_at": AT}
    owner = {"account_id": "acc", "store_id": store, "external_id": note, "state": state}
    add(database, "orders", id=order_id, **owner, **texts, **times, **empty, **layers)
    job = {"account_id": "acc", "order_id": order_id, "kind": "notify_store", "key": order_id, "payload": "{}", "attempts": 0}
    add(database, "jobs", id=order_id, **job, created_at=AT, not_before=AT, state="due")


def orders(database: Database) -> dict[str, tuple[str | None, str, str, str | None]]:
    with database.begin_reading() as connection:
        rows = connection.execute(text("SELECT id, store_id, origin, state, state_reason FROM orders"))
        return {row.id: (row.store_id, row.origin, row.state, row.state_reason) for row in rows}


def jobs(database: Database) -> dict[str, str]:
    with database.begin_reading() as connection:
        return {row.id: row.state for row in connection.execute(text("SELECT id, state FROM jobs"))}


def test_orders_learn_where_they_were_sold(before: Database) -> None:
    for number, store in enumerate(STORES):
        add_order(before, f"o{number}", store, f"n{number}")
    assert migrate(before)
    here, sandbox = "brightpearl:acme", "brightpearl:acme@127.0.0.1:5001"
    assert orders(before) == {
        "o0": ("old", here, "open", None),
        "o1": ("new", here, "open", None),
        "o2": ("box", sandbox, "open", None),
    }
    with before.reading_unit_of_work() as unit:
        assert unit.accounts.get("acc").decide_anew == "flag"
        assert unit.alerts.list_for("acc") == []


@pytest.mark.parametrize(
    ("old", "new", "kept", "end"),
    [
        ("open", "open", "new", "cancelled"),
        ("shipped", "open", "old", "cancelled"),
        ("open", "shipped", "new", "cancelled"),
        ("pending_fulfillment", "open", "old", "cancelled"),
        ("open", "cancelled", "old", "cancelled"),
        ("shipped", "shipped", "new", "shipped"),
    ],
)
def test_of_two_records_the_one_that_came_farthest_stays(before: Database, old: str, new: str, kept: str, end: str) -> None:
    add_order(before, "o_old", "old", "81", old)
    add_order(before, "o_new", "new", "81", new)
    add_order(before, "o_box", "box", "81")
    states = {"old": old, "new": new}
    lost = "new" if kept == "old" else "old"
    request = {"account_id": "acc", "provider_id": "acc", "order_id": f"o_{lost}", "service_preference": "", "notes": "[]"}
    add(before, "fulfillment_requests", id="req", **request, created_at=AT, state="requested")
    assert migrate(before)

    found = orders(before)
    assert found[f"o_{kept}"] == ("new", "brightpearl:acme", states[kept], None)
    reason = None if states[lost] in ("shipped", "cancelled") else "duplicate"
    assert found[f"o_{lost}"] == (None, "", end, reason)
    assert found["o_box"][0] == "box"
    assert jobs(before) == {f"o_{kept}": "due", f"o_{lost}": "done", "o_box": "due"}
    with before.reading_unit_of_work() as unit:
        [alert] = unit.alerts.list_for("acc")
        assert "connected more than once: 1. The second" in alert.message.en
        assert unit.requests.list_for_order("acc", f"o_{lost}")[0].state == "cancelled"
        trail = [(entry.action, entry.after) for entry in unit.audit.list_for("acc", f"o_{lost}")]
    assert trail == ([("order.closed", ["cancelled", "duplicate"])] if reason else [])
