"""When rules run by themselves: at their times, caught up once, some orders at a time, and as they are published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import publish, rule_set
from support.scheduled_rules import DAY, HOUR, HOURLY, MINUTE, START, at, schedule_of, tags, triggers, wait
from support.shop import Shop, open_shop, ready

from engine.application import CompiledRuleSets
from engine.jobs.schedule import Schedule
from engine.model.job import JobKind, JobState, schedules_key
from engine.model.schedule import SecondLook
from engine.services.accounts.accounts import change_time_zone
from engine.services.deciding import scheduled_runs
from engine.services.deciding.arrange_rules import withdraw_rule_set
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.scheduled_runs import run_schedules
from engine.services.deciding.schedules import arm_schedules, list_schedules, pull_schedules
from storage.database import Database


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


@pytest.fixture
def sqlite_shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


# When.


def test_what_was_missed_is_caught_up_once(shop: Shop, clock: FixedClock) -> None:
    publish(shop, HOURLY)
    shop.import_all(ready("1"))
    shop.work_off()
    clock.sleep((3 * DAY).total_seconds())  # nobody was at work
    first = schedule_of(shop, "hourly").due_at
    shop.work_off()

    kept = schedule_of(shop, "hourly")
    assert (first, kept.last_due_at) == (START + HOUR, START + HOUR)
    assert (kept.last_orders, kept.due_at) == (1, START + 3 * DAY + HOUR)


def test_a_time_that_a_wrong_clock_has_set_is_brought_back(shop: Shop, clock: FixedClock) -> None:
    publish(shop, HOURLY, at("10:30"))
    shop.work_off()
    before = schedule_of(shop, "daily").due_at
    assert pull_schedules(shop.app) == 0
    shop.import_all(*map(ready, "1234"))
    ids = [shop.order_id(number) for number in "1234"]
    with shop.app.unit_of_work() as uow:
        kept = schedule_of(shop, "hourly")
        uow.schedules.put([replace(kept, due_at=START + 365 * DAY)])
        times = (
            (START - DAY, START + 365 * DAY, START + 365 * DAY + HOUR),
            (START + 364 * DAY, START + 365 * DAY, START + 366 * DAY),
            (START, START, START + 2 * DAY),
            (START, START + 365 * DAY, None),
        )
        uow.schedules.put_looks(
            [SecondLook(shop.merchant.id, "looks", order_id, *each) for order_id, each in zip(ids, times, strict=True)]
        )
        uow.commit()

    assert pull_schedules(shop.app) == 3
    assert pull_schedules(shop.app) == 0
    with shop.app.reading() as uow:
        looks = {look.order_id: (look.started_at, look.due_at) for look in uow.schedules.looks_at(shop.merchant.id, ids)}
    assert [looks[order_id] for order_id in ids] == [
        (START - DAY, START + HOUR),
        (START, START + DAY),
        (START, START + 2 * DAY),
        (START, None),
    ]
    assert (schedule_of(shop, "hourly").due_at, schedule_of(shop, "daily").due_at) == (START + HOUR, before)


def test_what_is_published_just_before_its_time_runs_although_nobody_looked_in_between(
    sqlite_shop: Shop, clock: FixedClock
) -> None:
    shop = sqlite_shop
    shop.import_all(ready("1"))
    clock.sleep(29 * 60 + 58)
    publish(shop, at("10:30"))
    clock.sleep(10)
    shop.work_off()

    assert tags(shop) == ["daily"]


def test_a_newer_version_takes_over_and_one_that_says_the_same_keeps_its_time(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish_rules(shop.app, shop.merchant.slug, rule_set(HOURLY, at("12:00")))
    shop.import_all(ready("1"))
    shop.work_off()
    clock.sleep(70 * 60)
    renamed = HOURLY.replace("tag: hourly", "tag: other")
    publish_rules(shop.app, shop.merchant.slug, rule_set(renamed, at("10:30")))
    shop.work_off()

    assert tags(shop) == ["other"], "it was due before, and runs as it is written now"
    assert schedule_of(shop, "daily").due_at == START + DAY + 30 * MINUTE, "10:30 had passed when it was published"


@pytest.mark.parametrize("gone", ["withdrawn", "off", "without times"])
def test_a_rule_that_is_gone_or_off_no_longer_runs(sqlite_shop: Shop, clock: FixedClock, gone: str) -> None:
    shop = sqlite_shop
    publish(shop, at("10:30"))
    shop.import_all(ready("1"))
    shop.work_off()
    if gone == "withdrawn":
        withdraw_rule_set(shop.app, shop.merchant.slug, "r")
    elif gone == "off":
        publish(shop, at("10:30", more=", enabled: false"))
    else:
        publish(shop, "{id: daily, when: always, then: []}")
    wait(shop, clock, DAY)

    assert tags(shop) == []
    with shop.database.reading_unit_of_work() as unit:
        assert unit.schedules.list_for(shop.merchant.id) == []


def test_a_set_that_runs_again_waits_for_its_next_time(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, at("10:30"))
    shop.import_all(ready("1"))
    shop.work_off()
    withdraw_rule_set(shop.app, shop.merchant.slug, "r")
    wait(shop, clock, DAY + HOUR)
    publish_rules(shop.app, shop.merchant.slug, rule_set(at("10:30")))
    with shop.database.unit_of_work() as unit:  # the version that ran before, as a restored one would be
        unit.rule_sets.arrange(shop.merchant.id, [unit.rule_sets.get_versions(shop.merchant.id, _versions(shop))[0].id])
        unit.commit()
    shop.work_off()

    assert tags(shop) == []
    assert schedule_of(shop, "daily").due_at == START + 2 * DAY + 30 * MINUTE


def _versions(shop: Shop) -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        found = unit.rule_sets.find_version(shop.merchant.id, "r", 1)
    assert found is not None
    return [found.id]


def test_with_another_time_zone_the_times_are_others(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, at("10:30"))
    shop.import_all(ready("1"))
    shop.work_off()
    change_time_zone(shop.app, shop.merchant.slug, "Asia/Tokyo")
    shop.work_off()

    assert schedule_of(shop, "daily").due_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "start", "time", "expected"),
    [
        ("Europe/Madrid", "2026-03-28T12:00+00:00", "02:30", ["2026-03-29T01:30+00:00", "2026-03-30T00:30+00:00"]),
        ("Europe/Madrid", "2026-10-24T12:00+00:00", "02:30", ["2026-10-25T00:30+00:00", "2026-10-26T01:30+00:00"]),
        ("America/New_York", "2026-03-07T12:00+00:00", "02:30", ["2026-03-08T07:30+00:00", "2026-03-09T06:30+00:00"]),
        ("America/New_York", "2026-10-31T12:00+00:00", "01:30", ["2026-11-01T05:30+00:00", "2026-11-02T06:30+00:00"]),
        ("Australia/Lord_Howe", "2026-10-03T00:00+00:00", "02:15", ["2026-10-03T15:45+00:00", "2026-10-04T15:15+00:00"]),
        ("Australia/Lord_Howe", "2026-04-04T00:00+00:00", "01:45", ["2026-04-04T14:45+00:00", "2026-04-05T15:15+00:00"]),
    ],
)
def test_a_time_that_the_clock_skips_or_repeats_runs_once(
    sqlite_database: Database, zone: str, start: str, time: str, expected: list[str]
) -> None:
    """Looked at every quarter of an hour for two nights, the run of each night begins at these times and no others."""
    clock = FixedClock(datetime.fromisoformat(start))
    shop = open_shop(sqlite_database, clock, rules=None, time_zone=zone)
    publish(shop, at(time))
    arm_schedules(shop.app)
    began = []
    for _ in range(2 * 24 * 4 - 1):
        clock.sleep(900)
        ran_before = schedule_of(shop, "daily").last_due_at
        run_schedules(shop.app, shop.merchant.id)
        kept = schedule_of(shop, "daily")
        if kept.last_due_at != ran_before:
            assert kept.last_due_at == kept.last_ended_at == clock.now()
            began.append(clock.now().isoformat(timespec="minutes"))

    assert began == expected


# How.


def test_the_tick_makes_one_job_of_an_account_due(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, HOURLY)
    assert arm_schedules(shop.app) == 0
    clock.sleep(3600)

    assert [arm_schedules(shop.app), arm_schedules(shop.app)] == [1, 0]
    with shop.database.reading_unit_of_work() as unit:
        job = unit.jobs.find(shop.merchant.id, schedules_key(shop.merchant.id))
        assert unit.jobs.find(shop.provider.id, schedules_key(shop.provider.id)) is None
    assert job is not None
    assert (job.kind, job.state, job.order_id) == (JobKind.RUN_SCHEDULES, JobState.DUE, None)


def test_the_service_ticks_for_it(sqlite_shop: Shop) -> None:
    schedule = Schedule(sqlite_shop.app)
    assert "arm_schedules" in {job.id for job in schedule._scheduler.get_jobs()}


def test_many_orders_are_run_some_at_a_time_and_other_accounts_have_their_turn(
    sqlite_shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sqlite_shop
    monkeypatch.setattr(scheduled_runs, "AT_ONCE", 2)
    publish(shop, HOURLY)
    shop.import_all(*(ready(f"{number}") for number in range(12)))
    arm_schedules(shop.app)
    clock.sleep(3600)

    turns = [run_schedules(shop.app, shop.merchant.id) for _ in range(3)]

    assert [(turn.orders, turn.is_more) for turn in turns] == [(8, True), (4, False), (0, False)]
    assert all(triggers(shop, f"{number}") == ["imported", "schedule"] for number in range(12))
    assert schedule_of(shop, "hourly").last_orders == 12


def test_a_rule_that_is_due_again_waits_until_its_run_has_ended(
    sqlite_shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sqlite_shop
    monkeypatch.setattr(scheduled_runs, "AT_ONCE", 1)
    monkeypatch.setattr(scheduled_runs, "STEPS_A_TURN", 2)
    publish(shop, HOURLY)
    shop.import_all(*(ready(f"{number}") for number in range(3)))
    arm_schedules(shop.app)
    began = []
    for _ in range(6):
        clock.sleep(3600)
        run_schedules(shop.app, shop.merchant.id)
        began.append(schedule_of(shop, "hourly").last_due_at)

    assert began == [None, None, *[START + HOUR] * 2, *[START + 2 * HOUR] * 2]
    assert all(triggers(shop, f"{number}") == ["imported", "schedule"] for number in range(3))


def test_rules_that_can_no_longer_be_read_are_told_and_keep_their_times(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, HOURLY)
    shop.import_all(ready("1"))
    shop.work_off()
    (version,) = _versions(shop)
    with shop.database._writing.begin() as connection:
        connection.exec_driver_sql(f"UPDATE rule_set_versions SET document = 'rules: 1' WHERE id = '{version}'")
    shop = replace(shop, app=replace(shop.app, compiled=CompiledRuleSets()))  # as after a start
    wait(shop, clock, 2 * HOUR)

    with shop.database.reading_unit_of_work() as unit:
        job = unit.jobs.find(shop.merchant.id, schedules_key(shop.merchant.id))
    assert job is not None
    assert job.last_error is not None
    assert "can no longer be read" in job.last_error.format("en")
    assert schedule_of(shop, "hourly").due_at == START + HOUR


# Shown.


def shown(shop: Shop) -> Iterable[tuple[Any, ...]]:
    return [
        (one.rule.id, one.times.format("en").split(",")[0], one.next_due, one.last_due, one.orders, one.matched, one.looks)
        for one in list_schedules(shop.app, shop.merchant.slug)[1]
    ]


def test_schedules_are_shown_as_soon_as_they_are_published(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    look = "{id: look, 'on': [schedule], look_again: {after: 24h, until: 7d}, when: {field: gift, is: is_true}, then: []}"
    publish(shop, HOURLY, "{id: usual, when: always, then: []}", at("11:15"), look)
    shop.import_all(ready("1"))
    again = "Again 24 hours after the last decision"

    assert shown(shop) == [
        ("hourly", "Every hour", START + HOUR, None, 0, 0, 0),
        ("daily", "Every day at 11:15", START + 75 * MINUTE, None, 0, 0, 0),
        ("look", again, None, None, 0, 0, 1),
    ]
    wait(shop, clock, HOUR)

    assert shown(shop) == [
        ("hourly", "Every hour", START + 2 * HOUR, START + HOUR, 1, 1, 0),
        ("daily", "Every day at 11:15", START + 75 * MINUTE, None, 0, 0, 0),
        ("look", again, None, None, 0, 0, 1),
    ]
