"""People split an order into parts and join them again; its store knows it as one all the while."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import edit, publish
from support.shop import Shop, open_shop, ready

from adapters.stores.brightpearl.description import reasons, steps
from engine.model.fulfillment import Shipment
from engine.model.order import JOINED, Order, OrderState
from engine.model.request import RequestState
from engine.model.store import Skipped
from engine.model.write_back import TELL_PARTS, PartsTelling
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.importing.raw_documents import read_raw
from engine.services.refusals import Refused
from engine.services.repair.cancel import cancel_order, restore_order
from engine.services.repair.combine import combine_orders
from engine.services.repair.split import join_order, may_split, split_order
from engine.services.stores.change_store import StoreChanges, update_store
from storage.database import Database

A, B = {"line_key": "a", "sku": "A", "name": "Mug"}, {"line_key": "b", "sku": "B", "name": "Vase"}


def of(a: int, b: int = 0) -> list[dict[str, Any]]:
    return [{**line, "quantity": number} for line, number in ((A, a), (B, b)) if number]


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.import_all(ready("1", items=of(3, 2)))
    return shop


def orders(shop: Shop) -> dict[str, Order]:
    with shop.app.reading() as uow:
        return {order.order_number: order for order in uow.orders.stream(shop.merchant.id)}


def units(shop: Shop) -> dict[str, dict[str, int]]:
    """Of what is not joined again."""
    return {
        number: {key: int(has) for key, has in order.quantities().items()}
        for number, order in orders(shop).items()
        if order.state_reason != JOINED
    }


def split(shop: Shop, number: str = "1", **wanted: int) -> tuple[Order, Order]:
    chosen = {key: Decimal(quantity) for key, quantity in wanted.items()}
    return split_order(shop.app, shop.merchant.id, orders(shop)[number].id, chosen, "usr_1")


def join(shop: Shop, number: str = "1-2") -> Order:
    return join_order(shop.app, shop.merchant.id, orders(shop)[number].id, "usr_1")


def ship(shop: Shop, number: str, tracking: str) -> Shipment:
    shipping = Shipping("seur", "24h", (tracking,))
    shipped = ship_order(shop.app, shop.merchant.id, orders(shop)[number].id, shipping, "usr_1").shipment
    shop.work_off()
    return shipped


def told(shop: Shop) -> list[tuple[str, tuple[str, ...], bool]]:
    """Of which note the store heard that something left, with which numbers, and whether something is still to come."""
    notices = [notice for step, notice in shop.connector.told if step is not None]
    return [(notice.external_id, notice.tracking_numbers, notice.is_part) for notice in notices]


def set_parts(shop: Shop, telling: PartsTelling) -> None:
    update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(settings={TELL_PARTS: telling.value}), "usr_1")


def test_a_part_is_an_order_of_its_own_that_is_decided_about_by_itself(shop: Shop) -> None:
    edit(shop, "1", ship_to__city="Toledo")
    publish(shop, "{id: vases, when: {any_item: {field: sku, is: equals, value: B}}, then: [{do: add_tag, tag: vase}]}")

    order, part = split(shop, b=2)
    assert units(shop) == {"1": {"a": 3}, "1-2": {"b": 2}}
    assert (order.matched, part.matched, part.document()["tags"]) == ((), ("vases",), ["vase"])
    assert (part.store_id, part.document()["order_number"]) == (order.store_id, "1-2")
    assert part.document()["ship_to"]["city"] == "Toledo", "what people corrected holds of both"
    with shop.app.reading() as uow:
        actions = [(one.actor, one.action, one.after) for one in uow.audit.list_for(shop.merchant.id, order.id)]
    assert actions[-1] == ("usr_1", "order.split", {"1-2": {"b": 2}})


def test_each_part_is_held_delegated_and_shipped_by_itself(shop: Shop) -> None:
    split(shop, a=1)
    held = hold_order(shop.app, shop.merchant.id, orders(shop)["1-2"].id, "Out of stock.", "usr_1")
    delegate_order(shop.app, shop.merchant.id, orders(shop)["1"].id, Asking("acme-3pl"), "usr_1")
    states = {number: order.status() for number, order in orders(shop).items()}
    assert states == {"1": "pending_fulfillment", "1-2": "on_hold"}

    with shop.app.reading() as uow:
        (request,) = uow.requests.list_for_order(shop.merchant.id, orders(shop)["1"].id)
    assert {line.line_key: int(line.quantity) for line in request.lines} == {"a": 2, "b": 2}
    release_holds(shop.app, shop.merchant.id, orders(shop)["1-2"].id, "usr_1", held.id)
    assert ship(shop, "1-2", "T2").lines == {"a": Decimal(1)}
    assert orders(shop)["1"].state is OrderState.PENDING_FULFILLMENT


def test_the_store_is_told_once_when_all_parts_are_out(shop: Shop) -> None:
    split(shop, b=1)
    split(shop, b=1)

    ship(shop, "1-2", "T2")
    ship(shop, "1", "T1")
    assert told(shop) == []
    ship(shop, "1-3", "T3")
    assert told(shop) == [("n1", ("T1", "T2", "T3"), False)]


def test_the_store_is_told_of_each_part_where_it_is_set_so_and_never_of_all_before_the_last(shop: Shop) -> None:
    set_parts(shop, PartsTelling.EACH_PART)
    split(shop, b=2)

    ship(shop, "1", "T1")
    assert told(shop) == [("n1", ("T1",), True)]
    ship(shop, "1-2", "T2")
    assert told(shop)[-1] == ("n1", ("T1", "T2"), False)


def test_a_part_that_is_taken_back_is_open_again_until_it_leaves(shop: Shop) -> None:
    split(shop, b=2)
    ship(shop, "1", "T1")
    unship_order(shop.app, shop.merchant.id, orders(shop)["1"].id, "usr_1")
    ship(shop, "1-2", "T2")
    assert told(shop) == []

    ship(shop, "1", "T3")
    assert told(shop) == [("n1", ("T2", "T3"), False)]


def test_the_rest_that_is_cancelled_is_waited_for_no_more(shop: Shop) -> None:
    split(shop, b=2)
    ship(shop, "1", "T1")

    cancel_order(shop.app, shop.merchant.id, orders(shop)["1-2"].id, "Broken.", "usr_1")
    shop.work_off()
    assert told(shop) == [("n1", ("T1",), False)]


def test_parts_are_joined_again_and_their_numbers_are_not_used_twice(shop: Shop) -> None:
    split(shop, a=1, b=2)

    assert join(shop).order_number == "1"
    assert units(shop) == {"1": {"a": 3, "b": 2}}
    assert (orders(shop)["1-2"].state, orders(shop)["1-2"].state_reason) == (OrderState.CANCELLED, JOINED)
    split(shop, a=1)
    assert units(shop) == {"1": {"a": 2, "b": 2}, "1-3": {"a": 1}}
    with pytest.raises(Refused, match="was a part and was joined with its original again"):
        restore_order(shop.app, shop.merchant.id, orders(shop)["1-2"].id, "usr_1")
    shop.import_all(ready("1", items=of(3, 2)))
    assert units(shop) == {"1": {"a": 2, "b": 2}, "1-3": {"a": 1}}


def test_a_part_is_split_further(shop: Shop) -> None:
    split(shop, a=2, b=1)
    split(shop, "1-2", a=1)

    assert units(shop) == {"1": {"a": 1, "b": 1}, "1-2": {"a": 1, "b": 1}, "1-3": {"a": 1}}
    join(shop, "1-3")
    assert units(shop) == {"1": {"a": 2, "b": 1}, "1-2": {"a": 1, "b": 1}}


def test_nothing_is_joined_once_a_part_or_the_original_has_left(shop: Shop) -> None:
    split(shop, b=2)
    ship(shop, "1-2", "T2")

    with pytest.raises(Refused, match='cannot be joined: the status of 1-2 is "Shipped"'):
        join(shop)
    split(shop, a=1)
    ship(shop, "1", "T1")
    with pytest.raises(Refused, match='cannot be joined: the status of 1 is "Shipped"'):
        join(shop, "1-3")
    with pytest.raises(Refused, match="is not a part"):
        join(shop, "1")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({}, "Choose at least one line"),
        ({"a": 4}, r"Line a \(Mug\): write a number above 0 and at most 3"),
        ({"c": 1}, "has no line c. It has a, b"),
        ({"a": 3, "b": 2}, "has to stay"),
    ],
)
def test_what_cannot_be_split_off_is_said(shop: Shop, wanted: dict[str, int], says: str) -> None:
    with pytest.raises(Refused, match=says):
        split(shop, **wanted)
    assert units(shop) == {"1": {"a": 3, "b": 2}}


def test_a_person_may_split_what_has_several_units_and_has_not_left(shop: Shop) -> None:
    shop.import_all(ready("2", items=of(1)), ready("3", items=of(2)), ready("4", items=of(2)), ready("5", items=of(2)))
    ship_order(shop.app, shop.merchant.id, orders(shop)["3"].id, Shipping("seur", "24h", ("T1",)), "usr_1")
    combine_orders(shop.app, shop.merchant.id, [orders(shop)[number].id for number in ("4", "5")], "usr_1")
    found = {number: may_split(order) for number, order in orders(shop).items()}
    assert found == {"1": True, "2": False, "3": False, "4": False, "5": False}


def test_what_a_provider_has_or_has_left_is_not_split(shop: Shop) -> None:
    delegate_order(shop.app, shop.merchant.id, orders(shop)["1"].id, Asking("acme-3pl"), "usr_1")
    with pytest.raises(Refused, match='its status is "Pending fulfillment"'):
        split(shop, a=1)


@pytest.mark.parametrize(
    ("wanted", "becomes"),
    [
        (of(4, 2), {"1": {"a": 2, "b": 1}, "1-2": {"a": 2, "b": 1}}),  # what is new is the original's
        (of(2, 2), {"1": {"b": 1}, "1-2": {"a": 2, "b": 1}}),  # the original gives way first
        (of(1, 2), {"1": {"b": 1}, "1-2": {"a": 1, "b": 1}}),  # then the part
        (of(3, 0), {"1": {"a": 1}, "1-2": {"a": 2}}),
        (of(1, 0), {"1": {}, "1-2": {"a": 1}}),
    ],
)
def test_no_unit_is_lost_or_doubled_when_the_store_wants_more_or_less(
    shop: Shop, wanted: list[dict[str, Any]], becomes: dict[str, dict[str, int]]
) -> None:
    split(shop, a=2, b=1)

    shop.import_all(ready("1", items=wanted))
    assert units(shop) == becomes
    shop.import_all(ready("1", items=wanted))
    assert units(shop) == becomes


def test_a_part_without_units_is_none_any_more(shop: Shop) -> None:
    split(shop, b=2)
    shop.import_all(ready("1", items=of(3, 0)))

    assert units(shop) == {"1": {"a": 3}}
    assert orders(shop)["1-2"].state_reason == JOINED


def test_what_has_left_stays_with_its_part_whatever_the_store_wants(shop: Shop) -> None:
    split(shop, a=2)
    ship(shop, "1-2", "T2")

    shop.import_all(ready("1", items=of(2, 2)))
    assert units(shop) == {"1": {"b": 2}, "1-2": {"a": 2}}


def test_other_changes_of_the_store_reach_all_parts(shop: Shop) -> None:
    split(shop, b=2)
    shop.import_all(ready("1", items=of(3, 2), reference="NEW"))

    assert {order.document()["reference"] for order in orders(shop).values()} == {"NEW"}
    assert {number: order.document()["order_number"] for number, order in orders(shop).items()} == {"1": "1", "1-2": "1-2"}


def test_parts_are_closed_and_come_back_with_their_original(shop: Shop) -> None:
    split(shop, b=2)
    gone = Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1"))
    shop.import_all(gone)
    assert {order.state for order in orders(shop).values()} == {OrderState.CANCELLED}

    shop.import_all(ready("1", items=of(3, 2)))
    assert {order.state for order in orders(shop).values()} == {OrderState.OPEN}
    assert units(shop) == {"1": {"a": 3}, "1-2": {"b": 2}}


def test_an_open_part_hears_what_becomes_of_its_note_after_the_original_has_shipped(shop: Shop) -> None:
    split(shop, b=2)
    ship(shop, "1", "T1")
    shop.import_all(Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1")))

    assert {number: order.state for number, order in orders(shop).items()} == {
        "1": OrderState.SHIPPED,
        "1-2": OrderState.CANCELLED,
    }


def test_a_request_loses_the_units_that_the_store_takes_out_of_its_part(shop: Shop) -> None:
    split(shop, a=2)
    part = orders(shop)["1-2"]
    delegate_order(shop.app, shop.merchant.id, part.id, Asking("acme-3pl"), "usr_1")

    shop.import_all(ready("1", items=of(1, 2)))
    with shop.app.reading() as uow:
        (request,) = uow.requests.list_for_order(shop.merchant.id, part.id)
    assert (request.state, [int(line.quantity) for line in request.lines]) == (RequestState.REQUESTED, [1])


def test_a_part_shows_what_the_store_said_of_its_original(shop: Shop) -> None:
    _, part = split(shop, b=2)

    assert [one.document for one in read_raw(shop.app, shop.merchant.id, part.id)] == [b"{}"]


def test_a_part_is_not_taken_back_once_the_store_holds_the_note_for_shipped_through_another(shop: Shop) -> None:
    shop.connector.steps = (steps.SHIPPED.code,)
    split(shop, b=2)
    ship(shop, "1", "T1")
    ship(shop, "1-2", "T2")

    with pytest.raises(Refused, match="the store has marked it as shipped"):
        unship_order(shop.app, shop.merchant.id, orders(shop)["1"].id, "usr_1")
