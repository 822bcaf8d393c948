"""Two who want the same request at once: one of them wins, the other is told, and both sides agree afterwards."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from support.clock import FixedClock
from support.races import race, refused
from support.two_sides import TwoSides, open_two_sides

from engine.model.account import AccountKind
from engine.model.order import OrderState
from engine.model.request import RequestAction, RequestState
from engine.services.accounts.accounts import add_location, create_account
from engine.services.connections.answer_invitation import approve, decline
from engine.services.connections.invite_client import invite_client
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import Shipped, ship_order
from storage.database import Database

TIMES = 4  # each race is run so often: which of the two is first is the machine's choice


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def test_two_delegations_of_the_same_units(sides: TwoSides) -> None:
    answers = race(sides.delegate, sides.delegate)

    (problem,) = refused(answers)
    assert "is with a provider already" in str(problem)
    with sides.app.reading() as unit:
        requests = unit.requests.list_for_order(sides.merchant, sides.order().id)
    assert [line.quantity for request in requests for line in request.lines] == [Decimal(2)]


def test_a_recall_against_the_import(sides: TwoSides) -> None:
    request = sides.delegate()

    answers = race(sides.recall, sides.fetch)
    assert refused(answers) == []
    sides.shop.work_off()

    kept = sides.request(request.id)
    assert kept.state is RequestState.CANCELLED
    assert sides.order().status() == "awaiting_shipment"
    if kept.copy_id is not None:
        assert sides.copy(request).state is OrderState.CANCELLED


def test_a_rejection_against_the_shipment(sides: TwoSides) -> None:
    request = sides.taken()

    answers = race(lambda: sides.answer(request, RequestAction.REJECT, code="out_of_stock"), lambda: sides.ship(request))
    (problem,) = refused(answers)
    sides.shop.work_off()

    if sides.request(request.id).state is RequestState.REJECTED:
        assert "has rejected the request" in str(problem)
        assert sides.order().state is OrderState.REJECTED_FULFILLMENT
        assert sides.copy(request).state is OrderState.CANCELLED
    else:
        assert "All of it has shipped" in str(problem)
        assert sides.order().state is OrderState.SHIPPED


def test_a_recall_against_the_shipment(sides: TwoSides) -> None:
    request = sides.taken()

    answers = race(sides.recall, lambda: sides.ship(request))
    (problem,) = refused(answers)
    sides.shop.work_off()

    if sides.request(request.id).state is RequestState.CANCELLED:
        assert "has been taken back" in str(problem)
        assert sides.order().status() == "awaiting_shipment"
    else:
        assert "has shipped" in str(problem) or "with no provider" in str(problem)
        assert sides.order().state is OrderState.SHIPPED


def test_the_merchants_shipment_against_the_providers(sides: TwoSides) -> None:
    request, order_id = sides.taken(), sides.order().id
    own = Shipping("seur", "24h", ("MINE",))

    answers = race(lambda: ship_order(sides.app, sides.merchant, order_id, own, sides.owner.id), lambda: sides.ship(request))
    (problem,) = refused(answers)
    assert "Acme 3PL" in str(problem)  # it has the order, or has shipped it
    assert isinstance(answers[1], Shipped)
    sides.shop.work_off()

    with sides.app.reading() as unit:
        (shipment,) = unit.fulfillment.list_shipments(sides.merchant, order_id)
    assert (shipment.numbers, sides.order().state) == (("T1",), OrderState.SHIPPED)


def test_the_removal_against_the_import(sides: TwoSides) -> None:
    request = sides.delegate()
    connection_id = sides.connection().id

    def remove() -> object:
        return remove_connection(sides.app, sides.clerk, connection_id, open_orders=OpenOrders.RETURN)

    assert refused(race(remove, sides.fetch)) == []
    sides.shop.work_off()

    assert sides.request(request.id).state is RequestState.CANCELLED
    assert sides.order().status() == "awaiting_shipment"
    if sides.request(request.id).copy_id is not None:
        assert sides.copy(request).state is OrderState.CANCELLED


def test_an_approval_against_a_decline(sides: TwoSides) -> None:
    create_account(
        sides.app, name="Nueva", kind=AccountKind.MERCHANT, email="new@nueva.example", password="a relay needs two", country="ES"
    )
    add_location(sides.app, "nueva", code="a", country="ES")
    person = sides.user("new@nueva.example")
    for _ in range(TIMES):
        invited = invite_client(sides.app, sides.clerk, client_name="N", company_name="Acme", email=person.email).id
        answers = race(
            partial(approve, sides.app, person, invited, accepts_terms=True), partial(decline, sides.app, person, invited)
        )
        (problem,) = refused(answers)
        assert f"{person.email} has" in str(problem)
        with sides.app.reading() as unit:
            kept = unit.connections.get(person.account_id, invited)
        if kept.is_active:
            remove_connection(sides.app, sides.clerk, invited)
