"""Rules that go on with what providers answer, and the one rule that a person runs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.provider_answers import reject
from support.rule_runs import SEND, decisions, edit, jobs_of, order_of, publish, release, reprocess, requests_of
from support.shop import PASSWORD, Shop, open_shop, ready
from support.statements import statements

from engine.decide.decision import NEEDS_ATTENTION, Trigger
from engine.model.account import AccountKind
from engine.model.job import JobKind, JobState
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.answer_rules import RuleRun, run_answer_rules, run_answer_rules_within, run_manual_rule
from engine.services.deciding.explain_order import explain_order
from engine.services.refusals import Refused
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")

BETA = "beta-3pl"
ACME = f"{{id: acme, when: always, then: [{SEND}]}}"
NEXT = (
    "{id: next, 'on': [rejected], when: {field: delegation.reason, is: equals, value: out_of_stock}, "
    "then: [{do: set_logistics_provider, provider: beta-3pl, send: true}, {do: add_tag, tag: 'not {delegation.refused_by}'}]}"
)
MINE = "{id: mine, 'on': [manual], when: {field: gift, is: is_true}, then: [{do: add_tag, tag: mine}]}"
OTHER = "{id: other, 'on': [manual, imported], when: always, then: [{do: add_tag, tag: other}]}"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    """With a second provider, `beta-3pl`."""
    shop = open_shop(database, clock, rules=None)
    common = {"password": PASSWORD, "country": "ES", "time_zone": "Europe/Madrid"}
    create_account(shop.app, name="Beta 3PL", kind=AccountKind.PROVIDER, email="bea@beta.example", **common)
    connect_accounts(shop.app, provider_slug=BETA, client_slug=shop.merchant.slug)
    return shop


def delegated(shop: Shop, *rules: str) -> None:
    publish(shop, ACME, *rules)
    shop.import_all(ready("1"))
    shop.work_off()
    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT


def answered(shop: Shop, trigger: Trigger = "rejected") -> int:
    return run_answer_rules(shop.app, shop.merchant.id, [shop.order_id("1")], trigger)


def asked_for(shop: Shop) -> list[tuple[str, JobState]]:
    """The providers that rules wanted to be asked, and how far that is."""
    return sorted((job.payload["provider"], job.state) for job in jobs_of(shop) if job.kind is JobKind.DELEGATE)


def run_by_hand(shop: Shop, rule_id: str = "mine", *numbers: str) -> list[RuleRun]:
    ids = [shop.order_id(number) for number in numbers or ("1",)]
    return run_manual_rule(shop.app, shop.merchant.id, rule_id, ids, "usr_1")


def trail(shop: Shop) -> list[tuple[str, str, Any]]:
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(shop.merchant.id, shop.order_id("1"))
    return [(entry.action, entry.actor, entry.after) for entry in entries]


def test_a_rejected_order_is_sent_to_the_next_provider(shop: Shop) -> None:
    delegated(shop, NEXT)
    reject(shop)

    assert answered(shop) == 1

    order = order_of(shop)
    assert (order.document()["logistics_provider"], order.document()["tags"]) == (BETA, ["not acme-3pl"])
    assert order.matched == ("acme", "next")
    assert NEEDS_ATTENTION not in order.flags
    assert asked_for(shop) == [("acme-3pl", JobState.DONE), ("beta-3pl", JobState.DUE)]
    assert [one.trigger for one in decisions(shop)] == ["imported", "rejected"]
    assert trail(shop)[-1] == ("order.rules_run", "worker", ["rejected_fulfillment", "rejected"])
    assert "delegation" not in order.document()


def test_the_decision_keeps_the_facts_and_is_explained_by_them_ever_after(shop: Shop) -> None:
    delegated(shop, NEXT)
    reject(shop)
    answered(shop)
    known = decisions(shop)[-1].facts["order"]["delegation"]
    facts = {"provider": "acme-3pl", "reason": "out_of_stock", "round": 1, "refused_by": ["acme-3pl"]}
    assert known == {**facts, "hours_left": Decimal("14.00")}
    with shop.database.unit_of_work() as unit:  # what is said of the request later is no matter
        (request,) = unit.requests.list_for_order(shop.merchant.id, shop.order_id("1"))
        unit.requests.update(request.__class__(**{**fields_of(request), "state_reason": "other"}))
        unit.commit()

    explanation = explain_order(shop.app, shop.merchant.id, shop.order_id("1"))

    assert explanation is not None
    entries = {rule.entry["rule"]: rule.entry for rule in explanation.rules}
    assert entries["next"]["status"] == "matched"
    assert entries["next"]["when"]["found"] == "out_of_stock"


def fields_of(request: Any) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__slots__}


def test_without_rules_for_it_an_answer_leaves_the_order_alone(shop: Shop) -> None:
    delegated(shop)
    reject(shop)
    before = order_of(shop)

    assert answered(shop) == 0
    assert answered(shop, "overdue") == 0
    assert order_of(shop) == before
    assert len(decisions(shop)) == 1


def test_a_condition_that_is_not_met_leaves_it_with_what_rules_wrote(shop: Shop) -> None:
    delegated(shop, NEXT)
    reject(shop, reason="incorrect_address")

    assert answered(shop) == 1
    order = order_of(shop)
    assert (order.document()["logistics_provider"], order.matched) == ("acme-3pl", ("acme",))
    assert decisions(shop)[-1].matched == []


def test_orders_that_nobody_ships_from_here_and_unknown_ones_are_left_out(shop: Shop) -> None:
    publish(
        shop, "{id: out, when: always, then: [{do: dont_import}]}", "{id: t, 'on': [closed], when: always, then: [{do: stop}]}"
    )
    shop.import_all(ready("1"))
    assert order_of(shop).state is OrderState.SKIPPED

    assert answered(shop, "closed") == 0
    assert run_answer_rules(shop.app, shop.merchant.id, ["ord_x"], "closed") == 0
    assert run_answer_rules(shop.app, shop.provider.id, [shop.order_id("1")], "closed") == 0


def test_running_the_rules_again_does_not_choose_the_one_that_refused(shop: Shop) -> None:
    delegated(shop, NEXT)
    reject(shop)

    order = reprocess(shop)

    assert order.document().get("logistics_provider") is None
    assert NEEDS_ATTENTION in order.flags
    (error,) = decisions(shop)[-1].errors
    assert (error["rule"], error["code"]) == ("acme", "provider_refused")
    assert error["message"]["es"].startswith('el proveedor "acme-3pl" ya ha rechazado este pedido')


def test_a_release_sees_the_facts_too(shop: Shop) -> None:
    delegated(shop, NEXT.replace("rejected", "released"))
    reject(shop)
    order = order_of(shop)
    order.flag(NEEDS_ATTENTION)
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()

    assert release(shop).document()["logistics_provider"] == BETA


def test_so_does_a_change_in_the_store(shop: Shop) -> None:
    delegated(shop, NEXT.replace("rejected", "updated"))
    reject(shop)

    shop.import_all(ready("1", gift=True))

    order = order_of(shop)
    assert order.document()["logistics_provider"] == BETA
    assert "outdated" not in order.flags


def test_after_three_rounds_a_person_has_to_look(shop: Shop, clock: FixedClock) -> None:
    last = "{id: last, 'on': [rejected], when: always, then: [{do: set_logistics_provider, provider: beta-3pl, send: true}]}"
    delegated(shop, last)
    (first,) = requests_of(shop)
    reject(shop)
    with shop.database.unit_of_work() as unit:
        for round_ in range(2):
            at = clock.now() + timedelta(minutes=round_ + 1)
            again = {**fields_of(first), "id": f"ffr_{round_}", "created_at": at, "copy_id": None}
            unit.requests.add(first.__class__(**{**again, "state": RequestState.REJECTED, "state_reason": "other"}))
        unit.commit()

    assert answered(shop) == 1

    assert [provider for provider, _ in asked_for(shop)] == ["acme-3pl"]
    assert NEEDS_ATTENTION in order_of(shop).flags
    (error,) = decisions(shop)[-1].errors
    assert error["message"]["en"].startswith("3 requests over this order have ended without shipping")


def test_a_provider_that_has_the_order_while_rules_choose_another_is_told_to_a_person(shop: Shop) -> None:
    delegated(shop, NEXT.replace("rejected", "overdue").replace("out_of_stock", "other").replace("equals", "not_equals"))

    assert answered(shop, "overdue") == 1
    order = order_of(shop)
    assert order.document()["logistics_provider"] == BETA
    assert NEEDS_ATTENTION in order.flags


def test_listeners_and_jobs_run_them_in_their_own_transaction(shop: Shop) -> None:
    delegated(shop, NEXT)
    order_id = reject(shop)

    with shop.database.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, order_id, for_change=True)
        (outcome,) = run_answer_rules_within(shop.app, unit, shop.merchant.id, [order], "rejected")
        assert outcome.order is order
    assert len(decisions(shop)) == 1  # nothing was committed


def test_neither_the_store_nor_a_person_says_what_became_of_an_order(shop: Shop) -> None:
    forged = {"provider": "acme-3pl", "reason": "other", "round": 9, "refused_by": ["acme-3pl"]}
    publish(shop, ACME, "{id: seen, when: {field: delegation.round, is: not_blank}, then: [{do: add_tag, tag: seen}]}")
    shop.import_all(ready("1", delegation=forged))
    edit(shop, "1", delegation__round=9)

    assert "delegation" not in order_of(shop).source
    assert reprocess(shop).matched == ("acme",)
    assert all("delegation" not in one.facts["order"] for one in decisions(shop))
    shop.import_all(ready("1", delegation={"round": 3}, gift=True))
    assert "delegation" not in order_of(shop).source


def test_requests_are_looked_up_only_where_rules_ask_for_them(shop: Shop) -> None:
    def looked_up() -> int:
        with statements(shop.database) as sent:
            run_by_hand(shop, "mine", *map(str, range(1, 21)))
        return sum("FROM fulfillment_request" in statement for statement, _ in sent)

    publish(shop, MINE)
    shop.import_all(*(ready(str(number)) for number in range(1, 21)))
    assert looked_up() == 0
    publish(shop, MINE, NEXT)
    assert looked_up() == 1


# One rule by hand


def test_a_person_runs_one_rule_and_no_other(shop: Shop) -> None:
    publish(shop, OTHER, MINE)
    shop.import_all(ready("1", gift=True), ready("2"))

    runs = run_by_hand(shop, "mine", "2", "1", "2")

    assert [(run.order_id, run.matched, run.refused) for run in runs] == [
        (shop.order_id("2"), False, None),
        (shop.order_id("1"), True, None),
    ]
    assert order_of(shop).document()["tags"] == ["other", "mine"]
    assert order_of(shop).matched == ("other", "mine")
    assert order_of(shop, "2").document()["tags"] == ["other"]
    assert trail(shop)[-1] == ("order.rule_run", "usr_1", ["awaiting_shipment", "mine"])


def test_its_decision_says_of_the_others_that_they_were_not_run(shop: Shop) -> None:
    publish(shop, OTHER, MINE)
    shop.import_all(ready("1", gift=True))
    run_by_hand(shop)

    explanation = explain_order(shop.app, shop.merchant.id, shop.order_id("1"))

    assert explanation is not None
    assert explanation.decision.trigger == "manual"
    assert {rule.entry["rule"]: rule.entry["status"] for rule in explanation.rules} == {"other": "not_chosen", "mine": "matched"}


def test_what_it_sends_leaves_once(shop: Shop) -> None:
    publish(shop, f"{{id: mine, 'on': [manual], when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    for _ in range(2):
        assert [run.matched for run in run_by_hand(shop)] == [True]
        shop.work_off()

    assert len(requests_of(shop)) == 1
    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT


def test_of_an_order_that_it_cannot_be_applied_to_the_reason_is_told(shop: Shop) -> None:
    publish(shop, "{id: mine, 'on': [manual], when: always, then: [{do: delegate_to_assigned}]}")
    shop.import_all(ready("1"), ready("2"))
    order = order_of(shop, "2")
    order.state = OrderState.SHIPPED
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()

    ids = [shop.order_id("1"), order.id, "ord_x"]
    failed, shipped, unknown = run_manual_rule(shop.app, shop.merchant.id, "mine", ids, "usr_1")

    assert str(failed.refused) == "the order has no logistics provider to send the fulfillment request to"
    assert NEEDS_ATTENTION in order_of(shop).flags
    assert str(shipped.refused).startswith("No rule is run over order 2 any more")
    assert str(unknown.refused) == 'There is no order "ord_x" in this account.'
    assert not any(run.matched for run in (failed, shipped, unknown))


@pytest.mark.parametrize(
    ("rule_id", "code"), [("nobody", "no_rule"), ("acme", "not_manual"), ("off", "switched_off")], ids=lambda value: str(value)
)
def test_only_a_rule_that_the_account_runs_by_hand_is_run(shop: Shop, rule_id: str, code: str) -> None:
    publish(shop, ACME, MINE.replace("mine", "off").replace("when", "enabled: false, when"))
    shop.import_all(ready("1"))

    with pytest.raises(Refused) as refused:
        run_by_hand(shop, rule_id)

    assert refused.value.message.code == code
    assert f'"{rule_id}"' in refused.value.format("es")
    assert len(decisions(shop)) == 1


def test_what_waited_for_a_hold_leaves_when_the_rule_ends_it(shop: Shop) -> None:
    free = "{id: mine, 'on': [manual], when: always, then: [{do: release}]}"
    publish(shop, f"{{id: acme, when: always, then: [{SEND}, {{do: hold}}]}}", free)
    shop.import_all(ready("1"))
    shop.work_off()
    assert asked_for(shop) == [("acme-3pl", JobState.WAITING)]

    run_by_hand(shop)
    shop.work_off()

    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT


def test_while_a_flag_asks_for_a_person_it_waits_on(shop: Shop) -> None:
    free = "{id: mine, 'on': [manual], when: always, then: [{do: release}]}"
    bad = "{id: bad, when: {field: weight_g, is: at_least, value: 5}, then: []}"
    publish(shop, f"{{id: acme, when: always, then: [{SEND}, {{do: hold}}]}}", bad, free)
    shop.import_all(ready("1", weight_g="heavy"))

    run_by_hand(shop)

    assert order_of(shop).status() == "awaiting_shipment"
    assert asked_for(shop) == [("acme-3pl", JobState.WAITING)]
