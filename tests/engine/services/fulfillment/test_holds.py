"""Holds of people, rules and stores, on both sides of a request."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.rule_runs import publish
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from engine.model.hold import HoldOwner
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState, Work
from engine.services.deciding.answer_rules import run_manual_rule
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.reprocess_orders import release_order, reprocess_orders
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.list_holds import list_holds
from engine.services.fulfillment.ship_order import ship_order
from engine.services.refusals import Refused
from storage.database import Database
from storage.queries import Queries


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def hold(sides: TwoSides, reason: str = "address?", **more: str) -> str:
    return hold_order(sides.app, sides.merchant, sides.order().id, reason, sides.owner.id, **more).id


def release(sides: TwoSides, hold_id: str | None = None) -> str:
    return release_holds(sides.app, sides.merchant, sides.order().id, sides.owner.id, hold_id).status()


def owners(sides: TwoSides, account_id: str) -> list[tuple[HoldOwner, str, bool]]:
    return [(one.hold.owner, one.reason("en"), one.is_own) for one in list_holds(sides.app, account_id)]


def test_an_order_ships_when_no_hold_is_left(sides: TwoSides) -> None:
    first, second = hold(sides), hold(sides, "payment?")
    assert sides.order().status() == "on_hold"
    with pytest.raises(Refused, match="is on hold"):
        ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)

    assert release(sides, first) == "on_hold"
    assert release(sides, second) == "awaiting_shipment"
    assert ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id).order.state is OrderState.SHIPPED


def test_everything_that_is_held_is_listed(sides: TwoSides) -> None:
    hold(sides)
    publish(sides.shop, "{id: dear, when: always, then: [{do: hold}]}")
    sides.shop.import_all(ready("1"), ready("2"))

    assert owners(sides, sides.merchant) == [(HoldOwner.MERCHANT, "address?", True), (HoldOwner.RULE, "dear", True)]


def test_a_hold_ends_by_itself(sides: TwoSides, clock: FixedClock) -> None:
    hold(sides, until="2026-11-21")
    sides.shop.work_off()
    assert sides.order().status() == "on_hold"

    clock.sleep(24 * 3600)
    sides.shop.work_off()

    assert sides.order().status() == "awaiting_shipment"
    assert owners(sides, sides.merchant) == []


def test_what_was_held_back_leaves_with_the_last_hold(sides: TwoSides) -> None:
    publish(
        sides.shop,
        "{id: s, 'on': [released], when: always, then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]}",
    )
    hold(sides)
    release(sides)
    sides.shop.work_off()

    assert sides.order().state is OrderState.PENDING_FULFILLMENT


def test_a_key_is_an_orders_once_for_each_side_and_ends_its_hold_alone(sides: TwoSides) -> None:
    request = sides.taken()
    copy_id = sides.copy(request).id
    theirs = hold_order(sides.app, sides.provider, copy_id, "No box.", sides.clerk.id, key="wms-7")
    order_id = sides.order().id
    mine = hold_order(sides.app, sides.merchant, order_id, "Fraud?", sides.owner.id, key=" wms-7 ")
    unnamed = [hold_order(sides.app, sides.merchant, order_id, "again", sides.owner.id) for _ in range(2)]
    assert (theirs.key, mine.key, [one.key for one in unnamed]) == ("wms-7", "wms-7", ["", ""])

    with pytest.raises(Refused, match=r'has a hold "wms-7" of yours already \(Fraud\?\): release that one first'):
        hold_order(sides.app, sides.merchant, order_id, "Fraud?", sides.owner.id, key="wms-7")
    with pytest.raises(Refused, match="at most 100 characters"):
        hold_order(sides.app, sides.merchant, order_id, "a", sides.owner.id, key="k" * 101)
    sides.shop.import_all(ready("1"), ready("2"))
    hold_order(sides.app, sides.merchant, sides.shop.order_id("2"), "Fraud?", sides.owner.id, key="wms-7")

    release_holds(sides.app, sides.merchant, order_id, sides.owner.id, "wms-7")
    left = [one.hold.id for one in list_holds(sides.app, sides.merchant) if one.hold.order_id == order_id]
    assert sorted(left) == sorted(one.id for one in unnamed)
    assert theirs.id in {one.hold.id for one in list_holds(sides.app, sides.provider)}
    hold_order(sides.app, sides.merchant, order_id, "Once more.", sides.owner.id, key="wms-7")


@pytest.mark.parametrize(
    ("reason", "until", "says"),
    [
        (" ", None, "Say in 1 to 500 characters why"),
        ("x" * 501, None, "Say in 1 to 500"),
        ("a", "soon", '"soon" is not a time'),
        ("a", "2026-01-01", "2026-01-01 has passed"),
    ],
)
def test_what_is_wrong_with_a_hold_is_said(sides: TwoSides, reason: str, until: str | None, says: str) -> None:
    with pytest.raises(Refused, match=says):
        hold_order(sides.app, sides.merchant, sides.order().id, reason, sides.owner.id, until=until)


def test_a_merchants_hold_reaches_the_provider_who_cannot_end_it(sides: TwoSides) -> None:
    request = sides.taken()
    hold(sides)
    assert sides.request(request.id).work(sides.app.clock.now()) is Work.HELD
    sides.shop.work_off()

    copy = sides.copy(request)
    assert copy.status() == "on_hold"
    assert owners(sides, sides.provider) == [(HoldOwner.MERCHANT, "address?", False)]
    with pytest.raises(Refused, match="is held by Casa Verde: only they can release it"):
        release_holds(sides.app, sides.provider, copy.id, sides.clerk.id)
    with pytest.raises(Refused, match="is held by Casa Verde: only they can release it"):
        sides.ship(request)

    release(sides)
    sides.shop.work_off()
    assert sides.copy(request).status() == "awaiting_shipment"


def test_a_providers_hold_is_the_providers(sides: TwoSides) -> None:
    request = sides.taken()
    copy = sides.copy(request)
    made = hold_order(sides.app, sides.provider, copy.id, "stock count", sides.clerk.id)
    assert made.owner is HoldOwner.PROVIDER
    assert sides.request(request.id).work(sides.app.clock.now()) is Work.HELD

    with pytest.raises(Refused, match="has no hold"):
        release_holds(sides.app, sides.merchant, sides.order().id, sides.owner.id, made.id)
    release_holds(sides.app, sides.provider, copy.id, sides.clerk.id, made.id)
    assert sides.request(request.id).work(sides.app.clock.now()) is Work.WAITING


def test_a_recall_that_waits_for_an_answer_holds_the_copy(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.shop.work_off()

    assert owners(sides, sides.provider) == [(HoldOwner.SYSTEM, "recalled by the client", False)]


def test_what_has_left_cannot_be_held(sides: TwoSides) -> None:
    ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)
    with pytest.raises(Refused, match='cannot be held: its status is "Shipped"'):
        hold(sides)


def test_what_the_providers_rules_hold_is_held_for_the_merchant_until_it_is_released(sides: TwoSides) -> None:
    publish_rules(sides.app, sides.shop.provider.slug, b"rules: [{id: look, when: always, then: [{do: hold}]}]")
    request = sides.taken("1")
    now = sides.app.clock.now()
    assert sides.copy(request).status() == "on_hold"
    assert sides.request(request.id).work(now) is Work.HELD
    [listed] = Queries(sides.shop.database).delegated_page(sides.provider)
    assert listed.request.work(now) is Work.HELD
    with pytest.raises(Refused, match="It is on hold"):
        sides.answer(request, RequestAction.START)

    release_order(sides.app, sides.provider, str(request.copy_id), sides.clerk.id)
    assert sides.request(request.id).work(now) is Work.WAITING


DEAR = "{id: dear, when: {field: order_total, is: greater_than, value: 50}, then: [{do: hold}]}"


def work_of(sides: TwoSides, request: FulfillmentRequest) -> Work:
    return sides.request(request.id).work(sides.app.clock.now())


def rerun(sides: TwoSides, *rules: str) -> None:
    """The merchant's rules are these, and run anew over its order."""
    publish(sides.shop, *rules)
    reprocess_orders(sides.app, sides.merchant, [sides.order().id], sides.owner.id)


def test_what_the_merchants_rules_hold_is_held_at_the_provider_too(sides: TwoSides) -> None:
    request = sides.taken()

    rerun(sides, DEAR)
    assert sides.order().state is OrderState.PENDING_FULFILLMENT
    assert work_of(sides, request) is Work.HELD
    sides.shop.work_off()

    copy = sides.copy(request)
    assert copy.status() == "on_hold"
    assert owners(sides, sides.merchant) == [(HoldOwner.RULE, "dear", True)]
    assert owners(sides, sides.provider) == [(HoldOwner.RULE, "held by the client's rules", False)], "not which rules there are"
    with pytest.raises(Refused, match="is held by Casa Verde"):
        release_holds(sides.app, sides.provider, copy.id, sides.clerk.id)

    assert release(sides) == "pending_fulfillment"
    sides.shop.work_off()
    assert sides.copy(request).status() == "awaiting_shipment"
    assert work_of(sides, request) is Work.WAITING
    assert owners(sides, sides.merchant) == owners(sides, sides.provider) == []


def test_a_hold_that_the_rules_no_longer_want_ends_at_the_provider_too(sides: TwoSides) -> None:
    request = sides.taken()
    rerun(sides, DEAR)

    rerun(sides, DEAR.replace("50", "5000"))

    assert work_of(sides, request) is Work.WAITING


def test_a_rules_hold_of_what_is_with_a_provider_ends_by_itself(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()
    rerun(sides, "{id: dear, when: always, then: [{do: hold, days: 2}]}")
    assert work_of(sides, request) is Work.HELD

    clock.sleep(3 * 24 * 3600)
    sides.shop.work_off()

    assert work_of(sides, request) is Work.WAITING
    assert sides.copy(request).status() == "awaiting_shipment"


@pytest.mark.parametrize("trigger", ["cancel_refused", "manual"])
def test_rules_of_every_trigger_hold_what_is_with_a_provider(sides: TwoSides, trigger: str) -> None:
    publish(sides.shop, f"{{id: look, 'on': [{trigger}], when: always, then: [{{do: hold}}]}}")
    request = sides.taken()
    if trigger == "manual":
        run_manual_rule(sides.app, sides.merchant, "look", [sides.order().id], sides.owner.id)
    else:
        sides.answer(request, RequestAction.START)
        sides.recall()
        sides.answer(request, RequestAction.REFUSE_CANCEL, text="It is packed.")
    sides.shop.work_off()

    assert sides.request(request.id).held
    assert sides.copy(request).status() == "on_hold"


def test_a_persons_hold_that_ends_leaves_that_of_a_rule(sides: TwoSides) -> None:
    request = sides.taken()
    rerun(sides, DEAR)
    person = hold(sides)

    release(sides, person)
    assert work_of(sides, request) is Work.HELD
    [listed] = list_holds(sides.app, sides.merchant)
    release(sides, listed.hold.id)
    assert work_of(sides, request) is Work.WAITING


def test_what_a_rule_holds_when_it_is_rejected_goes_nowhere_until_it_is_released(sides: TwoSides) -> None:
    publish(sides.shop, "{id: look, 'on': [rejected], when: always, then: [{do: hold}]}")
    sides.answer(sides.taken(), RequestAction.REJECT, code="out_of_stock")

    assert owners(sides, sides.merchant) == [(HoldOwner.RULE, "look", True)]
    with pytest.raises(Refused, match="is on hold"):
        sides.delegate()
    release(sides)
    assert sides.delegate().state is RequestState.REQUESTED


def test_a_rules_hold_is_listed_with_its_own_time_and_rules(sides: TwoSides, clock: FixedClock) -> None:
    rerun(sides, DEAR)
    release(sides)
    clock.sleep(60)
    since = clock.now()
    rerun(sides, DEAR.replace("dear", "look"))
    clock.sleep(60)
    hold(sides)  # it changes the order

    assert [(one.hold.since, one.rules) for one in list_holds(sides.app, sides.merchant)] == [
        (since, ("look",)),
        (clock.now(), ()),
    ]


def test_what_has_left_is_not_listed_although_it_was_held(sides: TwoSides) -> None:
    request = sides.taken()
    hold(sides)
    sides.ship(request)  # before the hold is there
    sides.shop.work_off()

    assert sides.order().state is OrderState.SHIPPED
    assert list_holds(sides.app, sides.merchant) == []


def test_a_provider_ends_its_own_hold_while_the_client_holds_as_well(sides: TwoSides) -> None:
    publish_rules(sides.app, sides.shop.provider.slug, b"rules: [{id: look, when: always, then: [{do: hold}]}]")
    request = sides.taken()
    hold(sides)
    sides.shop.work_off()
    assert set(owners(sides, sides.provider)) == {(HoldOwner.RULE, "look", True), (HoldOwner.MERCHANT, "address?", False)}

    release_holds(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)

    assert owners(sides, sides.provider) == [(HoldOwner.MERCHANT, "address?", False)]
    assert sides.copy(request).status() == "on_hold"
