"""Work that begins on what nobody has answered accepts it, and from then on nothing is taken back without an answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.model.connection import Answers
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState, Work, allowed_actions
from engine.model.request_message import MessageKind
from engine.model.transitions import Side
from engine.services.connections.set_connection import set_connection
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def unanswered(sides: TwoSides) -> FulfillmentRequest:
    """A request that the provider has imported and not answered."""
    set_connection(sides.app, sides.clerk, sides.connection().id, answers=Answers.EACH)
    return sides.taken()


def thread(sides: TwoSides, request: FulfillmentRequest) -> list[tuple[MessageKind, str]]:
    with sides.app.reading() as unit:
        return [(one.kind, one.actor) for one in unit.requests.list_messages(sides.merchant, request.id)]


def test_who_starts_what_nobody_has_answered_accepts_it(sides: TwoSides) -> None:
    request = unanswered(sides)

    assert not allowed_actions(request, Side.PROVIDER, sides.app.clock.now())[RequestAction.START]
    started = sides.answer(request, RequestAction.START)

    assert (started.state, sides.request(request.id).work(sides.app.clock.now())) == (RequestState.ACCEPTED, Work.IN_PROGRESS)
    by_clerk = [(MessageKind.ACCEPTED, sides.clerk.id), (MessageKind.STARTED, sides.clerk.id)]
    assert thread(sides, request) == [(MessageKind.ASKED, sides.owner.id), *by_clerk]
    assert sides.recall().state is RequestState.CANCEL_REQUESTED


def test_who_ships_what_nobody_has_answered_accepts_it(sides: TwoSides) -> None:
    request = unanswered(sides)

    sides.ship(request)

    assert (sides.request(request.id).state, sides.request(request.id).work(sides.app.clock.now())) == (
        RequestState.ACCEPTED,
        Work.DONE,
    )
    assert thread(sides, request)[1:] == [(MessageKind.ACCEPTED, sides.clerk.id)]
    with sides.app.reading() as unit:
        merchants = [entry.action for entry in unit.audit.list_for(sides.merchant, sides.order().id)]
        providers = [(entry.action, entry.actor) for entry in unit.audit.list_for(sides.provider, request.id)]
    assert "order.accepted" in merchants
    assert ("request.accepted", sides.clerk.id) in providers
    for impossible in (lambda: sides.answer(request, RequestAction.REJECT, code="out_of_stock"), sides.recall):
        with pytest.raises(Refused, match="All of it has shipped"):
            impossible()
    sides.shop.work_off()
    assert (sides.order().state, sides.alerts()) == (OrderState.SHIPPED, [])


@pytest.mark.parametrize("state", [RequestState.REQUESTED, RequestState.ACCEPTED])
def test_what_has_left_in_part_is_neither_rejected_nor_taken_back_at_once(sides: TwoSides, state: RequestState) -> None:
    request = unanswered(sides)
    begun = replace(request.ship({"1": Decimal(1)}, sides.app.clock.now()), state=state)
    with sides.app.unit_of_work() as unit:
        unit.requests.update(begun)
        unit.commit()

    with pytest.raises(Refused, match="A part of it has shipped"):
        sides.answer(request, RequestAction.REJECT, code="out_of_stock")
    assert sides.recall().state is RequestState.CANCEL_REQUESTED
