"""What its store changes of an order of which a part has left reaches what is still to leave, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import publish
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from adapters.stores.brightpearl.description import reasons
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.account import DecideAnew
from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.order import OUTDATED, OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState, Work
from engine.model.store import Skipped
from engine.services.accounts.accounts import set_decide_anew
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.refusals import Refused
from storage.database import Database

PORTO = {"name": "Ana Núñez", "street1": "Rua 2", "city": "Porto", "postal_code": "4000", "country": "PT"}
SEND = "{do: set_logistics_provider, provider: acme-3pl, send: true}"


def item(key: str, quantity: int) -> dict[str, Any]:
    return {"line_key": key, "sku": f"S{key}", "name": f"Thing {key}", "quantity": quantity}


ITEMS = [item("1", 2), item("2", 3)]


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    sides.shop.import_all(ready("1", items=ITEMS))
    return sides


def change(sides: TwoSides, clock: FixedClock, **changes: Any) -> None:
    """The merchant's store says otherwise by now, and the provider imports."""
    clock.sleep(3600)
    sides.shop.import_all(ready("1", **{"items": ITEMS, **changes}))
    sides.fetch()


def line_1_has_left(sides: TwoSides) -> FulfillmentRequest:
    """The request over line 1, of which all has left."""
    request = sides.taken(lines={"1": Decimal(2)})
    sides.ship(request)
    sides.shop.work_off()
    assert sides.order().state is OrderState.PARTIALLY_SHIPPED
    return request


def ship_part(sides: TwoSides, request: FulfillmentRequest, units: Mapping[str, Decimal]) -> None:
    """Some units of the provider's copy leave, and the merchant's order has heard of them."""
    with sides.app.unit_of_work() as uow:
        now = sides.app.clock.now()
        uow.requests.update(uow.requests.get(sides.provider, request.id).ship(units, now))
        for order, request_id in ((sides.copy(request), None), (sides.order(), request.id)):
            shipment = Shipment(
                *(new_id("shp"), order.account_id, order.id, request_id, "seur", "24h", units),
                (Parcel(new_id("par"), tracking_number="T1"),),
            )
            uow.fulfillment.add_shipment(shipment.ship(now))
            settle_order(uow, order, now)
            uow.orders.update_many([order])
        uow.commit()


def copied(sides: TwoSides, request: FulfillmentRequest) -> dict[str, Any]:
    return {one["line_key"]: one["quantity"] for one in sides.copy(request).document()["items"]}


def asked(sides: TwoSides, request: FulfillmentRequest) -> dict[str, Decimal]:
    return {line.line_key: line.quantity for line in sides.request(request.id).lines}


def test_a_new_address_and_notes_reach_what_has_not_left(sides: TwoSides, clock: FixedClock) -> None:
    gone = line_1_has_left(sides)
    request = sides.taken()

    change(sides, clock, ship_to=PORTO, notes={"from_buyer": "Second bell."})

    assert sides.order().document()["ship_to"]["city"] == "Porto"
    document = sides.copy(request).document()
    assert (document["ship_to"]["city"], document["notes"]["from_buyer"]) == ("Porto", "Second bell.")
    assert sides.copy(gone).document()["ship_to"]["city"] == "Madrid", "where it went"
    assert sides.order().state is OrderState.PARTIALLY_SHIPPED


def test_a_request_of_which_a_part_has_left_reads_changes_too(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()
    ship_part(sides, request, {"1": Decimal(1)})

    change(sides, clock, ship_to=PORTO, items=[item("1", 2), item("2", 1)])

    copy = sides.copy(request)
    assert copy.state is OrderState.PARTIALLY_SHIPPED
    assert copy.document()["ship_to"]["city"] == "Porto"
    assert copied(sides, request) == {"1": 2, "2": 1}
    assert {OUTDATED, NEEDS_ATTENTION} <= set(copy.flags), "its work has begun: somebody has to look"


def test_fewer_units_are_never_fewer_than_have_left(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()
    ship_part(sides, request, {"1": Decimal(2)})

    change(sides, clock, items=[item("1", 1), item("2", 2)])

    assert asked(sides, request) == {"1": 2, "2": 2}
    assert copied(sides, request) == {"1": 2, "2": 2}
    assert sides.order().state is OrderState.PARTIALLY_SHIPPED


def test_what_the_merchant_has_sent_by_itself_is_asked_of_nobody(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken(lines={"1": Decimal(2)})
    sides.answer(request, RequestAction.REJECT, code="out_of_stock")
    with sides.app.unit_of_work() as uow:
        order, now = sides.order(), sides.app.clock.now()
        by_hand = Shipment(new_id("shp"), order.account_id, order.id, None, "seur", "24h", {"2": Decimal(2)}, ())
        uow.fulfillment.add_shipment(by_hand.ship(now))
        settle_order(uow, order, now)
        uow.orders.update_many([order])
        uow.commit()
    rest = sides.taken()
    assert asked(sides, rest) == {"1": 2, "2": 1}

    change(sides, clock, items=[item("1", 2), item("2", 2)])

    assert asked(sides, rest) == {"1": 2, "2": 0}
    assert copied(sides, rest) == {"1": 2}


def test_when_the_store_wants_no_more_than_has_left_all_of_it_has_left(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()
    ship_part(sides, request, {"1": Decimal(2)})
    assert sides.shop.connector.told == []

    change(sides, clock, items=[item("1", 2)])
    sides.shop.work_off()

    assert sides.request(request.id).work(clock.now()) is Work.DONE
    assert (sides.order().state, sides.copy(request).state) == (OrderState.SHIPPED, OrderState.SHIPPED)
    assert [notice.tracking_numbers for _, notice in sides.shop.connector.told] == [("T1",)]


def test_a_hold_reaches_what_has_not_left(sides: TwoSides) -> None:
    request = sides.taken()
    ship_part(sides, request, {"1": Decimal(2)})
    hold_order(sides.app, sides.merchant, sides.order().id, "address?", sides.owner.id)
    sides.shop.work_off()

    with pytest.raises(Refused, match="is held by Casa Verde: only they can release it"):
        sides.ship(request)


def test_rules_do_not_run_anew_over_what_has_left_in_part(sides: TwoSides, clock: FixedClock) -> None:
    line_1_has_left(sides)
    publish(sides.shop, f"{{id: s, when: {{field: ship_to.country, is: equals, value: PT}}, then: [{SEND}]}}")
    set_decide_anew(sides.app, sides.shop.merchant.slug, DecideAnew.AUTO)

    change(sides, clock, ship_to=PORTO)
    sides.shop.work_off()

    order = sides.order()
    assert {OUTDATED, NEEDS_ATTENTION} <= set(order.flags)
    assert order.matched == ()
    assert not [alert for alert in sides.alerts() if "since it was handed over" in alert], "no provider has anything of it"


def closed_by_its_store(sides: TwoSides, reason: reasons.Reason = reasons.NOT_PRINTED) -> None:
    sides.shop.import_all(Skipped("n1", "1", reason.message(note="n1")))


def test_a_rest_that_the_store_no_longer_wants_is_recalled_and_told(sides: TwoSides) -> None:
    line_1_has_left(sides)
    request = sides.taken()

    closed_by_its_store(sides)
    sides.shop.work_off()

    assert sides.order().state is OrderState.CANCELLED
    assert sides.request(request.id).state is RequestState.CANCELLED
    assert sides.copy(request).state is OrderState.CANCELLED
    assert "A part of order 1 has left, and Brightpearl no longer wants the rest" in sides.alerts()[0]

    closed_by_its_store(sides)
    assert len(sides.alerts()) == 1


def test_a_rest_that_its_store_has_shipped_is_recalled(sides: TwoSides) -> None:
    line_1_has_left(sides)
    request = sides.taken()

    closed_by_its_store(sides, reasons.ALREADY_SHIPPED)

    assert sides.order().state is OrderState.SHIPPED
    assert sides.request(request.id).state is RequestState.CANCELLED
    assert sides.alerts() == []


def test_what_comes_back_has_still_left_in_part(sides: TwoSides) -> None:
    line_1_has_left(sides)
    request = sides.taken()
    closed_by_its_store(sides)

    sides.shop.import_all(ready("1", items=ITEMS))

    assert sides.order().state is OrderState.PARTIALLY_SHIPPED
    with sides.app.reading() as uow:
        *_, again = uow.requests.list_for_order(sides.merchant, sides.order().id)
    assert (again.state, again.id != request.id) == (RequestState.REQUESTED, True)
    assert asked(sides, again) == {"2": 3}, "and not what has left"


def test_a_copy_whose_rest_was_closed_is_cancelled(sides: TwoSides) -> None:
    request = sides.taken()
    ship_part(sides, request, {"1": Decimal(2)})

    sides.answer(request, RequestAction.CLOSE, code="out_of_stock")
    sides.shop.work_off()

    copy = sides.copy(request)
    assert (copy.state, copy.state_reason) == (OrderState.CANCELLED, "closed")
    assert sides.order().state is OrderState.PARTIALLY_SHIPPED
    with sides.app.reading() as uow:
        assert uow.alerts.list_for(sides.provider) == []
    shipped = ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)
    assert (shipped.order.state, dict(shipped.shipment.lines)) == (OrderState.SHIPPED, {"2": Decimal(3)})


def test_what_left_of_a_closed_request_can_be_taken_back_and_is_the_merchants_then(sides: TwoSides) -> None:
    request = sides.taken()
    ship_part(sides, request, {"1": Decimal(2)})
    sides.answer(request, RequestAction.CLOSE, code="out_of_stock")
    sides.shop.work_off()
    copy = sides.copy(request)

    unship_order(sides.app, sides.provider, copy.id, sides.clerk.id)

    assert sides.copy(request).state is OrderState.CANCELLED
    assert [line.shipped for line in sides.request(request.id).lines] == [0, 0]
