"""Requests that were called off and may be taken up again: only what was called off for that, and only as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, alerts_of, edit, order_of, publish, requests_of
from support.shop import Shop, open_shop, ready

from adapters.stores.brightpearl.description import reasons
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.model.store import Skipped
from engine.services.fulfillment.ship_order import Shipping, ship_order, unship_order
from rules.messages import Message, Text
from storage.database import Database

SHIPPING = Shipping("seur", "24h", ("T1",))
MUG = {"line_key": "1", "sku": "ACM-MUG", "name": "Mug, blue", "quantity": 2}


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    """A shop whose one order lies with the provider."""
    shop = open_shop(sqlite_database, clock, rules=None)
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1", items=[MUG]))
    shop.work_off()
    return shop


def unprinted() -> Skipped:
    return Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1"))


@pytest.mark.parametrize(
    "items",
    [
        [{**MUG, "quantity": 3}],
        [{**MUG, "sku": "ACM-CUP"}],
        [MUG, {"line_key": "2", "sku": "ACM-LID", "name": "Lid", "quantity": 1}],
    ],
)
def test_an_order_that_comes_back_with_other_lines_waits_for_a_person(shop: Shop, items: list[dict[str, Any]]) -> None:
    shop.import_all(unprinted())
    shop.import_all(ready("1", items=items))
    shop.work_off()

    assert [request.state for request in requests_of(shop)] == [RequestState.CANCELLED]
    order = order_of(shop)
    assert (order.state, NEEDS_ATTENTION in order.flags) == (OrderState.OPEN, True)
    assert [alert for alert in alerts_of(shop) if "came back changed" in alert]


def test_the_flag_of_an_order_that_came_back_changed_outlasts_what_the_store_said_too_little_of(shop: Shop) -> None:
    shop.import_all(unprinted())
    remark = Message("no_country", Text("The address has no country.", "La dirección no tiene país."))
    shop.import_all(replace(ready("1", items=[{**MUG, "quantity": 3}]), remarks=(remark,)))
    assert NEEDS_ATTENTION in order_of(shop).flags

    shop.import_all(ready("1", items=[{**MUG, "quantity": 4}]))

    assert NEEDS_ATTENTION in order_of(shop).flags


def test_an_order_that_comes_back_as_it_was_is_with_the_provider_again(shop: Shop) -> None:
    shop.import_all(unprinted())
    shop.import_all(ready("1", items=[MUG], reference="RENAMED"))  # what the provider was asked for is the same
    shop.work_off()

    assert [request.state for request in requests_of(shop)] == [RequestState.REQUESTED]
    order = order_of(shop)
    assert (order.state, NEEDS_ATTENTION in order.flags) == (OrderState.PENDING_FULFILLMENT, False)


def test_an_order_that_comes_back_on_hold_is_not_handed_over_again(shop: Shop) -> None:
    shop.import_all(unprinted())
    edit(shop, "1", status="on_hold")
    shop.import_all(ready("1", items=[MUG], reference="RENAMED"))

    assert [request.state for request in requests_of(shop)] == [RequestState.CANCELLED]
    assert order_of(shop).status() == "on_hold"


def test_taking_back_a_shipment_leaves_a_request_alone_that_was_called_off_for_another_reason(shop: Shop) -> None:
    [request] = requests_of(shop)
    with shop.database.unit_of_work() as unit:
        unit.requests.update(replace(request, state=RequestState.CANCELLED, state_reason="not_printed"))
        order = unit.orders.get(shop.merchant.id, shop.order_id("1"))
        order.state = OrderState.OPEN
        unit.orders.update_many([order])
        unit.commit()
    ship_order(shop.app, shop.merchant.id, shop.order_id("1"), SHIPPING, "usr_1")

    unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "usr_1")

    assert [(one.state, one.state_reason) for one in requests_of(shop)] == [(RequestState.CANCELLED, "not_printed")]
    order = order_of(shop)
    assert (order.state, NEEDS_ATTENTION in order.flags) == (OrderState.OPEN, False)
