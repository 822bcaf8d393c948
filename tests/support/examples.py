"""Plain examples of the model, complete enough to be stored; every argument can be replaced."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.model.account import Account, AccountKind
from engine.model.ids import new_id
from engine.model.job import Job, JobKind
from engine.model.order import Order, StoredDecision
from engine.model.store import Store
from engine.ports import UnitOfWork

NOON = datetime(2026, 3, 2, 12, 0, 0, 250, tzinfo=UTC)


def an_account(slug: str = "casa-verde", **changes: Any) -> Account:
    values = {"name": slug.title(), "kind": AccountKind.MERCHANT, "country": "ES", "time_zone": "Europe/Madrid"}
    return Account(**{"id": new_id("acc"), "slug": slug, "created_at": NOON, **values, **changes})


def a_store(account_id: str, **changes: Any) -> Store:
    values = {
        "kind": "brightpearl",
        "name": "Casa Verde online",
        "settings": {"channels": ["2"]},
        "credentials": {"username": "u@example.com", "password": "correct horse"},
        "created_at": NOON,
    }
    return Store(**{"id": new_id("sto"), "account_id": account_id, **values, **changes})


def an_order(account_id: str, store_id: str | None, external_id: str = "501", **changes: Any) -> Order:
    source = {
        "order_number": "7001",
        "reference": "SHOP-1",
        "order_date": "2026-03-01T10:00:00+01:00",
        "order_total": Decimal("60.10"),
        "currency": "EUR",
        "ship_to": {"name": "Ana Núñez", "city": "Madrid", "country": "ES"},
        "items": [{"line_key": "1", "sku": "MUG", "quantity": 2}],
    }
    values = {"external_order_id": "7001", "order_number": "7001", "revision": "r1", "source": source}
    identity = {"id": new_id("ord"), "account_id": account_id, "store_id": store_id, "external_id": external_id}
    return Order(**{**identity, **values, "imported_at": NOON, "updated_at": NOON, **changes})


def a_decision(order: Order, **changes: Any) -> StoredDecision:
    values = {
        "rule_set_version_ids": [],
        "trigger": "imported",
        "decided_at": NOON,
        "facts": {"order": order.source, "history": {}},
        "context_id": "ctx-1",
        "matched": ["to-acme"],
        "changes": [{"rule": "to-acme", "field": "tags", "from": None, "to": ["delegated"]}],
        "effects": [],
        "flags": [],
        "errors": [],
    }
    return StoredDecision(**{"id": new_id("dec"), "account_id": order.account_id, "order_id": order.id, **values, **changes})


def a_job(account_id: str, key: str, **changes: Any) -> Job:
    values = {"kind": JobKind.DELEGATE, "payload": {"note": "é", "n": Decimal("1.10")}, "created_at": NOON, "not_before": NOON}
    return Job(**{"id": new_id("job"), "account_id": account_id, "key": key, **values, **changes})


def an_account_with_store(unit: UnitOfWork, slug: str = "casa-verde") -> Store:
    """A store, kept together with its account."""
    account = an_account(slug)
    unit.accounts.add(account)
    store = a_store(account.id)
    unit.stores.add(store)
    return store
