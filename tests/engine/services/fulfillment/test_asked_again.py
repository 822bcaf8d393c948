"""Orders that were taken back from a provider and come again: the provider is asked anew, where all is as it was."""

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
from engine.model.request import RequestAction, RequestState
from engine.model.request_message import MessageKind
from engine.model.store import Skipped
from engine.model.transitions import Side
from engine.services.fulfillment.answer_request import Answer, answer_request
from rules.messages import Message, Text
from storage.database import Database

MUG = {"line_key": "1", "sku": "ACM-MUG", "name": "Mug, blue", "quantity": 2}


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    """A shop whose one order lies with the provider."""
    shop = open_shop(sqlite_database, clock, rules=None)
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1", items=[MUG]))
    shop.work_off()
    return shop


def states(shop: Shop) -> list[RequestState]:
    return [request.state for request in requests_of(shop)]


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

    assert states(shop) == [RequestState.CANCELLED]
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


def test_an_order_that_comes_back_as_it_was_is_asked_for_anew(shop: Shop) -> None:
    shop.import_all(unprinted())
    shop.work_off()
    shop.import_all(ready("1", items=[MUG], reference="RENAMED"))  # what the provider was asked for is the same
    assert states(shop) == [RequestState.CANCELLED, RequestState.REQUESTED]
    shop.work_off()

    before, anew = requests_of(shop)
    assert (before.state, before.state_reason) == (RequestState.CANCELLED, "not_printed")
    assert (anew.state, anew.lines, anew.service_preference) == (RequestState.ACCEPTED, before.lines, before.service_preference)
    assert anew.notes == tuple(shop.connector.notes)
    order = order_of(shop)
    assert (order.state, NEEDS_ATTENTION in order.flags) == (OrderState.PENDING_FULFILLMENT, False)
    with shop.database.reading_unit_of_work() as unit:
        copies = [unit.orders.get(shop.provider.id, str(request.copy_id)) for request in (before, anew)]
        thread = [(message.kind, message.side) for message in unit.requests.list_messages(shop.merchant.id, anew.id)]
    assert [(copy.state, copy.external_id) for copy in copies] == [(OrderState.CANCELLED, before.id), (OrderState.OPEN, anew.id)]
    assert thread == [(MessageKind.ASKED, Side.SYSTEM), (MessageKind.ACCEPTED, Side.PROVIDER)]


def test_an_order_that_comes_back_on_hold_is_not_handed_over_again(shop: Shop) -> None:
    shop.import_all(unprinted())
    edit(shop, "1", status="on_hold")
    shop.import_all(ready("1", items=[MUG], reference="RENAMED"))

    assert states(shop) == [RequestState.CANCELLED]
    assert order_of(shop).status() == "on_hold"


def test_an_order_that_the_provider_rejected_before_it_was_closed_is_not_asked_for_again(shop: Shop) -> None:
    [request] = requests_of(shop)
    answer_request(shop.app, shop.provider.id, request.id, Answer(RequestAction.REJECT, "out_of_stock"), "operator")
    shop.import_all(unprinted())
    shop.import_all(ready("1", items=[MUG], reference="RENAMED"))
    shop.work_off()

    assert states(shop) == [RequestState.REJECTED]


def test_what_has_begun_is_asked_back_and_the_order_is_not_asked_for_twice(shop: Shop) -> None:
    [request] = requests_of(shop)
    answer_request(shop.app, shop.provider.id, request.id, Answer(RequestAction.START), "operator")
    shop.import_all(unprinted())
    shop.import_all(ready("1", items=[MUG], reference="RENAMED"))
    shop.work_off()

    assert states(shop) == [RequestState.CANCEL_REQUESTED]
    assert order_of(shop).state is OrderState.PENDING_FULFILLMENT
    answer_request(shop.app, shop.provider.id, request.id, Answer(RequestAction.GRANT_CANCEL), "operator")
    assert states(shop) == [RequestState.CANCELLED]
    assert order_of(shop).state is OrderState.OPEN
