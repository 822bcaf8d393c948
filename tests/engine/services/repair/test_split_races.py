"""Two people at the same order at once: one wins, the other gets a sentence, and no unit is there twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from support.clock import FixedClock
from support.races import race, refused
from support.shop import Shop, open_shop, ready

from engine.model.order import JOINED, Order
from engine.model.store import Ready
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.importing.import_store import import_store
from engine.services.repair.cancel import cancel_order
from engine.services.repair.split import join_order, split_order
from storage.database import Database

TIMES = 3  # each race is run so often: which of the two is first is the machine's choice


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


def of_two(number: str, quantity: int = 2) -> Ready:
    return ready(number, items=[{"line_key": "a", "sku": "A", "quantity": quantity}])


def parts_of(shop: Shop, number: str) -> list[Order]:
    with shop.app.reading() as uow:
        found = [one for one in uow.orders.stream(shop.merchant.id) if one.external_id.partition("#")[0] == f"n{number}"]
    return [one for one in found if one.state_reason != JOINED]


def split(shop: Shop, number: str, units: int = 1) -> Order:
    original = parts_of(shop, number)[0]
    return split_order(shop.app, shop.merchant.id, original.id, {"a": Decimal(units)}, "usr_1")[1]


def ship(shop: Shop, order: Order) -> Callable[[], object]:
    shipping = Shipping("seur", "24h", (order.order_number,))
    return partial(ship_order, shop.app, shop.merchant.id, order.id, shipping, "usr_1")


def units(shop: Shop, number: str) -> Decimal:
    return sum((order.quantities().get("a", Decimal(0)) for order in parts_of(shop, number)), Decimal(0))


def test_two_who_split_off_the_same_unit(shop: Shop) -> None:
    for number in map(str, range(TIMES)):
        shop.import_all(of_two(number))
        answers = race(partial(split, shop, number), partial(split, shop, number))

        assert len(refused(answers)) == 1
        assert "has to stay" in str(refused(answers)[0])
        assert (len(parts_of(shop, number)), units(shop, number)) == (2, 2)


def test_an_import_and_a_person_who_splits(shop: Shop) -> None:
    for number in map(str, range(TIMES)):
        shop.import_all(of_two(number))
        shop.connector.records[:] = [of_two(number, 5)]
        race(partial(split, shop, number), partial(import_store, shop.app, shop.merchant.id, shop.store.id))

        assert (len(parts_of(shop, number)), units(shop, number)) == (2, 5)


def test_one_who_joins_a_part_that_another_ships(shop: Shop) -> None:
    for number in map(str, range(TIMES)):
        shop.import_all(of_two(number))
        part = split(shop, number)
        answers = race(ship(shop, part), partial(join_order, shop.app, shop.merchant.id, part.id, "usr_1"))

        assert len(refused(answers)) == 1
        assert units(shop, number) == 2


def test_two_who_ship_the_last_two_parts_have_the_store_told(shop: Shop) -> None:
    for number in map(str, range(TIMES)):
        shop.import_all(of_two(number))
        split(shop, number)
        assert not refused(race(*(ship(shop, order) for order in parts_of(shop, number))))

        shop.work_off()
        told = [notice for _, notice in shop.connector.told if notice.external_id == f"n{number}"]
        assert told
        assert all(set(one.tracking_numbers) == {number, f"{number}-2"} and not one.is_part for one in told)


def test_one_who_ships_the_last_but_one_part_and_one_who_cancels_the_last(shop: Shop) -> None:
    for number in map(str, range(TIMES)):
        shop.import_all(of_two(number))
        part = split(shop, number)
        original = parts_of(shop, number)[0]
        cancel = partial(cancel_order, shop.app, shop.merchant.id, part.id, "Broken.", "usr_1")
        assert not refused(race(ship(shop, original), cancel))

        shop.work_off()
        told = [notice for _, notice in shop.connector.told if notice.external_id == f"n{number}"]
        assert told
        assert all(one.tracking_numbers == (number,) and not one.is_part for one in told)
