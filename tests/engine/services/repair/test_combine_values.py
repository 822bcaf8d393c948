"""What people had set of orders that leave in one parcel: it collects and insures what they did together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import edit
from support.shop import Shop, open_shop, ready

from engine.model.order import Order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.repair.combine import combine_orders, separate_orders
from engine.services.repair.whole_order_values import separate_values
from rules.order_document import read_field
from storage.database import Database

COD, INSURED = "cash_on_delivery.amount", "insured_value"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    items = [{"line_key": "a", "sku": "A", "name": "Mug", "quantity": 2, "weight_g": 100}]
    shop.import_all(*(ready(number, items=items) for number in "123"))
    return shop


def orders(shop: Shop) -> dict[str, Order]:
    with shop.app.reading() as uow:
        return {order.order_number: order for order in uow.orders.stream(shop.merchant.id)}


def combine(shop: Shop, *numbers: str) -> None:
    found = orders(shop)
    combine_orders(shop.app, shop.merchant.id, [found[number].id for number in numbers], "usr_1")


def separate(shop: Shop, *numbers: str) -> None:
    found = orders(shop)
    separate_orders(shop.app, shop.merchant.id, found["1"].id, [found[number].id for number in numbers], "usr_1")


def amounts(shop: Shop, name: str) -> dict[str, Any]:
    """As orders say it; None where they say nothing."""
    return {number: read_field(order.document(), name) for number, order in orders(shop).items()}


def decided(shop: Shop, number: str, amount: str) -> None:
    order = orders(shop)[number]
    order.rules[COD] = Decimal(amount)
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()


def test_amounts_add_up_and_each_order_has_its_own_again(shop: Shop) -> None:
    edit(shop, "1", **{COD: Decimal("30.50"), INSURED: Decimal(100)})
    edit(shop, "2", **{COD: Decimal("20.25")})
    edit(shop, "3", **{INSURED: Decimal(50)})
    combine(shop, "1", "2", "3")
    assert (amounts(shop, COD)["1"], amounts(shop, INSURED)["1"]) == (Decimal("50.75"), Decimal(150))
    separate(shop, "2")
    assert amounts(shop, COD) == {"1": Decimal("30.50"), "2": Decimal("20.25"), "3": None}
    assert amounts(shop, INSURED)["1"] == Decimal(150)
    separate(shop)
    assert amounts(shop, INSURED) == {"1": Decimal(100), "2": None, "3": Decimal(50)}


def test_one_that_joins_the_parcel_later_adds_its_amount(shop: Shop) -> None:
    for number, amount in (("1", 30), ("2", 20), ("3", 5)):
        edit(shop, number, **{COD: Decimal(amount)})
    combine(shop, "1", "2")
    combine(shop, "1", "3")
    assert amounts(shop, COD)["1"] == 55
    separate(shop)
    assert amounts(shop, COD) == {"1": 30, "2": 20, "3": 5}


def test_an_amount_of_another_order_alone_is_not_lost_and_not_kept(shop: Shop) -> None:
    edit(shop, "2", **{COD: Decimal(20)})
    combine(shop, "1", "2")
    assert amounts(shop, COD)["1"] == 20
    assert COD in orders(shop)["1"].edits
    separate(shop)
    assert amounts(shop, COD) == {"1": None, "2": 20, "3": None}
    assert COD not in orders(shop)["1"].edits


def test_what_rules_had_decided_counts_where_somebody_has_set_the_others(shop: Shop) -> None:
    decided(shop, "1", "30")
    edit(shop, "2", **{COD: Decimal(20)})
    combine(shop, "1", "2")
    assert amounts(shop, COD)["1"] == 50


def test_what_somebody_set_to_nothing_stays_nothing(shop: Shop) -> None:
    edit(shop, "1", **{COD: None})
    combine(shop, "1", "2")
    assert orders(shop)["1"].person[COD] is None


def test_weight_and_size_are_those_of_no_single_order(shop: Shop) -> None:
    sizes = {"weight_g": 5000, "length_mm": 300, "width_mm": 200, "height_mm": 100, "carrier_options.dry_ice": 800}
    edit(shop, "1", **sizes)
    edit(shop, "2", weight_g=900)
    combine(shop, "1", "2")
    assert not sizes.keys() & orders(shop)["1"].person.keys()
    edit(shop, "1", weight_g=1500)
    separate(shop)
    assert [amounts(shop, "weight_g")[number] for number in "12"] == [None, 900]


def test_what_a_parcel_has_collected_is_not_collected_again(shop: Shop) -> None:
    edit(shop, "1", **{COD: Decimal(30)})
    edit(shop, "2", **{COD: Decimal(20)})
    combine(shop, "1", "2")
    lead, other = orders(shop)["1"], orders(shop)["2"]
    separate_values(lead, [other], [other.id])
    assert (lead.person[COD], COD in other.person) == (50, False)


def test_the_record_of_what_has_shipped_stays(shop: Shop) -> None:
    edit(shop, "2", **{COD: Decimal(20)})
    combine(shop, "1", "2")
    edit(shop, "1", weight_g=1500)
    ship_order(shop.app, shop.merchant.id, orders(shop)["1"].id, Shipping("seur", "24h", ("T1",)), "usr_1")
    lead, other = orders(shop)["1"], orders(shop)["2"]
    separate_values(lead, [other], [other.id])
    assert (lead.person["weight_g"], amounts(shop, COD)) == (1500, {"1": 20, "2": 20, "3": None})
