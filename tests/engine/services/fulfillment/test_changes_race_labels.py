"""A client's order changes in one process while another one buys its label: one with the old address is never passed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.rival import STOPPED, Rival
from support.shop import ready

from engine.model.request import FulfillmentRequest, RequestAction
from engine.model.request_change import ChangeState
from engine.services.fulfillment.change_requests import CHANGE_REQUESTED
from storage.database import Database

OLD, NEW = "Madrid", "Porto"
TIMES = 6  # the race without stops is run so often: who is first is the machine's choice


@dataclass
class Racers:
    """The process of the merchant's store, that of the 3PL's desk, and both sides as this process sees them."""

    sides: Shippers
    store: Rival
    desk: Rival

    def taken(self, number: str) -> FulfillmentRequest:
        """An order that the 3PL has, and whose address the store has changed since; nobody has read that yet."""
        self.sides.shop.import_all(ready(number))
        request = self.sides.taken(number)
        self.store.tell("print", number, NEW)
        assert self.store.answer() == ""
        return request

    def begin_import(self) -> None:
        """Of the merchant's store."""
        self.store.tell("import", self.sides.merchant, self.sides.shop.store.id)

    def begin_fetch(self) -> None:
        """What the 3PL's import brings, by the same process."""
        self.store.tell("import", self.sides.provider, str(self.sides.connection().store_id))

    def begin_label(self, request: FulfillmentRequest) -> None:
        self.desk.tell("label", self.sides.provider, str(request.copy_id), self.sides.clerk.id)

    def outcome(self, number: str, request: FulfillmentRequest) -> str:
        """The city on the label, which the copy says too; where the merchant says otherwise, the 3PL is asked, and answers."""
        sides = self.sides
        with sides.app.reading() as unit:
            [label] = unit.labels.list_for_order(sides.provider, str(request.copy_id))
        printed = label.request.ship_to.city
        kept, copy = sides.request(request.id), sides.copy(request)
        assert sides.order(number).document()["ship_to"]["city"] == NEW
        assert (copy.document()["ship_to"]["city"], label.is_paid) == (printed, True)
        assert (kept.waits_for_change, CHANGE_REQUESTED in copy.flags) == (printed == OLD, printed == OLD)
        if printed == OLD:
            sides.app.clock.sleep(1)  # so that the answer is later than the question
            answered = sides.answer(kept, RequestAction.REFUSE_CHANGE, text="It is on the truck.").change
            assert answered is not None
            assert answered.state is ChangeState.REFUSED
            assert f"ships order {number} as it was, without your change (Ship-to address)" in sides.alerts()[0]
        return printed


@pytest.fixture
def racers(database: Database, clock: FixedClock) -> Iterator[Racers]:
    sides = open_shippers(database, clock)
    url = database.url.render_as_string(hide_password=False)
    store, desk = (Rival(url, clock.now().isoformat()) for _ in range(2))
    for process in (store, desk):
        assert process.answer() == ""
    yield Racers(sides, store, desk)
    for process in (store, desk):
        process.end()


def stop_after(process: Rival, transactions: int) -> None:
    process.tell("stop", str(transactions))
    assert process.answer() == ""


def go_on(process: Rival) -> None:
    process.tell("go on")
    assert process.answer() == ""


def test_a_change_between_any_two_steps_of_a_purchase_is_asked_of_the_3pl(racers: Racers) -> None:
    printed = []
    is_midway = True
    while is_midway:
        number = f"b{len(printed)}"
        request = racers.taken(number)
        stop_after(racers.desk, len(printed) + 1)
        racers.begin_label(request)
        is_midway = racers.desk.answer() == STOPPED
        for begin in (racers.begin_import, racers.begin_fetch):
            begin()
            assert racers.store.answer() == ""
        if is_midway:
            go_on(racers.desk)
        printed.append(racers.outcome(number, request))
    assert len(printed) > 3, "a purchase has several transactions"
    assert set(printed) == {OLD}


def test_a_label_between_any_two_steps_of_a_change_has_the_new_address_or_the_3pl_is_asked(racers: Racers) -> None:
    printed = []
    is_midway = True
    while is_midway:
        number = f"c{len(printed)}"
        request = racers.taken(number)
        stop_after(racers.store, len(printed) + 1)
        is_midway = False
        for begin in (racers.begin_import, racers.begin_fetch):
            begin()
            if racers.store.answer() == STOPPED:
                is_midway = True
                racers.begin_label(request)
                assert racers.desk.answer() == ""
                go_on(racers.store)
        if is_midway:
            printed.append(racers.outcome(number, request))
    assert len(printed) > 3, "a change has several transactions"
    assert printed == sorted(printed), "the old address first, and the new one once it is imported"
    assert set(printed) == {OLD, NEW}


def test_a_change_and_a_label_at_the_same_moment(racers: Racers) -> None:
    for number in map(str, range(2, 2 + TIMES)):
        request = racers.taken(number)
        racers.begin_import()
        racers.begin_label(request)
        assert [racers.store.answer(), racers.desk.answer()] == ["", ""]
        racers.begin_fetch()
        assert racers.store.answer() == ""
        racers.outcome(number, request)
