"""What becomes of a provider's order whose client wants it back, or has it back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.order import OrderState
from engine.model.request import RequestAction
from engine.services.fulfillment.client_orders import RECALLED_BUT_SHIPPED
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.ship_order import unship_order
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


@pytest.mark.parametrize("answer", [RequestAction.CLOSE, RequestAction.GRANT_CANCEL])
def test_a_shipment_that_is_taken_back_after_the_end_leaves_nothing_to_ship(sides: TwoSides, answer: RequestAction) -> None:
    request = sides.taken()
    with sides.app.unit_of_work() as unit:
        asked = (replace(request.lines[0], quantity=Decimal(5)),)
        unit.requests.update(replace(request, lines=asked))  # so that the end comes before all has left
        unit.commit()
    sides.ship(request)
    if answer is RequestAction.GRANT_CANCEL:
        sides.recall()
    sides.answer(request, answer, code="out_of_stock" if answer is RequestAction.CLOSE else None)
    sides.shop.work_off()

    unship_order(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)
    sides.shop.work_off()

    reason = "closed" if answer is RequestAction.CLOSE else "recalled"
    assert (sides.copy(request).state, sides.copy(request).state_reason) == (OrderState.CANCELLED, reason)
    assert sides.order().status() == "awaiting_shipment"


def test_what_has_left_is_recorded_although_the_recall_holds_the_copy(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.shop.work_off()
    assert sides.copy(request).status() == "on_hold"

    sides.ship(request)
    sides.shop.work_off()

    assert (sides.copy(request).state, sides.order().state) == (OrderState.SHIPPED, OrderState.SHIPPED)
    assert RECALLED_BUT_SHIPPED in sides.copy(request).flags
    assert {RECALLED_BUT_SHIPPED, NEEDS_ATTENTION} <= set(sides.order().flags)


@pytest.mark.parametrize(
    ("by", "says"), [("provider", "Order 1 is on hold: release it first"), ("merchant", "Casa Verde wants order 1 back")]
)
def test_what_somebody_holds_besides_the_recall_is_not_shipped(sides: TwoSides, by: str, says: str) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.shop.work_off()
    account, order = (sides.provider, sides.copy(request)) if by == "provider" else (sides.merchant, sides.order())
    hold_order(sides.app, account, order.id, "Wait.", "somebody")
    sides.shop.work_off()

    with pytest.raises(Refused, match=says):
        sides.ship(request)


def test_a_recall_is_answered_not_released(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.shop.work_off()

    with pytest.raises(Refused) as refused:
        release_holds(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)
    assert str(refused.value) == (
        "Casa Verde wants order 1 back: answer that first, with *Give back* or *Refuse* on the order's page, or with "
        f"`requests grant-cancel {request.id}` or `requests refuse-cancel {request.id}`. If it has left all the same, record "
        "that with `orders ship`."
    )
