"""Two processes that want the same at once: one of them wins, the other is told who has it, and both sides agree afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from support.clock import FixedClock
from support.rival import Rival
from support.shop import PROVIDER, STRANGER, ready
from support.two_sides import TwoSides, open_two_sides

from engine.model.connection import ConnectionState
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.services.accounts.accounts import add_location
from engine.services.connections.invite_client import invite_client
from engine.services.connections.remove_connection import remove_connection
from storage.database import Database

Told = tuple[str, ...]


@dataclass
class Rivals:
    """Both processes, and the two sides as this one sees them."""

    sides: TwoSides
    processes: tuple[Rival, Rival]

    def race(self, one: Told, other: Told) -> list[str]:
        """What each of them is answered, told at the same moment."""
        for process, told in zip(self.processes, (one, other), strict=True):
            process.tell(*told)
        answers = [process.answer() for process in self.processes]
        self.sides.shop.work_off()
        return answers


@pytest.fixture
def rivals(database: Database, clock: FixedClock) -> Iterator[Rivals]:
    sides = open_two_sides(database, clock)
    sides.shop.import_all(*(ready(number) for number in "12345"))
    url = database.url.render_as_string(hide_password=False)
    processes = (Rival(url, clock.now().isoformat()), Rival(url, clock.now().isoformat()))
    for process in processes:
        assert process.answer() == ""
    yield Rivals(sides, processes)
    for process in processes:
        process.end()


def test_one_of_two_processes_wins_and_the_other_is_told_who_has_it(rivals: Rivals) -> None:
    sides = rivals.sides
    merchant, provider = sides.merchant, sides.provider
    owner, clerk = sides.owner.id, sides.clerk.id

    order_id = sides.shop.order_id("1")
    asked = ("delegate", merchant, order_id, "acme-3pl", owner)
    answers = rivals.race(asked, asked)
    assert sorted(map(bool, answers)) == [False, True]
    assert "with a provider already" in max(answers)
    with sides.app.reading() as unit:
        (request,) = unit.requests.list_for_order(merchant, order_id)

    asked_too = sides.taken("2")
    answers = rivals.race(
        ("ship", merchant, sides.shop.order_id("2"), "MINE", owner),
        ("ship", provider, sides.copy(asked_too).id, "THEIRS", clerk),
    )
    assert answers[1] == ""
    assert "Acme 3PL" in answers[0]
    with sides.app.reading() as unit:
        (shipment,) = unit.fulfillment.list_shipments(merchant, sides.shop.order_id("2"))
    assert (shipment.numbers, sides.order("2").state) == (("THEIRS",), OrderState.SHIPPED)

    asked_too = sides.taken("3")
    answers = rivals.race(("reject", provider, asked_too.id, clerk), ("ship", provider, sides.copy(asked_too).id, "T3", clerk))
    rejected = sides.request(asked_too.id).state is RequestState.REJECTED
    assert sorted(map(bool, answers)) == [False, True]
    assert ("has rejected the request" if rejected else "All of it has shipped") in max(answers)
    assert sides.order("3").state is (OrderState.REJECTED_FULFILLMENT if rejected else OrderState.SHIPPED)

    asked_too = sides.delegate("4")
    store_id = str(sides.connection().store_id)
    assert rivals.race(("recall", merchant, sides.shop.order_id("4"), owner), ("import", provider, store_id)) == ["", ""]
    kept = sides.request(asked_too.id)
    assert (kept.state, sides.order("4").status()) == (RequestState.CANCELLED, "awaiting_shipment")
    assert kept.copy_id is None or sides.copy(asked_too).state is OrderState.CANCELLED

    order_id = sides.shop.order_id("5")
    answers = rivals.race(("delegate", merchant, order_id, "acme-3pl", owner), ("ship", merchant, order_id, "T5", owner))
    assert sorted(map(bool, answers)) == [False, True]
    assert sides.order("5").state in (OrderState.PENDING_FULFILLMENT, OrderState.SHIPPED)
    assert request.id != asked_too.id


def test_an_invitation_is_approved_or_declined_by_one_of_two_processes(rivals: Rivals) -> None:
    sides = rivals.sides
    add_location(sides.app, "elsewhere", code="a", country="ES")
    for _ in range(3):
        invited = invite_client(sides.app, sides.clerk, client_name="New", company_name="Acme", email=STRANGER)
        answers = rivals.race(("approve", STRANGER, invited.id), ("decline", STRANGER, invited.id))
        assert sorted(map(bool, answers)) == [False, True]
        with sides.app.reading() as unit:
            kept = unit.connections.get(sides.provider, invited.id)
        assert kept.state is (ConnectionState.ACTIVE if not answers[0] else ConnectionState.DECLINED)
        assert f"{STRANGER} has {'approved' if kept.is_active else 'declined'}" in max(answers)
        if kept.is_active:
            remove_connection(sides.app, sides.clerk, invited.id)


def test_nobody_sees_half_of_a_connection_that_ends_while_its_orders_are_imported(rivals: Rivals) -> None:
    sides = rivals.sides
    asked = [sides.delegate(number) for number in "12"]
    connection = sides.connection()

    answers = rivals.race(("remove", PROVIDER, connection.id), ("import", sides.provider, str(connection.store_id)))

    assert answers == ["", ""]
    assert not sides.connection().is_active
    for number, request in zip("12", asked, strict=True):
        kept = sides.request(request.id)
        assert (kept.state, sides.order(number).status()) == (RequestState.CANCELLED, "awaiting_shipment")
        assert kept.copy_id is None or sides.copy(request).state is OrderState.CANCELLED
