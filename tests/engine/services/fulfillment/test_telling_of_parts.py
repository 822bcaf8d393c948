"""A store hears of an order that leaves in parts as it was set, or as a person says; it holds it for shipped once, at the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from adapters.stores.brightpearl.description.steps import STEPS
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest
from engine.model.write_back import ASKS_PARTS, TELL_PARTS, PartsTelling, WriteBackStatus, notify_key
from engine.services.fulfillment.answer_parts import answer_parts, parts_question
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.list_untold import list_untold
from engine.services.fulfillment.notify_store import list_progress
from engine.services.fulfillment.ship_order import Shipped, ship_order, unship_order
from engine.services.refusals import Refused
from storage.database import Database

REFERENCE = STEPS[0].code
LINES = [{"line_key": key, "sku": f"S{key}", "name": f"Thing {key}", "quantity": 1} for key in ("1", "2")]
REST = Shipping("seur", "24h", ("T2",))


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    sides.shop.connector.steps = (REFERENCE,)
    sides.shop.import_all(ready("1", items=LINES))
    return sides


def setting(sides: TwoSides, telling: PartsTelling | None) -> None:
    """What the merchant's store is told of parts."""
    with sides.app.unit_of_work() as unit:
        store = unit.stores.get(sides.merchant, sides.shop.store.id)
        store.settings[TELL_PARTS] = telling
        unit.stores.update(store)
        unit.commit()


def part_leaves(sides: TwoSides) -> FulfillmentRequest:
    """The first of two lines, by a provider."""
    request = sides.taken(lines={"1": Decimal(1)})
    sides.ship(request)
    sides.shop.work_off()
    assert sides.order().state is OrderState.PARTIALLY_SHIPPED
    return request


def rest_leaves(sides: TwoSides) -> Shipped:
    shipped = ship_order(sides.app, sides.merchant, sides.shop.order_id("1"), REST, "somebody")
    sides.shop.work_off()
    return shipped


def told(sides: TwoSides) -> list[tuple[tuple[str, ...], bool]]:
    """The numbers that the store was told of, each time, and whether as a part."""
    return [(notice.tracking_numbers, notice.is_part) for step, notice in sides.shop.connector.told if step is not None]


def answer(sides: TwoSides, telling: PartsTelling) -> None:
    answer_parts(sides.app, sides.merchant, sides.shop.order_id("1"), telling, sides.owner.id)
    sides.shop.work_off()


@pytest.mark.parametrize("telling", [None, PartsTelling.ALL_OUT])
def test_unless_it_was_set_otherwise_a_store_hears_once_all_has_left(sides: TwoSides, telling: PartsTelling | None) -> None:
    setting(sides, telling)
    part_leaves(sides)
    assert (told(sides), list_untold(sides.app, sides.merchant)) == ([], [])
    rest_leaves(sides)

    assert told(sides) == [(("T1", "T2"), False)]


def test_a_store_that_wants_it_hears_of_each_part_and_of_the_end_once(sides: TwoSides) -> None:
    setting(sides, PartsTelling.EACH_PART)
    part_leaves(sides)
    assert told(sides) == [(("T1",), True)]
    rest_leaves(sides)

    assert told(sides) == [(("T1",), True), (("T1", "T2"), False)]


def test_where_a_person_is_asked_nothing_is_told_until_they_have_answered(sides: TwoSides) -> None:
    setting(sides, PartsTelling.ASK)
    part_leaves(sides)
    assert (told(sides), ASKS_PARTS in sides.order().flags) == ([], True)
    [listed] = list_untold(sides.app, sides.merchant)
    assert (listed.asks_parts, listed.attempts) == (True, 0)
    [shipment] = _shipments(sides)
    assert list_progress(sides.app, [shipment])[shipment.id].state is WriteBackStatus.ASKS

    answer(sides, PartsTelling.EACH_PART)
    assert (told(sides), ASKS_PARTS in sides.order().flags) == ([(("T1",), True)], False)
    assert list_untold(sides.app, sides.merchant) == []
    rest_leaves(sides)
    assert told(sides)[1:] == [(("T1", "T2"), False)]


def test_who_answers_wait_has_it_told_at_the_end(sides: TwoSides) -> None:
    setting(sides, PartsTelling.ASK)
    part_leaves(sides)
    answer(sides, PartsTelling.ALL_OUT)
    [shipment] = _shipments(sides)
    assert (told(sides), list_untold(sides.app, sides.merchant)) == ([], [])
    assert list_progress(sides.app, [shipment])[shipment.id].state is WriteBackStatus.NONE
    rest_leaves(sides)

    assert told(sides) == [(("T1", "T2"), False)]


def test_an_answer_may_be_changed_while_a_part_is_missing(sides: TwoSides) -> None:
    setting(sides, PartsTelling.ALL_OUT)
    part_leaves(sides)
    assert parts_question(sides.app, sides.order()) is False
    answer(sides, PartsTelling.EACH_PART)
    answer(sides, PartsTelling.EACH_PART)

    assert told(sides) == [(("T1",), True)]


def test_a_question_ends_when_all_has_left(sides: TwoSides) -> None:
    setting(sides, PartsTelling.ASK)
    part_leaves(sides)
    rest_leaves(sides)

    assert told(sides) == [(("T1", "T2"), False)]
    assert (ASKS_PARTS in sides.order().flags, list_untold(sides.app, sides.merchant)) == (False, [])
    assert parts_question(sides.app, sides.order()) is None


def test_a_question_ends_when_the_part_is_taken_back(sides: TwoSides) -> None:
    setting(sides, PartsTelling.ASK)
    request = part_leaves(sides)
    unship_order(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)
    sides.shop.work_off()

    assert (ASKS_PARTS in sides.order().flags, list_untold(sides.app, sides.merchant)) == (False, [])
    assert sides.shop.connector.told == []


def test_a_question_ends_when_the_store_wants_no_more(sides: TwoSides, clock: FixedClock) -> None:
    setting(sides, PartsTelling.ASK)
    part_leaves(sides)
    clock.sleep(3600)
    sides.shop.import_all(ready("1", items=LINES[:1]))
    sides.shop.work_off()

    assert sides.order().state is OrderState.SHIPPED
    assert (told(sides), ASKS_PARTS in sides.order().flags) == ([(("T1",), False)], False)


def test_nothing_but_an_answer_ends_a_question(sides: TwoSides) -> None:
    setting(sides, PartsTelling.ASK)
    part_leaves(sides)
    order_id = sides.shop.order_id("1")
    hold_order(sides.app, sides.merchant, order_id, "x", sides.owner.id)
    with sides.app.unit_of_work() as unit:
        order = unit.orders.get(sides.merchant, order_id, for_change=True)
        order.unflag(ASKS_PARTS)
        unit.orders.update_many([order])
        unit.commit()
    release_holds(sides.app, sides.merchant, order_id, sides.owner.id)
    sides.shop.work_off()

    [shipment] = _shipments(sides)
    with sides.app.reading() as unit:
        job = unit.jobs.find(sides.merchant, notify_key(shipment.id))
    assert job is not None
    assert (job.state, told(sides)) == (JobState.WAITING, [])
    assert [one.asks_parts for one in list_untold(sides.app, sides.merchant)] == [True]


def test_a_part_that_is_taken_back_leaves_the_others_told(sides: TwoSides) -> None:
    setting(sides, PartsTelling.EACH_PART)
    part_leaves(sides)
    rest_leaves(sides)
    unship_order(sides.app, sides.merchant, sides.shop.order_id("1"), "somebody")
    sides.shop.work_off()

    [withdrawn] = [notice for step, notice in sides.shop.connector.told if step is None]
    assert (withdrawn.tracking_numbers, withdrawn.staying, withdrawn.is_part) == (("T2",), ("T1",), True)


@pytest.mark.parametrize(
    ("prepare", "telling", "words"),
    [
        (lambda sides: None, PartsTelling.EACH_PART, "has not left in part"),
        (part_leaves, PartsTelling.ASK, "Say each_part, split or all_out"),
    ],
)
def test_what_cannot_be_answered_says_why(sides: TwoSides, prepare: Any, telling: PartsTelling, words: str) -> None:
    prepare(sides)
    with pytest.raises(Refused, match=words):
        answer(sides, telling)


def test_a_client_hears_of_each_part_whatever_its_own_store_is_told(sides: TwoSides) -> None:
    setting(sides, PartsTelling.ALL_OUT)
    request = part_leaves(sides)
    with pytest.raises(Refused, match="not left in part"):
        answer_parts(sides.app, sides.provider, sides.copy(request).id, PartsTelling.EACH_PART, sides.clerk.id)
    assert [parcel.tracking_number for one in _shipments(sides) for parcel in one.parcels] == [*TRACKED.tracking_numbers]


def _shipments(sides: TwoSides) -> list[Any]:
    with sides.app.reading() as unit:
        return list(unit.fulfillment.list_shipments(sides.merchant, sides.shop.order_id("1")))
