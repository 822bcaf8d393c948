"""Holds that end by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, alerts_of, decisions, edit, jobs_of, order_of, publish, release, reprocess, requests_of
from support.shop import Shop, open_shop, ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.kinds import JOB_TYPES
from engine.jobs.registry import MAX_ATTEMPTS
from engine.model.job import JobKind, JobState
from engine.model.order import ON_HOLD, OrderState
from engine.services.deciding.end_holds import release_ended_holds
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")

TAGGED = "{id: after, 'on': [released], when: always, then: [{do: add_tag, tag: released}]}"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


def held(shop: Shop, hold: str, *rules: str, **changes: object) -> None:
    publish(shop, f"{{id: h, when: always, then: [{{do: hold{hold}}}]}}", *rules)
    shop.import_all(ready("1", **changes))
    assert order_of(shop).status() == ON_HOLD


def soon(clock: FixedClock, seconds: int = 40) -> str:
    return f", until: '{(clock.now() + timedelta(seconds=seconds)).isoformat()}'"


def releases(shop: Shop) -> int:
    with shop.database.reading_unit_of_work() as unit:
        trail = unit.audit.list_for(shop.merchant.id, shop.order_id("1"))
    return [(entry.action, entry.actor) for entry in trail].count(("order.released", "worker"))


def test_a_hold_ends_at_its_time_and_the_rules_of_released_run(shop: Shop, clock: FixedClock) -> None:
    held(shop, soon(clock), TAGGED)
    clock.sleep(39)
    shop.work_off()
    assert order_of(shop).status() == ON_HOLD

    clock.sleep(1)
    shop.work_off()

    order = order_of(shop)
    assert order.status() == "awaiting_shipment"
    assert (order.document().get("hold_until"), order.document()["tags"]) == (None, ["released"])
    assert [decision.trigger for decision in decisions(shop)] == ["imported", "released"]
    assert releases(shop) == 1
    shop.work_off()
    assert releases(shop) == 1


@pytest.mark.parametrize("hold", [", until: 2026-01-01", ", days: 0"])
def test_a_hold_whose_end_has_passed_ends_at_once(shop: Shop, hold: str) -> None:
    held(shop, hold, TAGGED)

    shop.work_off()

    assert order_of(shop).status() == "awaiting_shipment"
    assert order_of(shop).document()["tags"] == ["released"]


def test_a_hold_without_an_end_stays(shop: Shop, clock: FixedClock) -> None:
    held(shop, "")
    clock.sleep(400 * 86_400)
    shop.work_off()
    assert order_of(shop).status() == ON_HOLD
    assert release_ended_holds(shop.app) == 0


def test_days_end_when_the_day_begins_where_the_account_is(shop: Shop, clock: FixedClock) -> None:
    held(shop, ", days: 1")
    midnight = clock.now().replace(hour=23, minute=0, second=0, microsecond=0)  # in Madrid, in winter
    assert order_of(shop).hold_end() == midnight
    clock.sleep((midnight - clock.now()).total_seconds() - 1)
    shop.work_off()
    assert order_of(shop).status() == ON_HOLD
    clock.sleep(1)
    shop.work_off()
    assert order_of(shop).status() == "awaiting_shipment"


def test_what_waited_for_the_end_leaves_with_it(shop: Shop, clock: FixedClock) -> None:
    held(shop, soon(clock), f"{{id: s, when: always, then: [{SEND}]}}")
    shop.work_off()
    assert not requests_of(shop)

    clock.sleep(40)
    shop.work_off()

    assert len(requests_of(shop)) == 1
    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT


def test_a_rule_does_not_hold_again_what_it_held(shop: Shop, clock: FixedClock) -> None:
    publish(shop, f"{{id: h, 'on': [imported, released], when: always, then: [{{do: hold{soon(clock)}}}]}}")
    shop.import_all(ready("1"))
    clock.sleep(40)
    shop.work_off()
    assert order_of(shop).status() == "awaiting_shipment"


def test_a_rule_of_released_may_hold_until_later(shop: Shop, clock: FixedClock) -> None:
    held(shop, soon(clock, 40), f"{{id: again, 'on': [released], when: always, then: [{{do: hold{soon(clock, 90)}}}]}}")
    clock.sleep(40)
    shop.work_off()
    assert order_of(shop).status() == ON_HOLD
    clock.sleep(50)
    shop.work_off()
    assert order_of(shop).status() == "awaiting_shipment"
    assert releases(shop) == 2


def test_an_order_that_needs_attention_is_released_and_goes_on_waiting_for_a_person(shop: Shop, clock: FixedClock) -> None:
    held(shop, soon(clock), f"{{id: s, when: always, then: [{SEND}]}}")
    order = order_of(shop)
    order.flags = (NEEDS_ATTENTION,)
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()
    clock.sleep(40)
    shop.work_off()

    assert (order_of(shop).status(), order_of(shop).flags) == ("awaiting_shipment", (NEEDS_ATTENTION,))
    assert not requests_of(shop)
    release(shop)
    shop.work_off()
    assert len(requests_of(shop)) == 1


def test_a_hold_that_a_person_lifted_or_moved_is_left_alone(shop: Shop, clock: FixedClock) -> None:
    held(shop, soon(clock), TAGGED)
    later = (clock.now() + timedelta(seconds=100)).isoformat()
    clock.sleep(40)
    assert release_ended_holds(shop.app) == 1
    edit(shop, "1", status="on_hold", hold_until=later)  # between the two

    shop.work_off()

    assert order_of(shop).status() == ON_HOLD
    assert releases(shop) == 0
    clock.sleep(60)
    shop.work_off()
    assert order_of(shop).status() == "awaiting_shipment"


def test_a_hold_that_a_person_lifted_meanwhile_ends_nothing_more(shop: Shop, clock: FixedClock) -> None:
    held(shop, soon(clock), TAGGED)
    clock.sleep(40)
    assert release_ended_holds(shop.app) == 1
    release(shop)

    shop.work_off()

    assert releases(shop) == 0
    assert [decision.trigger for decision in decisions(shop)] == ["imported", "released"]


def test_an_order_that_is_held_anew_by_a_reprocess_is_released_anew(shop: Shop, clock: FixedClock) -> None:
    held(shop, ", until: 2026-01-01")
    shop.work_off()
    reprocess(shop)
    shop.work_off()
    assert order_of(shop).status() == "awaiting_shipment"


def test_a_hold_that_the_store_set_ends_too(shop: Shop, clock: FixedClock) -> None:
    publish(shop, TAGGED)
    shop.import_all(ready("1", status="on_hold", hold_until=(clock.now() + timedelta(seconds=5)).isoformat()))
    assert order_of(shop).status() == ON_HOLD
    clock.sleep(5)
    shop.work_off()
    assert (order_of(shop).status(), releases(shop)) == ("awaiting_shipment", 1)


def test_a_release_that_fails_is_tried_again_given_up_and_holds_up_no_other(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shop, "{id: h, when: always, then: [{do: hold, days: 0}]}")
    shop.import_all(ready("1"), ready("2"))
    broken, handler = shop.order_id("1"), JOB_TYPES[JobKind.RELEASE_HOLD].handle

    def fail(app, job, sessions):
        if job.order_id == broken:
            raise KeyError("x")
        return handler(app, job, sessions)

    monkeypatch.setitem(JOB_TYPES, JobKind.RELEASE_HOLD, replace(JOB_TYPES[JobKind.RELEASE_HOLD], handle=fail))
    for _ in range(MAX_ATTEMPTS):
        shop.work_off()
        clock.sleep(4600)
    assert order_of(shop, "2").status() == "awaiting_shipment"
    assert [job.state for job in jobs_of(shop)] == [JobState.DEAD]
    assert ["Ending the hold of order 1 was given up" in alert for alert in alerts_of(shop)] == [True]
    assert NEEDS_ATTENTION in order_of(shop).flags

    assert release_ended_holds(shop.app) == 0, "it is a person's turn"
    assert release(shop).status() == "awaiting_shipment"


@pytest.mark.parametrize("end", ["never", "2026-13-01", 5, ["x"], "9999-12-31T23:59:59-12:00"])
def test_an_end_that_is_no_time_is_none(shop: Shop, end: object) -> None:
    publish(shop, TAGGED)
    shop.import_all(ready("1", status="on_hold", hold_until=end))
    assert order_of(shop).hold_end() is None
    shop.work_off()
    assert order_of(shop).status() == ON_HOLD
