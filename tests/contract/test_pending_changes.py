"""Contract of what stores' webhooks leave behind: changes, and the stores that listen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from support.examples import NOON, a_store, an_account_with_store, an_order

from engine.model.store import Store, StoreState
from engine.model.webhook import ListeningStore
from storage.database import Database

SECOND = timedelta(seconds=1)


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        kept = an_account_with_store(unit)
        unit.commit()
    return kept


def add(database: Database, store: Store, *changes: str, at=NOON) -> None:
    with database.unit_of_work() as unit:
        unit.pending_changes.add(store.account_id, store.id, changes, at)
        unit.commit()


def pending(database: Database, store: Store, limit: int = 99) -> list:
    with database.reading_unit_of_work() as unit:
        return unit.pending_changes.list_oldest(store.account_id, store.id, limit)


def test_a_hint_is_kept_once_with_its_last_mention_and_the_longest_waiting_comes_first(database: Database, store: Store) -> None:
    add(database, store, "43", "41", "41", "order:7001")
    add(database, store, "41", at=NOON + SECOND)
    add(database, store)

    assert pending(database, store) == [("43", NOON), ("order:7001", NOON), ("41", NOON + SECOND)]
    assert pending(database, store, 1) == [("43", NOON)]


def test_what_was_mentioned_again_since_it_was_read_stays(database: Database, store: Store) -> None:
    add(database, store, "41", "42")
    read = pending(database, store)
    add(database, store, "42", at=NOON + SECOND)

    with database.unit_of_work() as unit:
        unit.pending_changes.remove(store.account_id, store.id, read)
        unit.pending_changes.remove(store.account_id, store.id, [])
        unit.commit()

    assert pending(database, store) == [("42", NOON + SECOND)]


def test_stores_have_their_own_hints(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        other = a_store(store.account_id)
        unit.stores.add(other)
        unit.commit()
    add(database, store, "41")
    add(database, other, "41")

    with database.unit_of_work() as unit:
        unit.pending_changes.remove(other.account_id, other.id, [("41", NOON)])
        unit.pending_changes.remove_all(store.account_id, "sto_nobody")
        unit.commit()
    assert (pending(database, store), pending(database, other)) == ([("41", NOON)], [])

    with database.unit_of_work() as unit:
        unit.pending_changes.remove_all(store.account_id, store.id)
        unit.commit()
    assert pending(database, store) == []


def test_hints_are_added_and_settled_at_once_without_standing_in_each_others_way(database: Database, store: Store) -> None:
    names = [str(number) for number in range(60)]

    def mention(turn: int) -> None:
        for again in range(5):
            add(database, store, *(names if turn % 2 else names[::-1]), at=NOON + (turn * 5 + again) * SECOND)

    def settle(_turn: int) -> None:
        for _ in range(5):
            read = pending(database, store)
            with database.unit_of_work() as unit:
                unit.pending_changes.remove(store.account_id, store.id, read[::-1])
                unit.commit()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(mention if turn < 2 else settle, turn) for turn in range(4)]:
            done.result(30)
    settle(0)
    assert pending(database, store) == []


def test_a_store_listens_while_it_has_a_digest(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        unit.stores.keep_webhooks(store.account_id, store.id, "d1", ("12", "13"))
        unit.stores.set_state(store.account_id, store.id, StoreState.REFUSED)
        unit.commit()
        listening = unit.stores.find_listening(store.id)
        kept = unit.stores.get(store.account_id, store.id)
        assert unit.stores.find_listening("sto_nobody") is None
    assert listening == ListeningStore(store.id, store.account_id, store.kind, StoreState.REFUSED, store.settings, "d1")
    assert (kept.webhook_digest, kept.webhook_ids) == ("d1", ("12", "13"))

    with database.unit_of_work() as unit:
        unit.stores.update(store)  # what somebody read before and saves now
        unit.commit()
        assert unit.stores.get(store.account_id, store.id).webhook_ids == ("12", "13")
        unit.stores.keep_webhooks(store.account_id, store.id, None, ())
        unit.commit()
        kept = unit.stores.get(store.account_id, store.id)
    assert (kept.webhook_digest, kept.webhook_ids) == (None, ())


def test_all_that_belongs_to_an_order_of_the_store(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        unit.orders.add_many(
            [
                an_order(store.account_id, store.id, "82", external_order_id="7001"),
                an_order(store.account_id, store.id, "81", external_order_id="7001"),
                an_order(store.account_id, store.id, "83", external_order_id="7002"),
            ],
            "run",
        )
        unit.commit()
        assert unit.orders.ids_of_orders(store.account_id, store.id, ["7001", "7003"]) == ["81", "82"]
        assert unit.orders.ids_of_orders(store.account_id, store.id, []) == []
        assert unit.orders.ids_of_orders(store.account_id, "sto_other", ["7001"]) == []


def test_whether_many_wait_is_a_stores_own_matter(database: Database, store: Store) -> None:
    add(database, store, "41", "42")
    with database.reading_unit_of_work() as unit:
        assert [unit.pending_changes.are_more_than(store.account_id, store.id, number) for number in (0, 1, 2)] == [
            True,
            True,
            False,
        ]
        assert not unit.pending_changes.are_more_than(store.account_id, "sto_nobody", 0)
