"""Orders whose rules have chosen by what the store says otherwise by now."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import (
    SEND,
    alerts_of,
    decisions,
    edit,
    jobs_of,
    order_of,
    publish,
    release,
    reprocess,
    requests_of,
)
from support.shop import Shop, open_shop, ready

from adapters.stores.brightpearl.description import reasons
from engine.model.account import DecideAnew
from engine.model.job import JobState
from engine.model.order import Order, OrderState
from engine.model.store import Skipped
from engine.services.accounts.accounts import set_decide_anew
from engine.services.refusals import Refused
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")

FLAGGED = ("needs_attention", "outdated")
BY_COUNTRY = (
    "{id: es, when: {field: ship_to.country, is: equals, value: ES}, then: [{do: set_custom_field, number: 2, value: domestic}]}",
    "{id: pt, when: {field: ship_to.country, is: equals, value: PT}, then: [{do: set_custom_field, number: 2, value: portugal}]}",
)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


def bring(shop: Shop, **changes: Any) -> Order:
    """The order as the store has it now, imported."""
    shop.import_all(ready("1", **changes))
    return order_of(shop)


def to(country: str, **parts: Any) -> dict[str, Any]:
    return {"ship_to": {"name": "Ana", "city": "Madrid", "country": country, **parts}}


def fields(order: Order) -> list[str]:
    return sorted(order.outdated.get("fields", ()))


def decide_by_itself(shop: Shop) -> None:
    set_decide_anew(shop.app, shop.merchant.slug, DecideAnew.AUTO)


def test_a_change_of_what_a_deciding_rule_read_flags_the_order(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY)
    bring(shop, **to("ES"))
    order = bring(shop, **to("PT"))
    assert order.flags == FLAGGED
    assert fields(order) == ["ship_to.country"]
    assert order.document()["custom_field_2"] == "domestic"
    assert "ES" not in str(order.outdated)

    order = reprocess(shop)
    assert (order.flags, order.outdated, order.document()["custom_field_2"]) == ((), {}, "portugal")


def test_an_order_that_comes_back_changed_is_decided_as_a_new_one(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY)
    bring(shop, **to("ES"))
    shop.import_all(Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1")))
    assert order_of(shop).state is OrderState.CANCELLED

    order = bring(shop, **to("PT"))

    assert order.state is OrderState.OPEN
    assert (order.document()["custom_field_2"], fields(order)) == ("portugal", [])
    assert set(order.flags).isdisjoint(FLAGGED)
    assert [decision.trigger for decision in decisions(shop)] == ["imported", "imported"]


def test_the_change_of_what_no_rule_read_does_not(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY)
    bring(shop, **to("ES"))
    assert bring(shop, **to("ES", city="Sevilla", phone="+34 1")).flags == ()


def test_a_rule_that_would_match_now_counts(shop: Shop) -> None:
    publish(shop, BY_COUNTRY[1])
    bring(shop, **to("ES"))
    assert set(bring(shop, **to("PT")).flags) == {*FLAGGED, "unhandled"}


def test_what_a_rule_read_counts_also_where_it_still_says_the_same(shop: Shop) -> None:
    publish(shop, "{id: r, when: {field: order_total, is: greater_than, value: 50}, then: [{do: add_tag, tag: dear}]}")
    bring(shop, order_total=60)
    assert fields(bring(shop, order_total=70)) == ["order_total"]


@pytest.mark.parametrize(
    ("rule", "before", "after", "field"),
    [
        (
            '{id: r, when: always, then: [{do: set_internal_note, text: "to {ship_to.city}"}]}',
            to("ES"),
            to("ES", city="Vigo"),
            "ship_to.city",
        ),
        (
            "{id: r, when: {any_item: {field: sku, is: starts_with, value: ACM}}, then: [{do: add_tag, tag: acme}]}",
            {},
            {"items": [{"line_key": "1", "sku": "ACM-CUP", "quantity": 2}]},
            "items.sku",
        ),
        (
            "{id: r, when: always, then: [{do: insure, value: order_total}]}",
            {"order_total": 60},
            {"order_total": 61},
            "order_total",
        ),
        (
            "{id: r, when: {field: total_quantity, is: greater_than, value: 1}, then: [{do: add_tag, tag: many}]}",
            {},
            {"items": [{"line_key": "1", "sku": "ACM-MUG", "quantity": 3}]},
            "total_quantity",
        ),
    ],
)
def test_all_that_rules_read(shop: Shop, rule: str, before: dict[str, Any], after: dict[str, Any], field: str) -> None:
    publish(shop, rule)
    bring(shop, **before)
    assert fields(bring(shop, **after)) == [field]


def test_a_change_that_is_taken_back_clears_the_flag(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY)
    bring(shop, **to("ES"))
    bring(shop, **to("PT"))
    assert bring(shop, **to("PT", city="Porto")).flags == FLAGGED
    assert bring(shop, **to("FR")).flags == FLAGGED
    order = bring(shop, **to("ES", city="Porto"))
    assert (order.flags, order.outdated) == ((), {})


def test_what_else_needs_attention_goes_on_needing_it(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY, "{id: bad, when: always, then: [{do: adjust_weight, by_g: -9999}]}")
    bring(shop, **to("ES"))
    assert bring(shop, **to("PT")).flags == FLAGGED
    assert bring(shop, **to("ES")).flags == ("needs_attention",)


def test_a_release_accepts_the_choice_as_it_is(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY)
    bring(shop, **to("ES"))
    bring(shop, **to("PT"))
    order = release(shop)
    assert (order.flags, order.outdated) == ((), {})
    assert bring(shop, **to("PT", city="Porto")).flags == ()
    assert bring(shop, **to("FR")).flags == FLAGGED


def test_a_person_whose_value_stands_is_not_overtaken(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY)
    bring(shop, **to("ES"))
    edit(shop, "1", ship_to__country="ES")
    assert bring(shop, **to("PT")).flags == ()


def test_rules_that_run_on_changes_are_up_to_date(shop: Shop) -> None:
    publish(shop, *(rule.replace("when:", "on: [imported, reprocess, updated], when:") for rule in BY_COUNTRY))
    bring(shop, **to("ES"))
    order = bring(shop, **to("PT"))
    assert (order.flags, order.document()["custom_field_2"]) == ((), "portugal")
    order = bring(shop, **to("FR"))  # no rule writes anything for it, and what was chosen for PT is still there
    assert (order.flags, order.document()["custom_field_2"]) == (FLAGGED, "portugal")


def test_a_request_that_has_not_left_waits(shop: Shop) -> None:
    publish(shop, f"{{id: send, when: {{field: ship_to.country, is: in, value: [ES, PT]}}, then: [{SEND}]}}")
    bring(shop, **to("ES"))
    bring(shop, **to("PT"))
    [job] = jobs_of(shop)
    assert (job.state, job.reason) == (JobState.WAITING, "outdated")
    shop.work_off()
    assert requests_of(shop) == []

    bring(shop, **to("ES"))
    shop.work_off()
    assert len(requests_of(shop)) == 1


@pytest.mark.parametrize("how", [reprocess, release])
def test_and_leaves_once_somebody_has_decided(shop: Shop, how: Any) -> None:
    publish(shop, f"{{id: send, when: {{field: ship_to.country, is: in, value: [ES, PT]}}, then: [{SEND}]}}")
    bring(shop, **to("ES"))
    bring(shop, **to("PT"))
    how(shop)
    shop.work_off()
    assert len(requests_of(shop)) == 1
    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT


def test_a_request_that_the_rules_no_longer_want_does_not_leave(shop: Shop) -> None:
    publish(shop, f"{{id: send, when: {{field: ship_to.country, is: equals, value: ES}}, then: [{SEND}]}}")
    bring(shop, **to("ES"))
    bring(shop, **to("PT"))
    reprocess(shop)
    shop.work_off()
    assert requests_of(shop) == []
    assert [job.reason for job in jobs_of(shop)] == [None]


def test_what_a_provider_has_already_is_told(shop: Shop) -> None:
    publish(shop, f"{{id: send, when: {{field: ship_to.country, is: in, value: [ES, PT]}}, then: [{SEND}]}}")
    decide_by_itself(shop)
    bring(shop, **to("ES"))
    shop.work_off()
    order = bring(shop, **to("PT"))
    assert (order.flags, order.state) == (FLAGGED, OrderState.PENDING_FULFILLMENT)
    [alert] = alerts_of(shop)
    assert alert.startswith("The store has changed order 1 since it was handed over (ship to country): the provider gets it")
    assert alerts_of(shop, "es")[0].startswith("La tienda ha cambiado el pedido 1")
    bring(shop, **to("PT", city="Porto"))
    assert len(alerts_of(shop)) == 1


def test_an_account_may_have_it_decided_anew_by_itself(shop: Shop) -> None:
    publish(shop, *BY_COUNTRY, "{id: log, on: [updated], when: always, then: [{do: add_tag, tag: changed}]}")
    decide_by_itself(shop)
    bring(shop, **to("ES"))
    order = bring(shop, **to("PT"))
    assert (order.flags, order.document()["custom_field_2"], order.document()["tags"]) == ((), "portugal", ["changed"])
    assert [decision.trigger for decision in decisions(shop)] == ["imported", "updated", "reprocess", "updated"]
    with shop.database.reading_unit_of_work() as unit:
        trail = [(entry.actor, entry.action) for entry in unit.audit.list_for(shop.merchant.id, order.id)]
    assert trail[-1] == ("import", "order.reprocessed")


def test_also_one_that_a_rule_left_out(shop: Shop) -> None:
    publish(shop, "{id: out, when: {field: ship_to.country, is: equals, value: ES}, then: [{do: dont_import}]}")
    decide_by_itself(shop)
    assert bring(shop, **to("ES")).state is OrderState.SKIPPED
    assert bring(shop, **to("PT")).state is OrderState.OPEN


def test_the_setting_of_an_account(shop: Shop) -> None:
    assert set_decide_anew(shop.app, shop.merchant.slug, DecideAnew.AUTO).decide_anew is DecideAnew.AUTO
    assert set_decide_anew(shop.app, shop.merchant.slug, DecideAnew.FLAG).decide_anew is DecideAnew.FLAG
    with pytest.raises(Refused, match="no account"):
        set_decide_anew(shop.app, "nobody", DecideAnew.AUTO)
    with shop.database.reading_unit_of_work() as unit:
        kept = [
            entry.after for entry in unit.audit.list_for(shop.merchant.id, shop.merchant.id) if entry.action.endswith("changed")
        ]
    assert kept == [{"decide_anew": "auto"}, {"decide_anew": "flag"}]
