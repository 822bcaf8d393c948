"""Imports that people ask for: one at a time, at once, whatever the store's back-off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.sandbox_shop import NOW, SandboxShop

from engine.jobs.schedule import enqueue_due
from engine.model.job import JobState, import_now_key
from engine.model.store import StoreState
from engine.services.importing.import_now import import_now
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store

ANA = "usr_ana"


def ask(shop: SandboxShop) -> None:
    import_now(shop.app, shop.merchant.id, shop.store.id, ANA)


def test_an_import_can_be_asked_for_again_and_again(shop: SandboxShop) -> None:
    for _ in range(2):
        ask(shop)
        with pytest.raises(Refused, match="about to begin already"):
            ask(shop)
        shop.work_off()
        with shop.app.reading() as uow:
            job = uow.jobs.find(shop.store.account_id, import_now_key(shop.store.id))
        assert job is not None
        assert job.state is JobState.DONE
    with shop.app.reading() as uow:
        entries = uow.audit.list_for(shop.merchant.id, shop.store.id)
    assert [(entry.actor, entry.action) for entry in entries[1:]] == [(ANA, "store.import_asked")] * 2
    assert len(shop.orders()) == len(shop.expected())


def test_it_does_not_begin_while_an_import_runs(shop: SandboxShop) -> None:
    with shop.app.unit_of_work() as uow:
        assert uow.stores.take_import_lease(shop.store.account_id, shop.store.id, "imp_1", NOW, NOW + timedelta(seconds=10))
        uow.commit()
    with pytest.raises(Refused, match="is being imported already"):
        ask(shop)
    shop.clock.sleep(10)
    ask(shop)


def test_a_person_ends_the_back_off(shop: SandboxShop) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.store.account_id, shop.store.id, StoreState.REFUSED)
        uow.stores.keep_progress(
            shop.store.account_id, shop.store.id, scanned_until="then", failures=4, retry_at=NOW + timedelta(hours=6)
        )
        uow.commit()
    ask(shop)
    with shop.app.reading() as uow:
        store = uow.stores.get(shop.store.account_id, shop.store.id)
    assert (store.retry_at, store.failures, store.scanned_until) == (None, 4, "then")

    shop.work_off()
    with shop.app.reading() as uow:
        assert uow.stores.get(shop.store.account_id, shop.store.id).state is StoreState.CONNECTED


def test_one_that_failed_is_tried_at_once_when_asked(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.server.stop()
    ask(sqlite_shop)
    sqlite_shop.work_off()
    with sqlite_shop.app.reading() as uow:
        job = uow.jobs.find(sqlite_shop.store.account_id, import_now_key(sqlite_shop.store.id))
    assert job is not None
    assert (job.state, job.not_before > sqlite_shop.clock.now()) == (JobState.DUE, True)

    ask(sqlite_shop)
    with sqlite_shop.app.reading() as uow:
        job = uow.jobs.find(sqlite_shop.store.account_id, import_now_key(sqlite_shop.store.id))
    assert job is not None
    assert job.not_before <= sqlite_shop.clock.now()


def test_a_store_that_is_closed_or_somebody_elses_is_not_imported(sqlite_shop: SandboxShop) -> None:
    with pytest.raises(Refused, match="There is no store"):
        import_now(sqlite_shop.app, sqlite_shop.provider.id, sqlite_shop.store.id, ANA)
    with sqlite_shop.app.unit_of_work() as uow:
        uow.stores.set_state(sqlite_shop.store.account_id, sqlite_shop.store.id, StoreState.CLOSED)
        uow.commit()
    with pytest.raises(Refused, match="is closed"):
        ask(sqlite_shop)


def test_what_was_planned_or_asked_for_ends_with_the_store(sqlite_shop: SandboxShop) -> None:
    app = sqlite_shop.app
    ask(sqlite_shop)
    sqlite_shop.clock.sleep(3720)
    assert enqueue_due(app) == 2  # the other is the provider's, by which this client's orders come
    disconnect_store(app, sqlite_shop.merchant.id, sqlite_shop.store.id, ANA)
    before = sqlite_shop.requests()

    sqlite_shop.work_off()
    assert sqlite_shop.requests() == before
    assert (sqlite_shop.count(JobState.DUE), sqlite_shop.count(JobState.DONE)) == (0, 3)
