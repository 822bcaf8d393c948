"""Of each order it is known what is to be done next, by whom and how; else what goes on by itself, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.rule_runs import publish
from support.shop import OWNER, overseas, ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from adapters.address_rules import address_rules
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.job import JobKind, JobState
from engine.model.order import DELIVERY_PROBLEM
from engine.model.request import RequestAction, RequestState
from engine.model.sentence import Sentence
from engine.services.attention.next_action import Cause, Cure, NextAction, Owner
from engine.services.attention.next_actions import list_next_actions, next_actions
from engine.services.attention.situation import read_situations
from engine.services.deciding.account_names import list_account_names
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.overdue_requests import tell_overdue
from engine.services.fulfillment.ship_order import ship_order
from storage.database import Database

DAY_S = 24 * 3600.0
HOLD_ALL = "{id: review, name: Look first, when: always, then: [{do: hold}]}"
FLY = '{id: fly, when: always, then: [{do: set_service, carrier: dhl, service: "{requested_service}"}]}'
CHECK = "{id: check, when: always, then: [{do: validate_service, on_invalid: stop}]}"


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(sqlite_database, clock)


def seen(sides: TwoSides, order_id: str = "", account_id: str = "") -> list[NextAction]:
    order_id = order_id or sides.order().id
    return list_next_actions(sides.app, account_id or sides.merchant, [order_id])[order_id]


def causes(sides: TwoSides) -> list[tuple[Cause, Cure | None]]:
    return [(one.cause, one.cure) for one in seen(sides)]


def flag(sides: TwoSides, *flags: str) -> None:
    order = sides.order()
    order.flag(*flags)
    with sides.shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()


def give_up(sides: TwoSides, kind: JobKind, problem: str) -> None:
    """The next job of a kind ends for good."""
    now = sides.app.clock.now()
    with sides.shop.database.unit_of_work() as unit:
        job = unit.jobs.claim("me", now, now + timedelta(seconds=15), [kind])
        assert job is not None
        unit.jobs.finish(job.id, "me", JobState.DEAD, error=Sentence.of(problem), not_before=None)
        unit.commit()


def test_a_hold_names_who_holds_why_and_until_when(sides: TwoSides) -> None:
    hold = hold_order(sides.app, sides.merchant, sides.order().id, "Which colour?", sides.owner.id, until="2026-12-24")
    (action,) = seen(sides)
    assert (action.cause, action.cure, action.subject) == (Cause.HELD, Cure.RELEASE, hold.id)
    assert action.reason == Sentence(f"On hold by {OWNER}: Which colour?", f"Retenido por {OWNER}: Which colour?")
    assert action.until == hold.until
    assert action.needs_person


def test_a_rules_hold_names_the_rule(sides: TwoSides) -> None:
    publish(sides.shop, HOLD_ALL)
    sides.shop.import_all(ready("2"))
    (action,) = seen(sides, sides.shop.order_id("2"))
    assert str(action.reason) == "On hold by the rule Look first."
    assert action.rules == ("review",)


def test_a_clients_hold_is_for_the_client_to_end(sides: TwoSides) -> None:
    request = sides.taken()
    hold_order(sides.app, sides.merchant, sides.order().id, "Wrong size", sides.owner.id)
    sides.shop.work_off()
    (action,) = [one for one in seen(sides, sides.copy(request).id, sides.provider) if one.cause is Cause.HELD]
    assert (action.owner, action.cure) == (Owner.CLIENT, None)
    assert "Wrong size" in str(action.reason)


def test_a_service_that_no_carrier_account_has_is_chosen_anew(sides: TwoSides) -> None:
    publish(sides.shop, FLY, CHECK)
    sides.shop.import_all(overseas("2"))
    found = seen(sides, sides.shop.order_id("2"))
    assert found[0].cause is Cause.INVALID_SERVICE
    assert found[0].cure is Cure.CHOOSE_SERVICE


def test_the_hold_comes_before_the_service_that_is_not_valid(sides: TwoSides) -> None:
    publish(sides.shop, FLY, CHECK.replace("stop", "hold"))
    sides.shop.import_all(overseas("2"))
    found = [one.cause for one in seen(sides, sides.shop.order_id("2"))]
    assert found[:2] == [Cause.HELD, Cause.INVALID_SERVICE]


def test_an_address_that_cannot_be_right_is_to_be_corrected(sides: TwoSides) -> None:
    sides.shop.app = replace(sides.app, address_rules=address_rules)
    sides.shop.import_all(ready("2", ship_to={"name": "Ana", "country": "ES", "city": "Madrid", "postal_code": "280"}))
    action = seen(sides, sides.shop.order_id("2"))[0]
    assert (action.cause, action.cure) == (Cause.INVALID_ADDRESS, Cure.CORRECT_ADDRESS)
    assert "The street is missing." in str(action.reason)


def test_what_a_provider_rejected_goes_to_another(sides: TwoSides) -> None:
    sides.answer(sides.taken(), RequestAction.REJECT, code="out_of_stock")
    action = seen(sides)[0]
    assert (action.cause, action.cure, action.who) == (Cause.REJECTED, Cure.CHOOSE_PROVIDER, "Acme 3PL")
    assert str(action.reason).startswith("Acme 3PL does not ship it (Out of stock)")


def test_what_is_late_is_recalled_and_what_was_asked_back_is_asked_after(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()
    clock.sleep(DAY_S)
    tell_overdue(sides.app)
    action = seen(sides)[0]
    assert (action.cause, action.cure, action.subject) == (Cause.OVERDUE, Cure.RECALL, request.id)
    assert action.since == request.fulfil_by

    sides.answer(request, RequestAction.START)
    assert sides.recall().state is RequestState.CANCEL_REQUESTED
    assert causes(sides) == [(Cause.OVERDUE, Cure.WRITE)]


def test_a_choice_that_the_store_outdated_is_decided_anew_or_released(sides: TwoSides) -> None:
    publish(sides.shop, "{id: heavy, when: {field: weight_g, is: greater_than, value: 1}, then: [{do: add_tag, tag: heavy}]}")
    sides.shop.import_all(ready("2"))
    sides.shop.import_all(ready("2", weight_g=0))
    (action, *_) = seen(sides, sides.shop.order_id("2"))
    assert (action.cause, action.cure, action.other_cure) == (Cause.OUTDATED, Cure.DECIDE_ANEW, Cure.RELEASE)
    assert "(weight in grams)" in str(action.reason)
    assert "weight_g" not in str(action.reason)


def test_a_client_that_waits_for_an_answer_comes_first(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    found = seen(sides, sides.copy(request).id, sides.provider)
    assert (found[0].cause, found[0].cure, found[0].subject) == (Cause.CLIENT_ASKS, Cure.ANSWER, request.id)
    assert found[0].reason.en == "Casa Verde asks for the order back: nothing leaves until you answer."
    assert [one.reason for one in found].count(found[0].reason) == 1

    sides.ship(request)
    sides.fetch()
    found = seen(sides, sides.copy(request).id, sides.provider)
    assert (found[0].cause, found[0].cure) == (Cause.CLIENT_ASKS, Cure.ANSWER)
    assert found[0].reason.en == "Casa Verde asked for the order back, but all of it has left: refuse, so that they are told."
    assert not [one for one in found if "nothing leaves" in one.reason.en]


def test_a_store_that_does_not_know_is_told_again(sides: TwoSides) -> None:
    ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)
    assert [one.cause for one in seen(sides)] == [Cause.TELLING]
    give_up(sides, JobKind.NOTIFY_STORE, "It answers with an error.")
    (action,) = seen(sides)
    assert (action.cause, action.cure) == (Cause.NOT_TOLD, Cure.TELL_AGAIN)
    assert str(action.reason) == "The store does not know of the shipment: It answers with an error."


def test_a_problem_on_the_way_leads_to_its_shipment(sides: TwoSides) -> None:
    ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)
    sides.shop.work_off()
    assert [one.cause for one in seen(sides)] == [Cause.ON_ITS_WAY]
    flag(sides, DELIVERY_PROBLEM)
    assert causes(sides) == [(Cause.DELIVERY_PROBLEM, Cure.SEE_SHIPMENT)]


def test_what_needs_attention_for_no_other_reason_says_what_the_alert_said(sides: TwoSides) -> None:
    flag(sides, NEEDS_ATTENTION)
    assert causes(sides)[0] == (Cause.ATTENTION, Cure.RELEASE)
    with sides.shop.database.unit_of_work() as unit:
        said = Sentence("Look at the parcel.", "Mira el paquete.")
        unit.alerts.add(Alert("alr_1", sides.merchant, sides.order().id, said, sides.app.clock.now()))
        unit.commit()
    assert seen(sides)[0].reason == said


def test_a_rule_that_could_not_be_applied_says_so(sides: TwoSides) -> None:
    flag(sides, NEEDS_ATTENTION)
    names = list_account_names(sides.app, sides.merchant)
    with sides.app.reading() as uow:
        (situation,) = read_situations(sides.app, uow, sides.merchant, [sides.order()], names).values()
    error = Sentence("The rule cannot be applied.", "La regla no se puede aplicar.")
    found = next_actions(replace(situation, errors=(error,), failed_rules=("a",)))
    assert (found[0].cause, found[0].reason, found[0].rules) == (Cause.RULE_FAILED, error, ("a",))
    assert Cause.ATTENTION not in {one.cause for one in found}


def test_at_a_provider_there_is_nothing_to_do_but_to_know_until_when(sides: TwoSides) -> None:
    request = sides.taken()
    (action,) = seen(sides)
    assert (action.cause, action.owner, action.cure, action.who) == (Cause.AT_PROVIDER, Owner.PROVIDER, None, "Acme 3PL")
    assert action.until == request.fulfil_by
    assert str(action.reason) == "Acme 3PL ships it."


def test_what_a_provider_gets_later_waits_here_since_it_was_asked(sides: TwoSides) -> None:
    request = sides.delegate("1", not_before="2030-12-24")
    (action,) = seen(sides)
    assert (action.cause, action.owner, action.who) == (Cause.AT_PROVIDER, Owner.RELEVO, "Acme 3PL")
    assert str(action.reason) == "It goes to Acme 3PL at the time asked for."
    assert (action.since, action.until) == (request.created_at, request.not_before)


def test_each_part_that_is_with_a_provider_is_named_and_that_first_which_is_due_first(sides: TwoSides) -> None:
    later = sides.delegate("1", lines={"1": Decimal(1)}, not_before="2030-12-24")
    now = sides.taken("1", lines={"1": Decimal(1)})
    first, then = seen(sides)
    assert (first.subject, str(first.reason)) == (now.id, "Acme 3PL ships it.")
    assert (then.subject, then.until) == (later.id, later.not_before)


def test_what_is_over_is_over(sides: TwoSides) -> None:
    order = sides.order()
    with sides.shop.database.unit_of_work() as unit:
        order.close_upstream("cancelled", sides.app.clock.now(), shipped=False)
        unit.orders.update_many([order])
        unit.commit()
    (action,) = seen(sides)
    assert (action.cause, action.owner) == (Cause.ENDED, Owner.NOBODY)


def test_an_order_of_another_account_is_left_out(sides: TwoSides) -> None:
    order_id = sides.order().id
    assert list_next_actions(sides.app, sides.provider, [order_id, "ord_none"]) == {}
