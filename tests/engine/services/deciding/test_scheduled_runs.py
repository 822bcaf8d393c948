"""Rules that the clock starts: when, over which orders, once, and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, alerts_of, decisions, edit, jobs_of, order_of, publish, reprocess, rule_set
from support.shop import Shop, open_shop, ready

from engine.application import CompiledRuleSets
from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.schedule import Schedule
from engine.model.job import JobKind, JobState, schedules_key
from engine.model.order import OrderState
from engine.model.schedule import RuleSchedule
from engine.services.accounts.accounts import change_time_zone
from engine.services.deciding import scheduled_runs
from engine.services.deciding.arrange_rules import withdraw_rule_set
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.scheduled_runs import run_schedules
from engine.services.deciding.schedules import arm_schedules, list_schedules
from engine.services.fulfillment.hold_order import hold_order
from storage.database import Database

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 10:00 in Madrid, where the shop is
HOURLY = "{id: hourly, 'on': [schedule], schedule: {every: 1h}, when: always, then: [{do: add_tag, tag: hourly}]}"


def at(time: str, *, id: str = "daily", when: str = "always", then: str = "", times: str = "", more: str = "") -> str:
    then = then or f"{{do: add_tag, tag: {id}}}"
    return f"{{id: {id}, 'on': [schedule], schedule: {{at: '{time}'{times}}}, when: {when}, then: [{then}]{more}}}"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


@pytest.fixture
def sqlite_shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def wait(shop: Shop, clock: FixedClock, time: timedelta) -> None:
    """So much later, what is due has been done."""
    shop.work_off()
    clock.sleep(time.total_seconds())
    shop.work_off()


def tags(shop: Shop, number: str = "1") -> list[str]:
    return list(order_of(shop, number).document().get("tags") or [])


def triggers(shop: Shop, number: str = "1") -> list[str]:
    return [decision.trigger for decision in decisions(shop, number)]


def schedule_of(shop: Shop, rule_id: str) -> RuleSchedule:
    with shop.database.reading_unit_of_work() as unit:
        (found,) = [one for one in unit.schedules.list_for(shop.merchant.id) if one.rule_id == rule_id]
    return found


def trail(shop: Shop, number: str = "1") -> list[tuple[str, Any, Any]]:
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(shop.merchant.id, shop.order_id(number))
    return [(entry.action, entry.before, entry.after) for entry in entries]


def test_a_rule_runs_at_its_time_over_the_orders_that_wait(shop: Shop, clock: FixedClock) -> None:
    hold = "{id: hold, when: {field: gift, is: is_true}, then: [{do: hold}]}"
    publish(shop, hold, at("10:30"))
    shop.import_all(ready("1"), ready("2", gift=True))

    wait(shop, clock, 29 * MINUTE)
    assert (tags(shop), tags(shop, "2")) == ([], [])
    wait(shop, clock, 1 * MINUTE)

    assert (tags(shop), tags(shop, "2")) == (["daily"], ["daily"])
    assert order_of(shop).matched == ("daily",)
    assert order_of(shop, "2").status() == "on_hold"
    assert [(one.trigger, one.decided_at, one.matched) for one in decisions(shop)[1:]] == [
        ("schedule", START + 30 * MINUTE, ["daily"])
    ]
    assert trail(shop)[-1] == ("order.schedule_run", "awaiting_shipment", "awaiting_shipment")
    kept = schedule_of(shop, "daily")
    assert (kept.due_at, kept.last_due_at) == (START + DAY + 30 * MINUTE, START + 30 * MINUTE)
    assert (kept.last_ended_at, kept.last_orders, kept.last_matched) == (START + 30 * MINUTE, 2, 2)


def test_the_explanation_says_which_rules_were_due(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, at("10:30"), at("12:00", id="noon"), "{id: usual, when: always, then: []}")
    shop.import_all(ready("1"))
    wait(shop, clock, HOUR)

    explanation = explain_order(shop.app, shop.merchant.id, shop.order_id("1"))

    assert explanation is not None
    assert explanation.decision.trigger == "schedule"
    assert {rule.entry["rule"]: rule.entry["status"] for rule in explanation.rules} == {
        "daily": "matched",
        "noon": "not_due",
        "usual": "other_trigger",
    }


def test_rules_that_are_due_together_run_as_one_in_their_order(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    later = at("10:30", id="later", when="{field: tags, is: includes, value: first}")
    publish(shop, at("10:30", id="first"), later, at("10:30", id="last", more=", stop: true"), at("10:30", id="never"))
    shop.import_all(ready("1"))
    wait(shop, clock, HOUR)

    assert tags(shop) == ["first", "later", "last"]
    assert [one.matched for one in decisions(shop)[1:]] == [["first", "later", "last"]]


@pytest.mark.parametrize(
    ("over", "seen"),
    [("", ["held", "open"]), (", over: [on_hold]", ["held"]), (", over: [shipped, cancelled]", ["shipped"])],
)
def test_only_orders_with_the_statuses_named_are_looked_at(
    sqlite_shop: Shop, clock: FixedClock, over: str, seen: list[str]
) -> None:
    shop = sqlite_shop
    publish(shop, at("10:30", times=over))
    shop.import_all(*(ready(number) for number in ("open", "held", "shipped", "left-out")))
    for number, state in (("shipped", OrderState.SHIPPED), ("left-out", OrderState.SKIPPED)):
        order = order_of(shop, number)
        order.state = state
        with shop.database.unit_of_work() as unit:
            unit.orders.update_many([order])
            unit.commit()
    hold_order(shop.app, shop.merchant.id, shop.order_id("held"), "wait", "usr_1")
    wait(shop, clock, HOUR)

    assert [number for number in ("held", "left-out", "open", "shipped") if tags(shop, number)] == seen
    assert schedule_of(shop, "daily").last_orders == len(seen)


def test_what_comes_again_and_again_leaves_a_decision_only_where_it_is_new(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, HOURLY, at("10:45", id="gift", when="{field: gift, is: is_true}"))
    shop.import_all(ready("1"))
    before = order_of(shop)
    wait(shop, clock, 75 * MINUTE)
    assert triggers(shop) == ["imported", "schedule"]

    tagged = order_of(shop)
    for _ in range(3):
        wait(shop, clock, HOUR)

    assert order_of(shop) == tagged != before
    assert triggers(shop) == ["imported", "schedule"]
    assert schedule_of(shop, "hourly").last_matched == 1
    assert (schedule_of(shop, "gift").last_orders, schedule_of(shop, "gift").last_matched) == (1, 0)
    edit(shop, "1", gift=True)
    wait(shop, clock, DAY)
    assert triggers(shop) == ["imported", "schedule", "schedule"]
    assert tags(shop) == ["hourly", "gift"]


def test_rules_that_write_one_field_in_turn_change_nothing_the_second_time(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    note = "{do: set_internal_note, text: "
    publish(
        shop, HOURLY.replace("{do: add_tag, tag: ", note), HOURLY.replace("hourly", "last").replace("{do: add_tag, tag: ", note)
    )
    shop.import_all(ready("1"))
    for _ in range(3):
        wait(shop, clock, HOUR)

    assert order_of(shop).document()["notes"]["internal"] == "last"
    assert triggers(shop) == ["imported", "schedule"]


def test_rules_see_the_status_that_people_see(sqlite_shop: Shop, clock: FixedClock) -> None:
    """A person's hold is no part of the order's layers, and a shipped order is not what its store once said."""
    shop = sqlite_shop
    held = at("10:30", id="held", when="{field: status, is: equals, value: on_hold}", then="{do: alert, message: held}")
    publish(shop, held)
    shop.import_all(ready("1"), ready("2"))
    hold_order(shop.app, shop.merchant.id, shop.order_id("1"), "wait", "usr_1")
    wait(shop, clock, HOUR)

    assert alerts_of(shop) == ["held"]
    assert decisions(shop)[-1].facts["order"]["status"] == "on_hold"
    assert triggers(shop, "2") == ["imported"]


def test_a_rule_in_error_flags_the_order_and_again_only_once_that_was_seen_to(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, HOURLY.replace("when: always", "when: {field: weight_g, is: at_least, value: 5}"))
    shop.import_all(ready("1", weight_g="heavy"))
    for _ in range(3):
        wait(shop, clock, HOUR)
    assert order_of(shop).flags == ("unhandled", NEEDS_ATTENTION)
    assert triggers(shop) == ["imported", "schedule"]

    order = order_of(shop)
    order.unflag(NEEDS_ATTENTION)
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()
    wait(shop, clock, HOUR)

    assert NEEDS_ATTENTION in order_of(shop).flags
    assert triggers(shop) == ["imported", "schedule", "schedule"]


def test_a_persons_value_stays_once_applies_once_and_an_effect_leaves_once(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    then = "{do: set_service, carrier: correos, service: paq-premium}, {do: alert, message: late}"
    note = "{do: set_internal_note, text: again, append: true}"
    publish(shop, at("10:30", then=then), HOURLY.replace("{do: add_tag, tag: hourly}", note).replace("when", "once: true, when"))
    shop.import_all(ready("1"))
    edit(shop, "1", service="mine")
    for _ in range(3):
        wait(shop, clock, DAY)

    assert order_of(shop).document()["service"] == "mine"
    assert order_of(shop).document()["notes"]["internal"] == "again"
    assert alerts_of(shop) == ["late"]
    assert order_of(shop).applied_once == ("hourly",)


def test_an_effect_that_a_newer_version_adds_leaves_too(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, HOURLY)
    shop.import_all(ready("1"))
    wait(shop, clock, HOUR)
    publish(shop, HOURLY.replace("then: [", "then: [{do: alert, message: new}, "))
    wait(shop, clock, HOUR)

    assert alerts_of(shop) == ["new"]


def test_a_rule_that_ends_a_hold_lets_leave_what_waited_for_that(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    release = at("10:30", when="{field: status, is: equals, value: on_hold}", then="{do: release}")
    publish(shop, f"{{id: send, when: always, then: [{SEND}, {{do: hold}}]}}", release)
    shop.import_all(ready("1"))
    shop.work_off()
    assert [job.state for job in jobs_of(shop) if job.kind is JobKind.DELEGATE] == [JobState.WAITING]
    wait(shop, clock, HOUR)

    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT


def test_a_hold_of_a_rule_applies_once(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, at("10:30", then="{do: hold, days: 1}"))
    shop.import_all(ready("1"))
    wait(shop, clock, HOUR)
    assert order_of(shop).status() == "on_hold"
    wait(shop, clock, 2 * DAY)

    assert order_of(shop).status() == "awaiting_shipment"


def test_a_reprocess_drops_what_the_clock_wrote_and_the_next_run_writes_it_again(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, at("10:30"))
    shop.import_all(ready("1"))
    wait(shop, clock, HOUR)
    reprocess(shop)
    assert tags(shop) == []
    wait(shop, clock, DAY)

    assert tags(shop) == ["daily"]


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
        ("hourly", "Every 1 hour", START + HOUR, None, 0, 0, 0),
        ("daily", "Every day at 11:15", START + 75 * MINUTE, None, 0, 0, 0),
        ("look", again, None, None, 0, 0, 1),
    ]
    wait(shop, clock, HOUR)

    assert shown(shop) == [
        ("hourly", "Every 1 hour", START + 2 * HOUR, START + HOUR, 1, 1, 0),
        ("daily", "Every day at 11:15", START + 75 * MINUTE, None, 0, 0, 0),
        ("look", again, None, None, 0, 0, 1),
    ]
