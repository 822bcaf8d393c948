"""What follows when a person has set a field: for flags, for rules, for the provider that has the order."""

from __future__ import annotations

from dataclasses import replace

from support.clock import FixedClock
from support.editing import edited, said, undone
from support.rule_runs import SEND, jobs_of, order_of, publish, reprocess, requests_of
from support.shop import Shop, overseas, ready

from adapters.address_rules import address_rules
from engine.model.job import JobState
from engine.services.editing.edits import EditResult, Outcome

HAND_OVER = f"{{id: s, when: always, then: [{SEND}]}}"
FAILS = "{id: f, when: {field: weight_g, is: greater_than, value: 10}, then: [{do: add_tag, tag: heavy}]}"
WANTS_INSURANCE = "{id: i, when: always, then: [{do: insure, value: amount_paid}]}"


def follows(result: EditResult) -> list[str]:
    return [str(message) for message in result.follows]


def test_a_valid_service_takes_the_flag_off_and_says_that_the_hold_stays(shop: Shop) -> None:
    shop.import_all(overseas("1"))
    assert order_of(shop).flags == ("invalid_service",)
    result = edited(shop, service="parcel-connect")
    order = order_of(shop)

    assert (result.outcome, order.flags, order.status()) == (Outcome.CHANGED, (), "on_hold")
    assert follows(result) == [
        "Rules look at what you changed (service): run the rules again if they should decide by it. What you set stays.",
        "The order is still on hold: release it when it may leave.",
    ]
    undone(shop, "service")
    assert order_of(shop).flags == ("invalid_service",)


def test_a_service_that_no_account_of_the_order_offers_is_refused_at_its_field(shop: Shop) -> None:
    shop.import_all(ready("1"))
    sentence = "The shipping service is not valid because the client does not have a carrier account that supports it"
    assert said(edited(shop, service="express")) == [("service", sentence)]
    assert said(edited(shop, carrier="dhl")) == [("carrier", sentence)]
    assert edited(shop, carrier="DHL", service="Parcel-Connect").outcome is Outcome.CHANGED
    assert said(edited(shop, carrier="seur", service="")) == [
        ("carrier", 'no carrier account is with "seur"; there are: correos, dhl')
    ]


def test_an_edit_that_cures_what_a_rule_failed_at_takes_needs_attention_off_and_lets_go_what_waited(shop: Shop) -> None:
    publish(shop, HAND_OVER, WANTS_INSURANCE)
    shop.import_all(ready("1", insured_value="lots"))
    publish(shop, HAND_OVER, FAILS)
    shop.import_all(ready("1", weight_g="much"))
    reprocess(shop)
    assert "needs_attention" in order_of(shop).flags
    assert [job.state for job in jobs_of(shop)] == [JobState.WAITING]

    edited(shop, package="box-s")
    assert "needs_attention" in order_of(shop).flags
    edited(shop, weight_g="900")
    order = order_of(shop)
    assert "needs_attention" not in order.flags
    assert "heavy" not in (order.document().get("tags") or [])  # nothing is decided
    assert [job.state for job in jobs_of(shop)] == [JobState.DUE]


def test_the_address_is_checked_anew_and_again_when_the_edit_is_undone(shop: Shop) -> None:
    shop.app = replace(shop.app, address_rules=address_rules)
    shop.import_all(ready("1"))
    before = order_of(shop).document()["ship_to"].get("verified")
    result = edited(shop, ship_to__postal_code="ABC")
    assert order_of(shop).document()["ship_to"]["verified"] == "error"
    assert ("ship_to.verified", before, "error") in [(one.field, one.before, one.after) for one in result.changes]
    undone(shop, "ship_to.postal_code")
    assert order_of(shop).document()["ship_to"].get("verified") == before


def test_the_provider_gets_what_crosses_and_not_what_stays(shop: Shop, clock: FixedClock) -> None:
    publish(shop, HAND_OVER)
    shop.import_all(ready("1"))
    shop.work_off()
    changed_at = requests_of(shop)[0].changed_at
    clock.sleep(300)
    result = edited(shop, ship_to__street1="Calle Mayor 2", custom_field_1="VIP", ship_by="2026-12-24")
    assert follows(result) == [
        "Acme 3PL has the order and gets the change with its next import: ship to address line 1, ship-by date.",
        "Acme 3PL has the order and does not see this, it is kept for you: custom field 1.",
    ]
    assert requests_of(shop)[0].changed_at > changed_at
    shop.work_off()
    with shop.app.reading() as uow:
        copy = uow.orders.get(shop.provider.id, str(requests_of(shop)[0].copy_id))
    assert copy.document()["ship_to"]["street1"] == "Calle Mayor 2"
    assert "custom_field_1" not in copy.document()


def test_another_provider_is_refused_while_one_has_the_order(shop: Shop) -> None:
    publish(shop, HAND_OVER)
    shop.import_all(ready("1"))
    shop.work_off()
    assert said(edited(shop, logistics_provider="")) == [
        ("logistics_provider", "Order 1 is with the logistics provider Acme 3PL: recall it first, then choose another one.")
    ]


def test_a_person_may_have_services_compared(shop: Shop) -> None:
    publish(shop, "{id: idle, enabled: false, when: always, then: []}")
    shop.import_all(ready("1"))
    result = edited(shop, rate_shopping__among=["correos", "dhl"], rate_shopping__prefer="the fastest")
    assert result.outcome is Outcome.CHANGED, said(result)
    assert order_of(shop).person == {"rate_shopping.among": ["correos", "dhl"], "rate_shopping.prefer": "fastest"}
    assert [job.kind.value for job in jobs_of(shop)] == ["choose_service"]


def test_a_choice_of_a_service_takes_off_the_flag_for_want_of_one(shop: Shop) -> None:
    publish(shop, "{id: r, when: always, then: [{do: rate_shop, among: [correos], prefer: cheapest}]}")
    shop.import_all(ready("1"))
    shop.work_off()
    assert order_of(shop).flags == ("needs_attention",)
    edited(shop, package="box-s")
    assert order_of(shop).flags == ("needs_attention",)
    edited(shop, carrier="correos", service="paq-premium")
    assert order_of(shop).flags == ()
