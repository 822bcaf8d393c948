"""A label of a parcel is being bought when the store closes its first order: what this sets free leaves once all the same."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.combining import combine, leaves, of, order, out, ship, states, units, unship
from support.labels import Shippers, open_shippers
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.rule_runs import SEND, jobs_of, publish, requests_of

from adapters.stores.brightpearl.description import reasons
from engine.jobs.kinds.delegate import LOOK_AGAIN_S
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.order_link import LinkKind
from engine.model.store import Skipped
from engine.services.refusals import Refused
from engine.services.repair.combine import combine_orders, separate_orders
from engine.services.repair.split import split_order
from storage.database import Database

OPEN, SHIPPED, COMBINED, CANCELLED = OrderState.OPEN, OrderState.SHIPPED, OrderState.COMBINED, OrderState.CANCELLED


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    sides = open_shippers(database, clock)
    sides.shop.import_all(of("5", 1))
    combine(sides, {"2": 3, "3": 2})
    return sides


def close_the_first(sides: Shippers) -> None:
    sides.shop.import_all(Skipped("n2", "2", reasons.NOT_PRINTED.message(note="n2")))


def ids(sides: Shippers, *numbers: str) -> list[str]:
    return [sides.shop.order_id(number) for number in numbers]


def combine_with_another(sides: Shippers) -> None:
    combine_orders(sides.app, sides.merchant, ids(sides, "3", "5"), sides.owner.id)


def be_split(sides: Shippers) -> None:
    split_order(sides.app, sides.merchant, sides.shop.order_id("3"), {"a": Decimal(1)}, sides.owner.id)


WAYS: dict[str, Callable[[Shippers], object]] = {
    "combined with another": combine_with_another,
    "shipped": lambda sides: ship(sides, "3"),
    "labelled": lambda sides: sides.buy("3"),
    "split": be_split,
}
AT_THE_PROVIDER: dict[str, Callable[[Shippers], object]] = {"delegated": lambda sides: sides.delegate("3")}


@pytest.mark.parametrize("way", (WAYS | AT_THE_PROVIDER).values(), ids=WAYS | AT_THE_PROVIDER)
def test_no_other_way_is_open_to_units_that_a_label_is_being_bought_for(
    sides: Shippers, way: Callable[[Shippers], object]
) -> None:
    said: list[str] = []

    def closed_meanwhile() -> None:
        sides.carrier.meanwhile = lambda: None
        close_the_first(sides)
        assert states(sides, "2", "3") == [CANCELLED, OPEN]
        with pytest.raises(Refused) as refused:
            way(sides)
        said.append(refused.value.message.code)

    sides.carrier.meanwhile = closed_meanwhile
    sides.buy("2")
    assert said in (["label_being_bought"], ["already_with_provider"])
    assert (states(sides, "3"), out(sides, "3"), len(sides.carrier.purchases)) == ([SHIPPED], 2, 1)
    with pytest.raises(Refused):
        combine_with_another(sides)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_once_the_carrier_has_refused_that_label_every_way_is_open(sides: Shippers, way: Callable[[Shippers], object]) -> None:
    def closed_and_refused() -> None:
        sides.carrier.meanwhile = lambda: None
        close_the_first(sides)
        raise TOO_FAR

    sides.carrier.meanwhile = closed_and_refused
    with pytest.raises(Refused, match="does not go there"):
        sides.buy("2")
    way(sides)
    assert (states(sides, "2"), out(sides, "2")) == ([CANCELLED], 0)


def test_while_nobody_knows_of_that_label_nothing_of_it_leaves_and_then_each_unit_once(sides: Shippers) -> None:
    sides.carrier.meanwhile = lambda: close_the_first(sides)
    sides.carrier.fails_after["buy"] = [NO_ANSWER]
    with pytest.raises(Refused):
        sides.buy("2")
    with pytest.raises(Refused, match="A label for order 2 is being bought"):
        combine_with_another(sides)
    sides.app.clock.sleep(3600)
    sides.shop.work_off()
    assert (states(sides, "3"), out(sides, "3"), len(sides.carrier.purchases)) == ([SHIPPED], 2, 1)


@pytest.mark.parametrize("bought", [True, False])
def test_what_rules_hand_over_waits_until_the_label_is_known(sides: Shippers, bought: bool) -> None:
    publish(sides.shop, f"{{id: acme, when: always, then: [{SEND}]}}")

    def closed_meanwhile() -> None:
        close_the_first(sides)
        sides.shop.work_off()
        assert [job.state for job in jobs_of(sides.shop, "3")] == [JobState.DUE]
        if not bought:
            raise TOO_FAR

    sides.carrier.meanwhile = closed_meanwhile
    if bought:
        sides.buy("2")
    else:
        with pytest.raises(Refused):
            sides.buy("2")
    sides.app.clock.sleep(LOOK_AGAIN_S)
    sides.shop.work_off()
    assert [int(line.quantity) for request in requests_of(sides.shop, "3") for line in request.lines] == ([] if bought else [2])
    assert states(sides, "3") == ([SHIPPED] if bought else [OrderState.PENDING_FULFILLMENT])


def test_an_order_that_leaves_its_parcel_with_nothing_in_it_is_free_at_once(sides: Shippers) -> None:
    separate_orders(sides.app, sides.merchant, ids(sides, "2")[0], (), sides.owner.id)
    combine_with_another(sides)
    with sides.app.reading() as uow:
        kinds = [link.kind for link in uow.order_links.list_for(sides.merchant, ids(sides, "3"))]
    assert kinds == [LinkKind.COMBINED]


def test_an_order_may_part_from_one_parcel_after_the_other(sides: Shippers) -> None:
    leaves(sides, "2", {"3:a": 1})
    close_the_first(sides)
    assert order(sides, "3").state is OrderState.PARTIALLY_SHIPPED
    assert units(sides, "3") == [2]
    ship(sides, "3", "T3")
    assert out(sides, "3") == 2


def test_what_left_in_the_parcel_of_another_order_is_taken_back_with_that_parcel_alone(sides: Shippers) -> None:
    leaves(sides, "2", {"a": 1, "3:a": 2})
    sides.shop.import_all(Skipped("n2", "2", reasons.ALREADY_SHIPPED.message(note="n2")))
    assert (states(sides, "3"), out(sides, "3")) == ([SHIPPED], 2)
    with pytest.raises(Refused, match="Order 3 has left in the parcel of order 2: take the shipment back there"):
        unship(sides, "3")
    unship(sides, "2")
    assert (states(sides, "3"), out(sides, "3"), out(sides, "2")) == ([OPEN], 0, 0)
