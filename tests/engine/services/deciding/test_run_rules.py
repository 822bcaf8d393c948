"""What becomes of an order that rules touch: layers, effects, holds, releases, and what is kept of each run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, alerts_of, decisions, edit, jobs_of, order_of, publish, release, reprocess, requests_of
from support.shop import Shop, open_shop, overseas, ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.account import AccountKind
from engine.model.job import NO_CHANNEL, JobKind, JobState
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.reprocess_orders import release_order, reprocess_orders
from engine.services.refusals import Refused
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


# Layers


def test_a_person_stands_before_rules_and_rules_before_the_source(shop: Shop) -> None:
    publish(shop, "{id: s, when: always, then: [{do: set_service, carrier: correos, service: paq-premium}]}")
    shop.import_all(ready("1", service="from-the-store"))
    assert order_of(shop).document()["service"] == "paq-premium"
    edit(shop, "1", service="paq-estandar")
    assert order_of(shop).document()["service"] == "paq-estandar"

    again = reprocess(shop)
    assert again.document()["service"] == "paq-estandar"
    assert reprocess(shop, drop_edits_of=["service"]).document()["service"] == "paq-premium"


def test_an_update_replaces_the_source_and_keeps_what_rules_wrote(shop: Shop) -> None:
    publish(shop, "{id: t, when: {field: ship_to.city, is: equals, value: Madrid}, then: [{do: add_tag, tag: m}]}")
    shop.import_all(ready("1"))
    edit(shop, "1", gift=True)

    shop.import_all(ready("1", ship_to={"city": "Vigo", "country": "ES"}))

    document = order_of(shop).document()
    assert (document["ship_to"]["city"], document["tags"], document["gift"]) == ("Vigo", ["m"], True)
    assert len(decisions(shop)) == 1  # no rule has the trigger


def test_rules_with_the_trigger_updated_run_then(shop: Shop) -> None:
    publish(
        shop,
        "{id: first, when: always, then: [{do: add_tag, tag: a}]}",
        "{id: moved, 'on': [updated], when: always, then: [{do: add_tag, tag: b}]}",
    )
    shop.import_all(ready("1"))
    assert order_of(shop).document()["tags"] == ["a"]

    shop.import_all(ready("1", order_total=7))

    order = order_of(shop)
    assert (order.document()["tags"], order.matched) == (["a", "b"], ("first", "moved"))
    assert [decision.trigger for decision in decisions(shop)] == ["imported", "updated"]


def test_reprocess_builds_anew_and_doubles_nothing(shop: Shop) -> None:
    publish(shop, "{id: t, when: always, then: [{do: add_tag, tag: a}, {do: add_tag, tag: b}]}")
    shop.import_all(ready("1", tags=["own"]))
    first = order_of(shop).document()

    assert reprocess(shop).document() == first
    publish(shop, "{id: t, when: always, then: [{do: add_tag, tag: c}]}")
    assert reprocess(shop).document()["tags"] == ["own", "c"]


def test_a_hold_is_set_once_and_comes_back_only_with_a_reprocess(shop: Shop) -> None:
    publish(shop, "{id: h, 'on': [imported, updated, released, reprocess], when: always, then: [{do: hold, days: 3}]}")
    shop.import_all(ready("1"))
    assert order_of(shop).status() == "on_hold"

    assert release(shop).status() == "awaiting_shipment"
    assert "hold_until" not in order_of(shop).document()
    shop.import_all(ready("1", order_total=1))
    assert order_of(shop).status() == "awaiting_shipment"
    assert reprocess(shop).status() == "on_hold"


def test_only_what_is_held_or_flagged_can_be_released(shop: Shop) -> None:
    publish(shop, "{id: t, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("1"))

    with pytest.raises(Refused, match="neither on hold nor flagged"):
        release(shop)
    with pytest.raises(Refused, match="no order"):
        release_order(shop.app, shop.merchant.id, "ord_x", "usr_1")
    with pytest.raises(Refused, match="no order"):
        release_order(shop.app, shop.provider.id, shop.order_id("1"), "usr_1")


def test_a_held_orders_request_waits_and_leaves_with_the_release(database: Database, clock: FixedClock) -> None:
    shop = open_shop(database, clock, rules=None)
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}", "{id: h, when: always, then: [{do: hold}]}")
    shop.import_all(ready("1"))
    [job] = jobs_of(shop)
    assert (job.state, job.reason) == (JobState.WAITING, "on_hold")
    shop.work_off()
    assert not requests_of(shop)

    release(shop)
    shop.work_off()

    assert [request.state for request in requests_of(shop)] == [RequestState.ACCEPTED]
    assert order_of(shop).status() == "pending_fulfillment"


def test_a_hold_between_decision_and_delegation_loses_no_request(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    edit(shop, "1", status="on_hold")
    shop.work_off()
    assert not requests_of(shop)

    release(shop)
    shop.work_off()

    assert len(requests_of(shop)) == 1


def test_an_order_flagged_by_an_earlier_run_sends_nothing_until_somebody_looked(shop: Shop) -> None:
    publish(
        shop,
        "{id: bad, when: {field: weight_g, is: greater_than, value: 1}, then: [{do: add_tag, tag: heavy}]}",
        f"{{id: s, 'on': [updated], when: always, then: [{SEND}]}}",
    )
    shop.import_all(ready("1", weight_g="heavy"))
    assert NEEDS_ATTENTION in order_of(shop).flags

    shop.import_all(ready("1", weight_g=2))
    shop.work_off()
    assert not requests_of(shop)
    assert [job.reason for job in jobs_of(shop)] == [NEEDS_ATTENTION]

    release(shop)
    shop.work_off()
    assert len(requests_of(shop)) == 1


# Effects


def test_a_request_leaves_once_in_the_life_of_an_order(database: Database, clock: FixedClock) -> None:
    shop = open_shop(database, clock, rules=None)
    publish(shop, f"{{id: s, 'on': [imported, updated, reprocess], when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    shop.work_off()
    shop.import_all(ready("1", order_total=5))
    reprocess(shop)
    shop.work_off()

    assert len(requests_of(shop)) == len(jobs_of(shop)) == 1


MESSAGES = "{do: call_webhook, endpoint: erp}, {do: send_to_queue, queue: picking}"


def test_what_nothing_delivers_yet_waits_with_its_reason_and_no_worker_takes_it(database: Database, clock: FixedClock) -> None:
    shop = open_shop(database, clock, rules=None)
    publish(shop, f"{{id: m, when: always, then: [{MESSAGES}, {{do: alert, message: look}}]}}")
    shop.import_all(ready("1"))
    shop.work_off()

    waiting = (JobState.WAITING, NO_CHANNEL)
    states = {JobKind.WEBHOOK: waiting, JobKind.QUEUE: waiting, JobKind.ALERT: (JobState.DONE, None)}
    assert {job.kind: (job.state, job.reason) for job in jobs_of(shop)} == states
    assert alerts_of(shop) == ["look"]

    reprocess(shop)
    shop.work_off()
    assert {job.kind: (job.state, job.reason) for job in jobs_of(shop)} == states
    assert len(jobs_of(shop)) == 3


def test_a_release_lets_the_request_go_and_leaves_what_nothing_delivers_waiting(shop: Shop) -> None:
    publish(shop, f"{{id: m, when: always, then: [{MESSAGES}, {SEND}, {{do: hold}}]}}")
    shop.import_all(ready("1"))
    release(shop)
    shop.work_off()

    assert len(requests_of(shop)) == 1
    assert [job.reason for job in jobs_of(shop) if job.state is JobState.WAITING] == [NO_CHANNEL] * 2


def test_of_two_providers_only_the_last_chosen_is_asked(shop: Shop) -> None:
    other = create_account(
        shop.app, name="Beta", kind=AccountKind.PROVIDER, email="b@b.example", password="long enough 1", country="ES"
    )
    connect_accounts(shop.app, provider_slug=other.slug, client_slug=shop.merchant.slug)
    publish(
        shop,
        f"{{id: a, when: always, then: [{SEND}]}}",
        f"{{id: b, when: always, then: [{SEND.replace('acme-3pl', 'beta')}]}}",
    )
    shop.import_all(ready("1"))
    shop.work_off()

    assert [request.provider_id for request in requests_of(shop)] == [other.id]
    assert [effect.get("waiting") for effect in decisions(shop)[0].effects] == ["superseded", None]


def test_a_request_that_waits_follows_the_rules_when_they_change(shop: Shop) -> None:
    """The merchant corrects the provider of a held order's rule and runs the rules again."""
    other = create_account(
        shop.app, name="Beta", kind=AccountKind.PROVIDER, email="b@b.example", password="long enough 1", country="ES"
    )
    connect_accounts(shop.app, provider_slug=other.slug, client_slug=shop.merchant.slug)
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}", "{id: h, when: always, then: [{do: hold}]}")
    shop.import_all(ready("1"))
    publish(shop, f"{{id: s, when: always, then: [{SEND.replace('acme-3pl', 'beta')}]}}")

    reprocess(shop)
    shop.work_off()

    assert [request.provider_id for request in requests_of(shop)] == [other.id]


def test_a_reprocess_that_no_longer_holds_lets_the_request_go(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}", "{id: h, when: always, then: [{do: hold}]}")
    shop.import_all(ready("1"))
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")

    reprocess(shop)
    shop.work_off()

    assert len(requests_of(shop)) == 1


def test_a_request_survives_a_reprocess_and_a_disagreement_is_reported(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    shop.work_off()
    publish(shop, "{id: t, when: always, then: [{do: add_tag, tag: x}]}")

    order = reprocess(shop)

    assert [request.state for request in requests_of(shop)] == [RequestState.ACCEPTED]
    assert order.status() == "pending_fulfillment"
    assert NEEDS_ATTENTION in order.flags


def test_orders_that_shipped_are_not_reprocessed(shop: Shop) -> None:
    publish(shop, "{id: t, when: always, then: [{do: add_tag, tag: x}]}")
    shop.import_all(ready("1"), ready("2"))
    with shop.database.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.order_id("1"))
        order.state = OrderState.SHIPPED
        unit.orders.update_many([order])
        unit.commit()

    ids = [shop.order_id("1"), shop.order_id("2")]
    assert reprocess_orders(shop.app, shop.merchant.id, ids, "usr_1") == 1
    with pytest.raises(Refused):
        reprocess_orders(shop.app, shop.provider.id, ids, "usr_1")


# Decisions


def test_a_decision_can_be_explained_again_to_the_same_result(database: Database, clock: FixedClock) -> None:
    shop = open_shop(database, clock)
    shop.import_all(ready("1"), overseas("2"))
    publish(shop, "{id: other, when: always, then: [{do: add_tag, tag: z}]}")  # explained by the version of that time
    clock.sleep(timedelta(days=3).total_seconds())

    for number in ("1", "2"):
        [stored] = decisions(shop, number)
        explanation = explain_order(shop.app, shop.merchant.id, shop.order_id(number))
        assert explanation is not None
        assert [(version.set_slug, version.number) for version in explanation.versions] == [("casa-verde", 1)]
        matched = [rule.entry["rule"] for rule in explanation.rules if rule.entry["status"] == "matched"]
        assert tuple(matched) == tuple(stored.matched)
        assert [error["message"] for error in explanation.errors] == [error["message"]["en"] for error in stored.errors]
        assert stored.facts["order"]["order_number"] == number
        assert "tags" not in stored.facts["order"]


def test_without_rules_an_order_is_unhandled(shop: Shop) -> None:
    shop.import_all(ready("1"))

    assert order_of(shop).flags == ("unhandled",)
    [stored] = decisions(shop)
    assert list(stored.rule_set_version_ids) == []
