"""Whoever runs rules that are due is killed around each of its commits, and two of them run at once: nothing is done twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import decisions, order_of, publish
from support.schedule_killer import ScheduleKiller
from support.shop import Shop, open_shop, ready

from engine.model.job import JobKind
from engine.services.deciding import scheduled_runs
from engine.services.deciding.scheduled_runs import run_schedules
from engine.services.deciding.schedules import list_schedules
from storage.database import Database

NUMBERS = [f"{number}" for number in range(5)]
THEN = "{do: set_internal_note, text: x, append: true}, {do: alert, message: late}"
HOURLY = f"{{id: rule, 'on': [schedule], schedule: {{every: 1h}}, when: always, then: [{THEN}]}}"
LATE = f"{{id: rule, 'on': [schedule], look_again: {{after: 1h, until: 2h}}, when: always, then: [{THEN}]}}"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


@pytest.fixture
def killer(shop: Shop, database_url: str) -> Iterator[ScheduleKiller]:
    started = ScheduleKiller(database_url)
    yield started
    started.end()


def alerts(shop: Shop, number: str) -> list[Any]:
    with shop.database.reading_unit_of_work() as unit:
        jobs = unit.jobs.list_for_order(shop.merchant.id, shop.order_id(number))
    return [job for job in jobs if job.kind is JobKind.ALERT]


def assert_each_once(shop: Shop) -> None:
    for number in NUMBERS:
        assert order_of(shop, number).document()["notes"]["internal"] == "x", number
        assert [one.trigger for one in decisions(shop, number)] == ["imported", "schedule"], number
        assert len(alerts(shop, number)) == 1, number


@pytest.mark.parametrize(("rule", "commits", "counted"), [(HOURLY, 4, len(NUMBERS)), (LATE, 3, 1)], ids=["times", "looks"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_each_order_is_run_over_once_wherever_the_runner_dies(
    shop: Shop, killer: ScheduleKiller, rule: str, commits: int, counted: int, moment: str
) -> None:
    publish(shop, rule)
    shop.import_all(*(ready(number) for number in NUMBERS))
    assert killer.run(shop.merchant.id, shop.app.clock.now(), 0, "") == 0
    now = shop.app.clock.now() + timedelta(hours=1)

    deaths = [killer.run(shop.merchant.id, now, 1, moment)]
    while deaths[-1] == -signal.SIGKILL:  # each time one commit further
        deaths.append(killer.run(shop.merchant.id, now, 2 if moment == "before" else 1, moment))

    assert deaths == [*[-signal.SIGKILL] * commits, 0]
    assert_each_once(shop)
    _zone, (shown,) = list_schedules(shop.app, shop.merchant.slug)
    assert (shown.orders, shown.matched, shown.is_running, shown.looks) == (counted, counted, False, 0)


def test_two_who_run_at_once_share_the_orders(shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled_runs, "AT_ONCE", 1)
    publish(shop, HOURLY)
    shop.import_all(*(ready(number) for number in NUMBERS))
    run_schedules(shop.app, shop.merchant.id)
    clock.sleep(3600)
    together = Barrier(2)

    def work() -> int:
        together.wait(60)
        orders, turn = 0, run_schedules(shop.app, shop.merchant.id)
        while turn.is_more:
            orders, turn = orders + turn.orders, run_schedules(shop.app, shop.merchant.id)
        return orders + turn.orders

    with ThreadPoolExecutor(2) as workers:
        done = [worker.result() for worker in [workers.submit(work) for _ in range(2)]]

    assert sum(done) == len(NUMBERS)
    assert_each_once(shop)
    _zone, (shown,) = list_schedules(shop.app, shop.merchant.slug)
    assert (shown.orders, shown.matched) == (len(NUMBERS), len(NUMBERS))
