"""What stores do at a time of day follows the time zone of their account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.clock import FixedClock
from support.partners import user_of
from support.shop import OWNER, Shop, open_shop

from engine.jobs.plan_reconciliations import planned_for
from engine.jobs.schedule import enqueue_due, is_overtaken, newest_planned, next_daily
from engine.model.account import DecideAnew
from engine.model.job import Job, JobKind
from engine.model.lease import LEASE
from engine.model.store import Store
from engine.services.accounts.accounts import change_time_zone
from engine.services.accounts.change_account import AccountFacts, change_account
from engine.services.stores.connect_store import keep_store
from storage.database import Database

NEW_YORK = "America/New_York"
Move = Callable[[Shop, str], object]


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    """At 10:00 in Madrid, its account's zone, in November."""
    return open_shop(database, clock, rules=None)


def by_command(shop: Shop, zone: str) -> None:
    change_time_zone(shop.app, shop.merchant.slug, zone)


def by_page(shop: Shop, zone: str) -> None:
    facts = AccountFacts("Casa Verde", "ES", zone, DecideAnew.FLAG, ships_for_others=False)
    change_account(shop.app, user_of(shop, OWNER), facts)


def store_of(shop: Shop) -> Store:
    with shop.app.reading() as unit:
        return unit.stores.get(shop.merchant.id, shop.store.id)


def daily_of(shop: Shop, now: datetime) -> datetime:
    return next(one.at for one in newest_planned(store_of(shop), now) if one.name == "daily")


@pytest.mark.parametrize("move", [by_command, by_page])
def test_the_daily_refresh_and_the_comparison_move_with_the_account(shop: Shop, clock: FixedClock, move: Move) -> None:
    later = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert daily_of(shop, later) == datetime(2026, 11, 23, 2, tzinfo=UTC)
    move(shop, NEW_YORK)
    assert daily_of(shop, later) == datetime(2026, 11, 23, 8, tzinfo=UTC), "three in the morning of New York"
    assert planned_for(store_of(shop), later) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    coming = next_daily(store_of(shop), later) - datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert timedelta(0) <= coming < timedelta(minutes=15)


def test_other_accounts_stay_where_they_are(shop: Shop) -> None:
    change_time_zone(shop.app, shop.provider.slug, NEW_YORK)
    assert store_of(shop).time_zone == "Europe/Madrid"
    with shop.app.reading() as unit:
        assert {one.time_zone for one in unit.stores.list_for(shop.provider.id)} == {NEW_YORK}


def test_a_store_that_was_read_before_the_move_stays_moved(shop: Shop) -> None:
    by_command(shop, NEW_YORK)
    with shop.app.unit_of_work() as unit:
        unit.stores.update(replace(shop.store, name="Renamed"))
        unit.commit()
    assert (store_of(shop).name, store_of(shop).time_zone) == ("Renamed", NEW_YORK)


def test_a_store_whose_form_was_read_before_the_move_is_connected_in_the_new_zone(shop: Shop) -> None:
    by_command(shop, NEW_YORK)
    keep_store(shop.app, replace(shop.store, id="sto_new", settings={"channels": ["3"]}), "operator")
    with shop.app.reading() as unit:
        assert unit.stores.get(shop.merchant.id, "sto_new").time_zone == NEW_YORK


def test_a_run_that_was_planned_in_the_old_zone_gives_way_to_the_one_of_the_new(shop: Shop, clock: FixedClock) -> None:
    clock.sleep((datetime(2026, 11, 23, 2, 15, tzinfo=UTC) - clock.now()).total_seconds())
    enqueue_due(shop.app)
    old = waiting(shop, clock)
    assert not is_overtaken(shop.app, old)
    by_command(shop, NEW_YORK)
    assert not is_overtaken(shop.app, old), "it is the newest until three in the morning of New York"
    clock.sleep(6 * 3600)
    assert is_overtaken(shop.app, old)
    enqueue_due(shop.app)
    assert waiting(shop, clock, past=old).payload["planned"] == "2026-11-23T08:00:00+00:00"


def waiting(shop: Shop, clock: FixedClock, past: Job | None = None) -> Job:
    """The daily run of the merchant's store that is taken next, but for one."""
    now = clock.now()
    with shop.database.unit_of_work() as unit:
        while job := unit.jobs.claim("w", now, now + LEASE, [JobKind.IMPORT_STORE]):
            is_past = past is not None and job.id == past.id
            if job.payload["name"] == "daily" and job.payload["store_id"] == shop.store.id and not is_past:
                unit.commit()
                return job
    raise AssertionError("no daily run waits")
