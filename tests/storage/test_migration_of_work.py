"""What an earlier version had stored goes on: work that is due, requests, and holds, which now have an end of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from support.migrations import AT, add, upgrade

from engine.model.job import ORDINARY
from engine.model.lease import LEASE
from storage.database import Database, open_database

HELD = {
    "by a rule": ({}, {"status": "on_hold", "hold_until": "2026-12-01T00:00:00+01:00"}, {}, "2026-11-30T23:00:00+00:00"),
    "by a person": ({}, {"hold_until": "2026-12-01"}, {"hold_until": "2026-12-02"}, "2026-12-02T00:00:00+00:00"),
    "without an end": ({}, {"status": "on_hold", "hold_until": None}, {}, None),
    "until never": ({}, {"status": "on_hold", "hold_until": "never"}, {}, None),
}


def add_order(database: Database, order_id: str, status: str, source: Any, rules: Any, person: Any) -> None:
    texts = dict.fromkeys(("external_id", "external_order_id", "order_number", "revision", "search_text"), order_id)
    lists = dict.fromkeys(("tags", "flags", "matched", "applied_once", "held_by", "once_writes"), "[]")
    layers = {"source": json.dumps(source), "rules": json.dumps(rules), "person": json.dumps(person)}
    times = {"imported_at": AT, "updated_at": AT}
    add(database, "orders", id=order_id, account_id="acc", state="open", status=status, **texts, **lists, **layers, **times)


@pytest.fixture
def old(empty_database_url: str, tmp_path: Any) -> Any:
    if empty_database_url.startswith("sqlite"):
        (tmp_path / "new").mkdir()
    database = open_database(empty_database_url)
    upgrade(database, "0003")
    yield database
    database.close()


def test_holds_get_their_ends_and_due_work_stays_due(old: Database) -> None:
    account = {"id": "acc", "kind": "merchant", "name": "A", "slug": "a", "country": "ES", "time_zone": "UTC"}
    add(old, "accounts", **account, created_at=AT)
    for name, (source, rules, person, _end) in HELD.items():
        add_order(old, f"ord {name}", "on_hold", source, rules, person)
    add_order(old, "ord released", "awaiting_shipment", {}, {"hold_until": "2026-12-01"}, {})
    job = {"account_id": "acc", "kind": "delegate", "payload": "{}", "created_at": AT, "not_before": AT, "attempts": 0}
    add(old, "jobs", id="job_1", key="k1", state="due", **job)

    upgrade(old, "head")

    with old.begin_reading() as connection:
        found = dict(connection.execute(text("SELECT id, held_until FROM orders")).all())
    expected = {f"ord {name}": end for name, (*_layers, end) in HELD.items()} | {"ord released": None}
    assert {name: instant(end) for name, end in found.items()} == {name: instant(end) for name, end in expected.items()}
    now = datetime.fromisoformat(AT)
    with old.unit_of_work() as unit:
        ended = unit.orders.list_ended_holds(datetime(2026, 12, 1, tzinfo=UTC), 10)
        assert [hold.order_id for hold in ended] == ["ord by a rule"]
        claimed = unit.jobs.claim("me", now, now + LEASE)
        assert (claimed.id, claimed.priority) == ("job_1", ORDINARY)


def instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
