"""Comparisons as work: planned once a night where the store is, gone on with, and tried again when the store is down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from support.clock import FixedClock
from support.comparing import ComparedShop, open_compared_shop, vase

from engine.jobs.kinds.reconcile import MOST_TRIES
from engine.jobs.plan_reconciliations import plan_reconciliations, planned_for
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence
from engine.ports import StoreUnavailable
from engine.services.reconciliation.turn import Limits
from storage.database import Database
from storage.tables import JobRow

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> ComparedShop:
    shop = open_compared_shop(sqlite_database, clock)
    shop.import_all(vase("1"), vase("2"))
    return shop


def jobs(shop: ComparedShop) -> list[tuple[str, str]]:
    with shop.database.begin_reading() as connection:
        rows = connection.execute(select(JobRow.key, JobRow.state).where(JobRow.kind == JobKind.RECONCILE.value))
        return [(row.key, row.state) for row in rows]


def test_each_open_store_is_compared_once_a_night_after_its_refresh(shop: ComparedShop, clock: FixedClock) -> None:
    assert plan_reconciliations(shop.app) == 0, "the night before it was connected does not count"
    refreshed = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)  # three o'clock in Madrid
    clock.sleep((refreshed - NOON).total_seconds())
    assert plan_reconciliations(shop.app) == 0
    clock.sleep(timedelta(minutes=46).total_seconds())
    assert plan_reconciliations(shop.app) == 2, "this one, and the client's of its provider"
    assert plan_reconciliations(shop.app) == 0
    clock.sleep(timedelta(hours=20).total_seconds())
    assert plan_reconciliations(shop.app) == 0, "what was missed waits for the next night"
    clock.sleep(timedelta(hours=5).total_seconds())
    assert plan_reconciliations(shop.app) == 2
    with shop.app.reading() as uow:
        store = uow.stores.get(shop.merchant.id, shop.store.id)
    planned = planned_for(store, clock.now())
    assert planned == datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def asked(shop: ComparedShop) -> None:
    now = shop.app.clock.now()
    with shop.app.unit_of_work() as uow:
        payload = {"store_id": shop.store.id}
        uow.jobs.upsert_due(Job("job_1", shop.merchant.id, JobKind.RECONCILE, "reconcile:1", payload, now, now))
        uow.commit()


def test_a_planned_comparison_goes_on_until_it_is_complete(
    shop: ComparedShop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.reconciliation.reconcile.reconcile_store.__defaults__", (Limits(looks=2),), raising=True)
    shop.there.records += [vase(str(number)) for number in range(3, 8)]
    asked(shop)
    turns = 0
    while jobs(shop)[0][1] != JobState.DONE.value and turns < 20:
        shop.work_off()
        clock.sleep(61.0)
        turns += 1
    assert 2 < turns < 20
    assert len(shop.differences()) == 5


def test_a_store_that_is_down_is_tried_some_times_and_nobody_is_alarmed(shop: ComparedShop, clock: FixedClock) -> None:
    shop.there.failure = StoreUnavailable(Sentence.of("Down."))
    asked(shop)
    for _ in range(MOST_TRIES + 2):
        shop.work_off()
        clock.sleep(3600.0)
    assert jobs(shop) == [("reconcile:1", JobState.DONE.value)]
    with shop.app.reading() as uow:
        assert uow.alerts.list_for(shop.merchant.id) == []
        last = uow.reconciliations.find(shop.merchant.id, shop.store.id)
    assert last is not None
    assert str(last.problem) == "Down."
