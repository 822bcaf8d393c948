"""What cures a difference, who may not, and the entry of the inbox that ends with it."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.comparing import ComparedShop, open_compared_shop, shipped_there, vase
from support.labels import label_of_own_order
from support.standing_still import listed

from engine.jobs.retention import forget_old
from engine.model.inbox import InboxKind
from engine.model.job import JobKind
from engine.model.order import OrderState
from engine.model.reconciliation import DifferenceKind
from engine.model.sentence import Sentence
from engine.model.store import StoreState
from engine.ports import StoreError
from engine.services.attention.inbox import set_done
from engine.services.attention.inbox_words import entry_words
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.importing.import_store import import_store
from engine.services.reconciliation.ask import is_asked_for, list_differences, reconcile_now, see_reconciliations
from engine.services.reconciliation.cures import DifferenceCure, cure_difference, cures_of
from engine.services.refusals import Refused
from storage.database import Database

HOUR_S, DAY_S = 3600.0, 24 * 3600.0


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> ComparedShop:
    shop = open_compared_shop(sqlite_database, clock)
    shop.import_all(vase("1"), vase("2"))
    return shop


def cure(shop: ComparedShop) -> DifferenceCure:
    [one] = shop.differences()
    return cure_difference(shop.app, shop.merchant.id, shop.store.id, one.kind, one.subject, "usr_1")


def test_what_is_not_here_is_imported(shop: ComparedShop) -> None:
    shop.there.records.append(vase("3"))
    shop.compare()
    assert cure(shop) is DifferenceCure.READ
    shop.work_off()
    assert shop.found() == []
    assert shop.order_id("3")


def test_what_is_no_longer_in_the_store_is_closed_as_the_store_says(shop: ComparedShop) -> None:
    shop.there.records[:] = [vase("1"), shipped_there("2")]
    shop.compare()
    assert cure(shop) is DifferenceCure.READ
    shop.work_off()
    assert shop.found() == []
    with shop.app.reading() as uow:
        assert uow.orders.get(shop.merchant.id, shop.order_id("2")).state is OrderState.SHIPPED


def test_what_has_a_label_is_looked_at(shop: ComparedShop) -> None:
    label_of_own_order(shop, "2")
    with shop.app.unit_of_work() as uow:
        order = uow.orders.get(shop.merchant.id, shop.order_id("2"), for_change=True)
        order.state = OrderState.OPEN
        uow.orders.update_many([order])
        uow.commit()
    shop.there.records[:] = [vase("1"), shipped_there("2")]
    shop.compare()
    assert cures_of(shop.app, shop.merchant.id, shop.differences(DifferenceKind.NOT_THERE)) == [DifferenceCure.LOOK]


def test_telling_that_was_given_up_is_tried_again(shop: ComparedShop) -> None:
    shop.there.refusal = StoreError(Sentence.of("Never."))
    ship_order(shop.app, shop.merchant.id, shop.order_id("1"), Shipping("seur", "24h", ("T1",)), "usr_1")
    for _ in range(12):
        shop.work_off()
        shop.app.clock.sleep(2 * HOUR_S)
    shop.there.records[:] = [vase("2")]
    shop.compare()
    shop.there.refusal = None
    assert cure(shop) is DifferenceCure.TELL_AGAIN
    shop.work_off()
    assert shop.found() == []
    with pytest.raises(Refused, match="no such difference any more"):
        cure_difference(shop.app, shop.merchant.id, shop.store.id, DifferenceKind.NOT_TOLD, "shp_1", "usr_1")


def test_a_store_that_cannot_be_asked_cures_nothing(shop: ComparedShop) -> None:
    shop.there.records.append(vase("3"))
    shop.compare()
    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.merchant.id, shop.store.id, StoreState.REFUSED)
        uow.commit()
    with pytest.raises(Refused, match="cannot be asked now"):
        cure(shop)


def test_the_inbox_has_one_entry_of_a_store_and_kind_that_ends_by_itself(shop: ComparedShop, clock: FixedClock) -> None:
    shop.there.records += [vase("3"), vase("4")]
    shop.compare()
    [entry] = listed(shop)
    assert (entry.kind, entry.store_id, entry.since) == (InboxKind.DIFFERENCE, shop.store.id, clock.now())
    assert str(entry_words(entry)).startswith("Open in the store, not here: 2. ")
    assert entry_words(entry).es.startswith("Abierto en la tienda, aquí no: 2. ")
    set_done(shop.app, shop.merchant.id, entry.id, "usr_1")
    assert listed(shop) == []
    clock.sleep(DAY_S)
    import_store(shop.app, shop.merchant.id, shop.store.id)
    shop.there.records.append(vase("5"))
    shop.compare()
    [again] = listed(shop)
    assert again.since == clock.now(), "it has happened anew"
    import_store(shop.app, shop.merchant.id, shop.store.id)
    assert listed(shop) == []


def test_a_comparison_is_asked_for_once_and_done_by_a_worker(shop: ComparedShop) -> None:
    shop.there.records.append(vase("3"))
    reconcile_now(shop.app, shop.merchant.id, shop.store.id, "usr_1")
    assert is_asked_for(shop.app, shop.merchant.id, shop.store.id)
    with pytest.raises(Refused, match="about to begin"):
        reconcile_now(shop.app, shop.merchant.id, shop.store.id, "usr_1")
    shop.work_off()
    assert not is_asked_for(shop.app, shop.merchant.id, shop.store.id)
    [seen] = see_reconciliations(shop.app, shop.merchant.id)
    assert (seen.total, seen.last is not None and seen.last.is_complete) == (1, True)
    with shop.app.reading() as uow:
        entries = [one.action for one in uow.audit.list_for(shop.merchant.id, shop.store.id)]
    assert "store.reconciliation_asked" in entries


def test_differences_of_another_account_are_not_there(shop: ComparedShop) -> None:
    shop.there.records.append(vase("3"))
    shop.compare()
    [one] = shop.differences()
    assert list_differences(shop.app, shop.provider.id, shop.store.id) == []
    with pytest.raises(Refused, match="no such difference"):
        cure_difference(shop.app, shop.provider.id, shop.store.id, one.kind, one.subject, "usr_1")
    with pytest.raises(Refused, match="There is no store"):
        reconcile_now(shop.app, shop.provider.id, shop.store.id, "usr_1")


def test_what_nobody_has_seen_for_long_is_forgotten(shop: ComparedShop, clock: FixedClock) -> None:
    shop.there.records.append(vase("3"))
    shop.compare()
    clock.sleep(80 * DAY_S)
    forget_old(shop.app)
    assert shop.found() == [("not_here", "3", "")]
    clock.sleep(20 * DAY_S)
    forget_old(shop.app)
    assert shop.found() == []


def test_reading_again_is_the_work_that_webhooks_ask_for(shop: ComparedShop) -> None:
    shop.there.records.append(vase("3"))
    shop.compare()
    cure(shop)
    with shop.app.reading() as uow:
        waiting = uow.jobs.find(shop.merchant.id, f"changes:{shop.store.id}")
    assert waiting is not None
    assert waiting.kind is JobKind.READ_CHANGES
