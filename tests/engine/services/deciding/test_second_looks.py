"""Rules that look at an order again so long after its last decision, until they have applied or their time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, alerts_of, decisions, edit, order_of, publish, release, reprocess, rule_set
from support.shop import Shop, open_shop, ready
from support.statements import statements

from engine.model.order import OrderState
from engine.model.schedule import SecondLook
from engine.services.deciding import second_looks
from engine.services.deciding.answer_rules import run_manual_rule
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.scheduled_runs import run_schedules
from engine.services.deciding.schedules import list_schedules
from engine.services.fulfillment.hold_order import hold_order
from storage.database import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACTOR = "usr_1"
GIFT = "{field: gift, is: is_true}"


def late(*, when: str = GIFT, then: str = "{do: add_tag, tag: late}", more: str = "", on: str = "") -> str:
    look = f"look_again: {{after: 24h, until: 3d}}{more}"
    return f"{{id: late, 'on': [schedule{on}], {look}, when: {when}, then: [{then}]}}"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


@pytest.fixture
def sqlite_shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def wait(shop: Shop, clock: FixedClock, time: timedelta) -> None:
    shop.work_off()
    clock.sleep(time.total_seconds())
    shop.work_off()


def tags(shop: Shop, number: str = "1") -> list[str]:
    return list(order_of(shop, number).document().get("tags") or [])


def look(shop: Shop, number: str = "1") -> SecondLook | None:
    with shop.database.reading_unit_of_work() as unit:
        found = unit.schedules.looks_at(shop.merchant.id, [shop.order_id(number)])
    assert len(found) <= 1
    return found[0] if found else None


def due_at(shop: Shop, number: str = "1") -> datetime | None:
    found = look(shop, number)
    return None if found is None else found.due_at


def looked(shop: Shop) -> tuple[Any, ...]:
    """When the rule last looked at any order, at how many, and how many it matched."""
    _zone, (shown,) = list_schedules(shop.app, shop.merchant.slug)
    return shown.last_due, shown.orders, shown.matched


def test_it_looks_again_so_long_after_the_last_decision_until_it_has_applied(shop: Shop, clock: FixedClock) -> None:
    publish(shop, late())
    shop.import_all(ready("1"))
    assert look(shop) == SecondLook(shop.merchant.id, "late", shop.order_id("1"), START, START, START + DAY)
    wait(shop, clock, DAY - timedelta(seconds=1))
    assert looked(shop) == (None, 0, 0)
    wait(shop, clock, timedelta(seconds=1))
    assert looked(shop) == (START + DAY, 1, 0)
    assert (due_at(shop), tags(shop)) == (START + 2 * DAY, [])

    edit(shop, "1", gift=True)
    wait(shop, clock, DAY)

    assert looked(shop) == (START + 2 * DAY, 1, 1)
    assert (look(shop), tags(shop)) == (None, ["late"])
    assert [one.trigger for one in decisions(shop)] == ["imported", "schedule"]
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(shop.merchant.id, shop.order_id("1"))
    assert [(one.action, one.after, one.at) for one in entries][-1] == (
        *("order.looked_at_again", "awaiting_shipment", START + 2 * DAY),
    )
    wait(shop, clock, 2 * DAY)
    assert looked(shop) == (START + 2 * DAY, 1, 1), "it has applied"


def test_once_its_time_is_over_it_looks_no_more(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, late())
    shop.import_all(ready("1"))
    for _ in range(5):
        wait(shop, clock, DAY)

    assert looked(shop) == (START + 3 * DAY, 1, 0)
    assert look(shop) == SecondLook(shop.merchant.id, "late", shop.order_id("1"), START, START + 3 * DAY, None)


def test_a_later_decision_puts_it_off_but_not_its_end(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    other = "{id: other, 'on': [manual], when: always, then: [{do: add_tag, tag: seen}]}"
    publish(shop, late(), other)
    shop.import_all(ready("1"))
    for hours in (20, 20, 20):
        wait(shop, clock, hours * HOUR)
        run_manual_rule(shop.app, shop.merchant.id, "other", [shop.order_id("1")], ACTOR)
    assert looked(shop) == (None, 0, 0)
    assert due_at(shop) is None, "84 hours after the import it would be more than three days"


def test_runs_by_the_clock_put_nothing_off(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    hourly = "{id: hourly, 'on': [schedule], schedule: {every: 1h}, when: always, then: [{do: set_internal_note, text: '{now}'}]}"
    publish(shop, late(), hourly.replace("'{now}'", "x, append: true"))
    shop.import_all(ready("1"))
    for _ in range(3):
        wait(shop, clock, 8 * HOUR)

    assert len(decisions(shop)) == 4
    assert due_at(shop) == START + 2 * DAY


def test_one_that_applies_at_once_does_not_look_again(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, late(on=", imported"))
    shop.import_all(ready("1", gift=True), ready("2"))

    assert look(shop) is None
    assert due_at(shop, "2") == START + DAY


def test_what_a_hand_over_needs_an_alert_where_the_provider_has_not_shipped_a_day_later(shop: Shop, clock: FixedClock) -> None:
    waiting = "{field: status, is: equals, value: pending_fulfillment}"
    publish(shop, f"{{id: send, when: always, then: [{SEND}]}}", late(when=waiting, then="{do: alert, message: still there}"))
    shop.import_all(ready("1"))
    shop.work_off()
    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT
    wait(shop, clock, 23 * HOUR)
    assert alerts_of(shop).count("still there") == 0
    wait(shop, clock, HOUR)

    assert alerts_of(shop).count("still there") == 1
    wait(shop, clock, 2 * DAY)
    assert alerts_of(shop).count("still there") == 1


def test_an_order_out_of_the_statuses_waits_for_the_next_look_and_one_that_is_done_with_for_none(
    sqlite_shop: Shop, clock: FixedClock
) -> None:
    shop = sqlite_shop
    publish(shop, late(when="always", more=", over: [awaiting_shipment]"))
    shop.import_all(ready("1"), ready("2"))
    hold_order(shop.app, shop.merchant.id, shop.order_id("1"), "wait", ACTOR)
    order = order_of(shop, "2")
    order.state = OrderState.SHIPPED
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()
    wait(shop, clock, DAY)
    assert (tags(shop), due_at(shop)) == ([], START + 2 * DAY)
    assert (tags(shop, "2"), look(shop, "2")) == ([], None)
    with shop.database.unit_of_work() as unit:  # the hold ends without another decision
        order = unit.orders.get(shop.merchant.id, shop.order_id("1"), for_change=True)
        order.holds = 0
        unit.orders.update_many([order])
        unit.commit()
    wait(shop, clock, DAY)

    assert tags(shop) == ["late"]


def test_only_a_reprocess_begins_it_anew(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, late())
    shop.import_all(ready("1"))
    for _ in range(4):
        wait(shop, clock, DAY)
    hold_order(shop.app, shop.merchant.id, shop.order_id("1"), "wait", ACTOR)
    release(shop)
    assert due_at(shop) is None

    reprocess(shop)

    assert due_at(shop) == START + 5 * DAY
    found = look(shop)
    assert found is not None
    assert found.started_at == START + 4 * DAY


def test_the_newest_version_says_how_long_also_of_orders_that_wait_already(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish_rules(shop.app, shop.merchant.slug, rule_set(late(when="always")))
    shop.import_all(ready("1"))
    wait(shop, clock, 2 * HOUR)
    publish_rules(shop.app, shop.merchant.slug, rule_set(late(when="always").replace("24h", "4h")))
    wait(shop, clock, HOUR)
    assert due_at(shop) == START + 4 * HOUR
    wait(shop, clock, HOUR)

    assert tags(shop) == ["late"]


@pytest.mark.parametrize("now", ["{id: other, when: always, then: []}", late(more=", enabled: false")])
def test_a_rule_that_is_gone_or_off_looks_at_nothing(sqlite_shop: Shop, clock: FixedClock, now: str) -> None:
    shop = sqlite_shop
    publish_rules(shop.app, shop.merchant.slug, rule_set(late(when="always")))
    shop.import_all(ready("1"))
    wait(shop, clock, HOUR)
    publish_rules(shop.app, shop.merchant.slug, rule_set(now))
    wait(shop, clock, DAY)

    assert (tags(shop), look(shop)) == ([], None)


def test_a_new_rule_looks_at_the_orders_that_were_here_before_it(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_looks, "AT_ONCE", 2)
    publish(shop, "{id: gone, when: always, then: []}")
    shop.import_all(ready("old"))
    wait(shop, clock, 4 * DAY)
    shop.import_all(*(ready(number) for number in ("a", "b", "c")))
    wait(shop, clock, 12 * HOUR)
    publish(shop, late(when="always"))
    shop.work_off()
    assert [due_at(shop, number) for number in ("a", "b", "c")] == [START + 5 * DAY] * 3
    assert look(shop, "old") is None, "its three days are over"
    wait(shop, clock, 12 * HOUR)

    assert [tags(shop, number) for number in ("a", "b", "c", "old")] == [["late"]] * 3 + [[]]


def test_looks_and_runs_of_one_rule_go_side_by_side(sqlite_shop: Shop, clock: FixedClock) -> None:
    """What it applies to at its time it does not look at again."""
    shop = sqlite_shop
    publish(shop, late(when="{field: tags, is: excludes, value: x}", more=", schedule: {every: 1h}"))
    shop.import_all(ready("1"))
    assert due_at(shop) == START + DAY
    wait(shop, clock, HOUR)

    assert (tags(shop), look(shop)) == (["late"], None)


def test_a_once_rule_that_has_applied_is_not_looked_at_again_after_a_reprocess(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, late(when="always").replace("when", "once: true, when"))
    shop.import_all(ready("1"))
    wait(shop, clock, DAY)
    reprocess(shop)

    assert look(shop) is None


def test_without_such_rules_decisions_ask_nothing_more(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    publish(shop, "{id: usual, when: always, then: []}")
    with statements(shop.database) as made:
        shop.import_all(ready("1"))

    assert not [one for one in made if "second_looks" in one]


def test_who_takes_a_look_again_that_another_has_taken_does_nothing(sqlite_shop: Shop, clock: FixedClock) -> None:
    shop = sqlite_shop
    publish(shop, late(when="always", then="{do: set_internal_note, text: x, append: true}"))
    shop.import_all(ready("1"))
    shop.work_off()
    clock.sleep(DAY.total_seconds())

    assert [run_schedules(shop.app, shop.merchant.id).orders for _ in range(2)] == [1, 0]
    assert order_of(shop).document()["notes"]["internal"] == "x"


def test_what_a_rule_leaves_out_is_not_looked_at_again(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    publish(shop, "{id: out, when: always, then: [{do: dont_import}]}", late())
    shop.import_all(ready("1"))

    assert look(shop) is None
