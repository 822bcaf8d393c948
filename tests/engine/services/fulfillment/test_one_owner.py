"""Units have one owner, also while one side has not heard yet of what the other has done."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.two_sides import TRACKED, TwoSides, open_two_sides

from adapters.stores.brightpearl.description import reasons, steps
from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.worker import process_job_now
from engine.model.fulfillment import ShipmentState
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest
from engine.model.store import Skipped
from engine.model.store_reasons import Reason
from engine.model.write_back import notify_key
from engine.services.connections.remove_connection import remove_connection
from engine.services.fulfillment.client_orders import tell_client
from engine.services.fulfillment.delegate import set_provider
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(sqlite_database, clock)


def ship_by_merchant(sides: TwoSides, number: str = "1") -> dict[str, Decimal]:
    order_id = sides.shop.order_id(number)
    return dict(ship_order(sides.app, sides.merchant, order_id, TRACKED, sides.owner.id).shipment.lines)


def test_what_a_provider_has_shipped_is_not_free_before_the_merchant_hears_of_it(sides: TwoSides) -> None:
    sides.ship(sides.taken())

    with pytest.raises(Refused, match="all of it has shipped"):
        sides.delegate()
    with pytest.raises(Refused, match="Acme 3PL has shipped it"):
        ship_by_merchant(sides)

    sides.shop.work_off()
    assert sides.order().state is OrderState.SHIPPED


def test_the_merchant_ships_what_the_provider_has_not(sides: TwoSides) -> None:
    sides.ship(sides.taken(lines={"1": Decimal(1)}))

    assert ship_by_merchant(sides) == {"1": 1}

    sides.shop.work_off()
    assert sides.order().state is OrderState.SHIPPED


def test_the_merchant_hears_of_what_left_before_the_connection_ended(sides: TwoSides) -> None:
    request = sides.taken()
    sides.ship(request)
    remove_connection(sides.app, sides.clerk, sides.connection().id)

    sides.shop.work_off()

    assert sides.order().state is OrderState.SHIPPED
    unship_order(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)
    sides.shop.work_off()
    assert sides.order().state is not OrderState.SHIPPED


@pytest.mark.parametrize("reason", [reasons.ALREADY_SHIPPED, reasons.NOT_PRINTED])
def test_what_had_left_when_its_store_closed_the_order_needs_a_person(sides: TwoSides, reason: Reason) -> None:
    sides.ship(sides.taken(lines={"1": Decimal(1)}))
    sides.shop.import_all(Skipped("n1", "1", reason.message(note="n1")))
    assert (sides.order().state_reason, NEEDS_ATTENTION in sides.order().flags) == (reason.code, False)

    sides.shop.work_off()

    with sides.app.reading() as unit:
        (shipment,) = unit.fulfillment.list_shipments(sides.merchant, sides.order().id)
    assert shipment.numbers == TRACKED.tracking_numbers, "it is not dropped"
    assert NEEDS_ATTENTION in sides.order().flags
    assert "Acme 3PL has shipped order 1, which had been closed meanwhile: look whether the goods" in sides.alerts()[0]


def test_what_leaves_of_an_order_that_is_open_needs_nobody(sides: TwoSides) -> None:
    sides.ship(sides.taken())
    sides.shop.work_off()
    assert (NEEDS_ATTENTION in sides.order().flags, sides.alerts()) == (False, [])


def marking_store(sides: TwoSides) -> None:
    """The merchant's store marks what it is told of as shipped, for good."""
    sides.shop.connector.steps = (steps.REFERENCE.code, steps.SHIPPED.code)


def take_back(sides: TwoSides, request: FulfillmentRequest) -> None:
    unship_order(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)


def test_a_provider_takes_nothing_back_that_the_merchants_store_holds_for_shipped(sides: TwoSides) -> None:
    marking_store(sides)
    first, second = (sides.taken(lines={"1": Decimal(1)}) for _ in range(2))
    for request in (first, second):  # the store hears of both by the job of the second
        sides.ship(request)
        sides.shop.work_off()

    for request in (first, second):
        with pytest.raises(Refused, match="the store has marked it as shipped"):
            take_back(sides, request)
        assert sides.copy(request).state is OrderState.SHIPPED
    assert sides.order().state is OrderState.SHIPPED


@pytest.mark.parametrize("again", [False, True])
def test_a_store_is_not_told_of_what_a_provider_is_taking_back(sides: TwoSides, clock: FixedClock, again: bool) -> None:
    marking_store(sides)
    first, second = (sides.taken(lines={"1": Decimal(1)}) for _ in range(2))
    sides.ship(first)
    sides.shop.work_off()
    take_back(sides, first)  # the merchant has not heard of it when all seems to have left
    if again:
        sides.ship(first)
    made = sides.ship(second).shipment
    tell_client(sides.app, sides.provider, second.id, made.id)
    with sides.app.reading() as unit:
        known = unit.fulfillment.find_by_source(sides.merchant, made.id)
        job = known and unit.jobs.find(sides.merchant, notify_key(known.id))
    assert sides.order().state is OrderState.SHIPPED
    worked = job and process_job_now(sides.app, "test", job.id)
    assert worked is not None
    assert worked.state is JobState.DUE
    assert "has just taken back a shipment of order 1" in str(worked.error)

    sides.shop.work_off()
    clock.sleep(3600)
    sides.shop.work_off()
    assert sides.order().state is (OrderState.SHIPPED if again else OrderState.PARTIALLY_SHIPPED)
    assert {notice.tracking_numbers for _, notice in sides.shop.connector.told} == ({("T1",)} if again else set())
    with sides.app.reading() as unit:
        ours = unit.fulfillment.list_shipments(sides.merchant, sides.order().id)
    assert sum(one.state is ShipmentState.SHIPPED for one in ours) == (2 if again else 1)


def test_an_order_that_is_held_goes_nowhere_whatever_its_state(sides: TwoSides) -> None:
    sides.delegate(lines={"1": Decimal(1)})
    hold_order(sides.app, sides.merchant, sides.order().id, "address?", sides.owner.id)
    assert sides.order().state is OrderState.PENDING_FULFILLMENT
    with pytest.raises(Refused, match="is on hold: release it first, then hand it over"):
        sides.delegate()

    with pytest.raises(Refused, match="is on hold"):
        ship_by_merchant(sides)

    release_holds(sides.app, sides.merchant, sides.order().id, sides.owner.id)
    assert [line.quantity for line in sides.delegate().lines] == [1]


def test_who_ships_what_is_with_a_provider_is_not_changed_before_it_is_recalled(sides: TwoSides) -> None:
    slug, order_id = sides.shop.provider.slug, sides.order().id

    def choose() -> str | None:
        return set_provider(sides.app, sides.merchant, order_id, slug, sides.owner.id).document().get("logistics_provider")

    request = sides.taken(lines={"1": Decimal(1)})
    assert choose() == slug, "one unit is free"
    rest = sides.delegate()
    with pytest.raises(Refused, match="Order 1 is with the logistics provider Acme 3PL: recall it first"):
        choose()
    for live in (request, rest):
        recall_order(sides.app, sides.merchant, order_id, sides.owner.id, live.id)
    assert choose() == slug

    ship_order(sides.app, sides.merchant, order_id, TRACKED, sides.owner.id)
    with pytest.raises(Refused) as refused:
        choose()
    assert refused.value.format("es") == 'El pedido 1 no se puede delegar: su estado es "Enviado".'


def test_a_service_preference_is_kept_whole_or_refused(sides: TwoSides) -> None:
    with pytest.raises(Refused, match="longer than 100 characters"):
        sides.delegate(service_preference="x" * 101)
    assert sides.delegate(service_preference="x" * 100).service_preference == "x" * 100
