"""Rules that the clock starts: over which orders they run, once, and what they leave behind."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, alerts_of, decisions, edit, jobs_of, order_of, publish, reprocess
from support.scheduled_rules import DAY, HOUR, HOURLY, MINUTE, START, at, schedule_of, tags, trail, triggers, wait
from support.shop import Shop, open_shop, ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import JobKind, JobState
from engine.model.order import OrderState
from engine.services.deciding.explain_order import explain_order
from engine.services.fulfillment.hold_order import hold_order
from storage.database import Database


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


@pytest.fixture
def sqlite_shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


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
    """A person's hold is not a part of the order's layers, and a shipped order is not what its store once said."""
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
