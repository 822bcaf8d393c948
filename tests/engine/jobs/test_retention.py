"""What is forgotten by itself, whatever becomes of a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import text
from support.mails import SeenMails, post
from support.sandbox_shop import SandboxShop

from engine.jobs.retention import ENDED_LEASES, forget_old
from engine.model.retention import Retention
from engine.model.rule_health import COUNTS_ARE_KEPT
from engine.model.store import StoreState
from engine.services.bulk.start import BulkWish, start_bulk_action
from engine.services.stores.change_store import StoreChanges, disconnect_store, update_store
from engine.services.stores.connect_store import StoreForm
from engine.services.stores.pending_connection import LIFETIME, keep_pending

DAY = timedelta(days=1).total_seconds()


def count(shop: SandboxShop, table: str) -> int:
    with shop.database.reading_unit_of_work() as unit:
        return int(unit.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_what_a_store_answered_is_forgotten_also_when_it_is_no_longer_imported(shop: SandboxShop) -> None:
    shop.run_import()
    update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(keep_raw_days=10), "operator")
    kept, parked = count(shop, "raw_documents"), count(shop, "parked_notes")
    assert min(kept, parked) > 0

    shop.clock.sleep(9 * DAY)
    forget_old(shop.app)
    assert count(shop, "raw_documents") == kept
    shop.clock.sleep(2 * DAY)
    with shop.database.unit_of_work() as unit:
        unit.stores.set_state(shop.store.account_id, shop.store.id, StoreState.REFUSED)
        unit.commit()
    forget_old(shop.app)
    assert (count(shop, "raw_documents"), count(shop, "parked_notes")) == (0, parked), "what is parked may still be mended"

    disconnect_store(shop.app, shop.merchant.id, shop.store.id, "operator")
    forget_old(shop.app)
    assert count(shop, "parked_notes") == 0


def test_bulk_actions_are_forgotten_with_their_orders_after_ninety_days(shop: SandboxShop) -> None:
    shop.run_import()
    with shop.app.reading() as unit:
        ids = [order.id for order in unit.orders.stream(shop.merchant.id)][:3]
    start_bulk_action(shop.app, shop.merchant.id, BulkWish("rules", ids), "operator")
    shop.work_off()
    shop.clock.sleep(90 * DAY)
    forget_old(shop.app)
    assert (count(shop, "bulk_actions"), count(shop, "bulk_action_orders")) == (1, 3)
    shop.clock.sleep(1)
    forget_old(shop.app)
    assert (count(shop, "bulk_actions"), count(shop, "bulk_action_orders")) == (0, 0)


def test_mails_are_forgotten_with_their_files_when_they_are_old(shop: SandboxShop) -> None:
    seen = SeenMails()
    shop.app = replace(shop.app, mail=seen, retention=Retention(mails=10))
    mail = post(shop)
    shop.work_off()
    shop.clock.sleep(10 * DAY)
    forget_old(shop.app)
    assert (count(shop, "mails"), seen.forgotten) == (1, [])

    shop.clock.sleep(1)
    shop.app = replace(shop.app, retention=Retention(mails=0))
    forget_old(shop.app)
    assert count(shop, "mails") == 1, "0 keeps them for ever"
    shop.app = replace(shop.app, retention=Retention(mails=10))
    forget_old(shop.app)
    assert (count(shop, "mails"), seen.forgotten) == (0, [mail.id])


class SeenLabelFiles:
    """Notes before when files of labels had to be written to be forgotten."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []

    def forget_written(self, before: datetime) -> None:
        self.asked.append(before)


def test_files_of_labels_are_forgotten_as_their_documents_are(shop: SandboxShop) -> None:
    seen = SeenLabelFiles()
    for days in (0, 10):  # 0 keeps them for ever
        forget_old(replace(shop.app, label_files=seen, retention=Retention(documents=days)))

    assert seen.asked == [shop.clock.now() - timedelta(days=10)]


def test_what_nobody_came_back_for_is_forgotten(shop: SandboxShop) -> None:
    keep_pending(shop.app, shop.merchant.id, "usr_1", StoreForm("brightpearl", "A", {}, {"password": "x"}))
    now = shop.clock.now()
    with shop.database.unit_of_work() as unit:
        unit.leases.take(shop.merchant.id, "left behind", "gone", now, now)
        unit.commit()

    forget_old(shop.app)
    assert (count(shop, "authorisations"), count(shop, "leases")) == (1, 1)
    shop.clock.sleep(LIFETIME.total_seconds())
    forget_old(shop.app)
    assert (count(shop, "authorisations"), count(shop, "leases")) == (0, 1)
    shop.clock.sleep(ENDED_LEASES.total_seconds())
    forget_old(shop.app)
    assert count(shop, "leases") == 0


def test_what_rules_matched_is_forgotten_after_a_year_and_some_time(shop: SandboxShop) -> None:
    shop.run_import()
    assert count(shop, "rule_days") > 0
    shop.clock.sleep(COUNTS_ARE_KEPT.total_seconds())
    forget_old(shop.app)
    assert count(shop, "rule_days") > 0

    shop.clock.sleep(DAY)
    forget_old(shop.app)
    assert count(shop, "rule_days") == 0
