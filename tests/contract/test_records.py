"""Contract of the audit trail and the alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from support.examples import NOON, an_account, an_account_with_store, an_order

from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.sentence import Sentence
from storage.database import Database
from storage.errors import ConflictingWrite


@pytest.fixture
def account_id(database: Database) -> str:
    account = an_account()
    with database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.commit()
    return account.id


def test_the_audit_trail_keeps_what_changed_in_order(database: Database, account_id: str) -> None:
    entries = [
        AuditEntry(account_id, NOON, "import", "order.imported", "ord_1", None, {"total": Decimal("1.10")}),
        AuditEntry(account_id, NOON, "usr_1", "order.updated", "ord_1", ["a"], "b"),
    ]
    with database.unit_of_work() as unit:
        unit.audit.append(entries)
        unit.audit.append([])
        assert unit.audit.list_for(account_id, "ord_1") == entries
        assert unit.audit.list_for(account_id, "ord_2") == []
        assert unit.audit.list_for("acc_stranger", "ord_1") == []


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_audit_trail_refuses_changes(database: Database, account_id: str, change: str) -> None:
    entry = AuditEntry(account_id, NOON, "import", "order.imported", "ord_1")
    with database.unit_of_work() as unit:
        unit.audit.append([entry])
        unit.commit()
    with pytest.raises(ConflictingWrite) as refused, database.begin() as connection:
        connection.execute(text(change))
    assert "append-only" in str(refused.value.__cause__)
    with database.reading_unit_of_work() as unit:
        assert unit.audit.list_for(account_id, "ord_1") == [entry]


def test_an_alert_is_kept_once(database: Database, account_id: str) -> None:
    first = Alert("alr_1", account_id, None, Sentence("The provider said no", "El proveedor dijo no {por ahora}"), NOON)
    second = Alert("alr_0", account_id, None, Sentence("{", "{"), NOON + timedelta(seconds=1))
    with database.unit_of_work() as unit:
        unit.alerts.add(first)
        unit.alerts.add(second)
        unit.alerts.add(replace(first, message=Sentence.of("again")))
        assert unit.alerts.list_for(account_id) == [second, first]
        assert unit.alerts.list_for("acc_stranger") == []


def test_alerts_about_several_orders_are_read_together_the_newest_first(database: Database) -> None:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        orders = [an_order(store.account_id, store.id, number) for number in ("501", "502", "503")]
        unit.orders.add_many(orders, "run_1")
        for number, order in enumerate((*orders[:2], orders[0])):
            at = NOON + timedelta(seconds=number)
            unit.alerts.add(Alert(f"alr_{number}", store.account_id, order.id, Sentence.of("look"), at))
        found = unit.alerts.by_order(store.account_id, [order.id for order in orders])
        assert {order_id: [one.id for one in alerts] for order_id, alerts in found.items()} == {
            orders[0].id: ["alr_2", "alr_0"],
            orders[1].id: ["alr_1"],
        }
        assert unit.alerts.by_order("acc_stranger", [orders[0].id]) == {}
