"""What people had set of a whole order, once it is split: its parts collect and insure together what it did."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import edit
from support.shop import Shop, open_shop, ready

from engine.model.order import Order
from engine.services.repair.split import join_order, split_order
from storage.database import Database

COD, INSURED = "cash_on_delivery.amount", "insured_value"
LINES = [
    {"line_key": "a", "sku": "A", "quantity": 2, "unit_price": "19.99"},
    {"line_key": "b", "sku": "B", "quantity": 1, "unit_price": "18.66"},
]


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def orders(shop: Shop) -> list[Order]:
    """The original and its parts."""
    with shop.app.reading() as uow:
        return sorted(uow.orders.stream(shop.merchant.id), key=lambda order: order.order_number)


def split(shop: Shop, **person: Any) -> tuple[Order, Order]:
    """With one unit of the first line in the part."""
    edit(shop, "1", **person)
    split_order(shop.app, shop.merchant.id, orders(shop)[0].id, {"a": Decimal(1)}, "usr_1")
    original, part = orders(shop)
    return original, part


def amount(order: Order, name: str) -> Decimal | None:
    value = order.person.get(name)
    return None if value is None else Decimal(str(value))


def test_amounts_are_shared_to_the_cent_and_add_up_again(shop: Shop) -> None:
    shop.import_all(ready("1", items=LINES))
    original, part = split(shop, **{COD: Decimal("58.64"), INSURED: Decimal("100.01")})
    assert [amount(one, COD) for one in (original, part)] == [Decimal("38.65"), Decimal("19.99")]
    assert [amount(one, INSURED) for one in (original, part)] == [Decimal("65.92"), Decimal("34.09")]
    join_order(shop.app, shop.merchant.id, part.id, "usr_1")

    joined = orders(shop)[0]
    assert (amount(joined, COD), amount(joined, INSURED)) == (Decimal("58.64"), Decimal("100.01"))


def test_amounts_are_shared_in_the_coins_of_their_currency(shop: Shop) -> None:
    shop.import_all(ready("1", currency="JPY", items=[{**line, "unit_price": "100"} for line in LINES]))
    original, part = split(shop, **{COD: Decimal(1000)})

    assert [amount(one, COD) for one in (original, part)] == [Decimal(667), Decimal(333)]


def test_without_a_price_the_order_that_was_split_keeps_them(shop: Shop) -> None:
    shop.import_all(ready("1", items=[{**LINES[0], "unit_price": None}, LINES[1]]))
    original, part = split(shop, **{COD: Decimal("58.64")})

    assert (amount(original, COD), COD in part.person) == (Decimal("58.64"), False)


def test_weight_and_size_are_those_of_no_part(shop: Shop) -> None:
    shop.import_all(ready("1", items=[{**line, "weight_g": 100} for line in LINES]))
    sizes = {"weight_g": 5000, "length_mm": 300, "width_mm": 200, "height_mm": 100, "carrier_options.dry_ice": 800}
    original, part = split(shop, **sizes, **{"ship_to.city": "Vigo"})
    for one in (original, part):
        assert not sizes.keys() & one.person.keys()
        assert one.person["ship_to.city"] == "Vigo"
    original.person["weight_g"] = 450
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([original])
        unit.commit()
    join_order(shop.app, shop.merchant.id, part.id, "usr_1")

    assert "weight_g" not in orders(shop)[0].person


def test_that_there_is_dry_ice_is_true_of_each_part(shop: Shop) -> None:
    shop.import_all(ready("1", items=LINES))

    assert [one.person["carrier_options.dry_ice"] for one in split(shop, **{"carrier_options.dry_ice": True})] == [True, True]
