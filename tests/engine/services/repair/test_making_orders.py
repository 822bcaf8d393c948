"""Orders that people make by hand, or of an order that is here: no store hears of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, edit, publish
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from adapters.address_rules import address_rules
from engine.model.job import JobKind
from engine.model.order import Order, OrderState
from engine.model.order_link import LinkKind
from engine.services.accounts.erase_person import erase_person
from engine.services.fulfillment.ship_order import ship_order
from engine.services.refusals import Refused
from engine.services.repair.create import NewLine, NewOrder, create_order
from engine.services.repair.duplicate import duplicate_order
from engine.services.repair.kin import list_kin
from storage.database import Database

MADRID = {"name": "Ana Núñez", "street1": "Calle Mayor 1", "city": "Madrid", "postal_code": "28004", "country": "es"}
MUGS = NewLine("ACM-MUG", "2", "Mug", "9.90", "400")


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(sqlite_database, clock)
    sides.shop.app = replace(sides.shop.app, address_rules=address_rules)
    return sides


def create(sides: TwoSides, **changes: Any) -> Order:
    return create_order(sides.app, sides.merchant, replace(NewOrder(MADRID, [MUGS]), **changes), sides.owner.id)


def duplicate(sides: TwoSides, order_id: str | None = None, **units: str) -> Order:
    chosen = {key.removeprefix("line_"): Decimal(number) for key, number in units.items()} or None
    return duplicate_order(sides.app, sides.merchant, order_id or sides.order().id, sides.owner.id, chosen)


def jobs(sides: TwoSides, order: Order, kind: JobKind) -> list[Any]:
    with sides.app.reading() as uow:
        return [job for job in uow.jobs.list_for_order(sides.merchant, order.id) if job.kind is kind]


def test_an_order_made_by_hand_is_decided_about_delegated_and_shipped_like_any_other(sides: TwoSides) -> None:
    publish(sides.shop, f"{{id: s, when: {{field: ship_to.country, is: equals, value: ES}}, then: [{SEND}]}}")

    order = create(sides, requested_service="express", email="ana@buyers.example", note="Ring twice.")
    document = order.document()
    assert (order.store_id, order.matched, document["requested_service"]) == (None, ("s",), "express")
    assert document["items"] == [
        {"line_key": "1", "sku": "ACM-MUG", "quantity": 2, "name": "Mug", "unit_price": "9.90", "weight_g": 400}
    ]
    assert (document["order_total"], document["currency"]) == ("19.80", "EUR")
    assert (document["ship_to"]["country"], document["ship_to"]["verified"]) == ("ES", "verified")
    sides.shop.work_off()
    with sides.app.reading() as uow:
        (request,) = uow.requests.list_for_order(sides.merchant, order.id)
    sides.ship(request)
    sides.shop.work_off()
    with sides.app.reading() as uow:
        assert uow.orders.get(sides.merchant, order.id).state is OrderState.SHIPPED
    assert jobs(sides, order, JobKind.NOTIFY_STORE) == []


def test_orders_without_a_number_get_numbers_that_differ(sides: TwoSides) -> None:
    numbers = {create(sides).order_number for _ in range(5)}

    assert len(numbers) == 5
    assert all(number.startswith("M261120-") for number in numbers)
    assert create(sides, number=" T-1 ").order_number == "T-1"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ship_to": {**MADRID, "name": " "}}, "Say who gets it"),
        ({"ship_to": {**MADRID, "country": "Spain"}}, '"SPAIN" is not a country'),
        ({"ship_to": {**MADRID, "postal_code": "9"}}, "The address does not look right: 9 is not a postal code of Spain"),
        ({"ship_to": {**MADRID, "city": "x" * 201}}, "A part of the address has at most 200"),
        ({"lines": [NewLine("", "")]}, "Write at least one line"),
        ({"lines": [MUGS] * 101}, "at most 100 lines"),
        ({"lines": [NewLine("", "1")]}, "Line 1 has no SKU"),
        ({"lines": [MUGS, NewLine("A", "0")]}, 'Line 2: "0" is not a quantity'),
        ({"lines": [NewLine("A", "1e9")]}, 'Line 1: "1e9" is too large or has too many decimals: write at most 1000000'),
        ({"lines": [NewLine("A", "0.0000001")]}, 'Line 1: "0.0000001" is too large .+, with up to 6 decimals'),
        ({"lines": [NewLine("A", "1" * 51)]}, f'Line 1: "{"1" * 40}…" is too large'),
        ({"lines": [NewLine("A", "-1e9")]}, 'Line 1: "-1e9" is not a quantity: write a number above 0'),
        ({"lines": [NewLine("A", "1", unit_price="free")]}, 'Line 1: "free" is not a price'),
        ({"lines": [NewLine("A", "1", unit_price="9" * 20)]}, f'Line 1: "{"9" * 20}" is too large'),
        ({"lines": [NewLine("A", "1", weight_g="-4")]}, 'Line 1: "-4" is not a weight'),
        ({"lines": [NewLine("A", "1", weight_g="1000000.5")]}, 'Line 1: "1000000.5" is too large'),
        ({"ship_to": {**MADRID, "country": "zz"}, "takes_any_address": True}, '"ZZ" is not a country'),
        ({"currency": "euro"}, '"euro" is not a currency'),
        ({"currency": "abc"}, '"abc" is not a currency'),
        ({"currency": "XXX"}, '"XXX" is not a currency'),
        ({"currency": "DEM"}, '"DEM" is not a currency'),
        ({"currency": ""}, '"" is not a currency'),
        ({"number": "9" * 51}, "The order's number has at most 50"),
    ],
)
def test_what_is_wrong_with_a_new_order_is_said(sides: TwoSides, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        create(sides, **changes)
    with sides.app.reading() as uow:
        assert uow.orders.count(sides.merchant) == 1


def test_an_odd_address_is_taken_when_somebody_says_so(sides: TwoSides) -> None:
    order = create(sides, ship_to={**MADRID, "postal_code": "9"}, takes_any_address=True)

    assert order.document()["ship_to"]["verified"] == "error"


def test_rules_that_are_tried_out_look_at_orders_without_a_store_too(sides: TwoSides) -> None:
    order = create(sides)

    with sides.app.reading() as uow:
        assert order.id in uow.orders.list_changeable(sides.merchant, 10)


def test_a_duplicate_has_its_own_number_and_both_lead_to_each_other(sides: TwoSides) -> None:
    edit(sides.shop, "1", ship_to__city="Toledo", status="on_hold", notify_marketplace=True)
    original = sides.order()

    first, second = duplicate(sides), duplicate(sides)
    assert (first.order_number, second.order_number) == ("1-R1", "1-R2")
    assert (first.store_id, first.document()["ship_to"]["city"], first.status()) == (None, "Toledo", "awaiting_shipment")
    assert "notify_marketplace" not in first.document()
    assert sides.order() == original, "the original stays as it is"
    kin = list_kin(sides.app, sides.merchant, original.id)
    assert [(one.link.kind, one.order.order_number, one.is_origin) for one in kin] == [
        (LinkKind.DUPLICATE, "1-R1", False),
        (LinkKind.DUPLICATE, "1-R2", False),
    ]
    (back,) = list_kin(sides.app, sides.merchant, first.id)
    assert (back.order.id, back.is_origin) == (original.id, True)
    with sides.app.reading() as uow:
        entries = [one for one in uow.audit.list_for(sides.merchant, original.id) if one.action == "order.duplicated"]
    assert [(one.actor, one.after) for one in entries] == [(sides.owner.id, "1-R1"), (sides.owner.id, "1-R2")]


def test_the_store_hears_nothing_of_what_ships_for_a_duplicate(sides: TwoSides) -> None:
    ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)
    sides.shop.work_off()
    told = list(sides.shop.connector.told)

    copy = duplicate(sides)
    shipped = ship_order(sides.app, sides.merchant, copy.id, TRACKED, sides.owner.id)
    sides.shop.work_off()
    assert (shipped.job_id, sides.shop.connector.told) == (None, told)


def test_imports_leave_a_duplicate_alone(sides: TwoSides) -> None:
    copy = duplicate(sides)
    sides.shop.import_all(ready("1", reference="NEW"))
    sides.shop.import_all()

    with sides.app.reading() as uow:
        assert uow.orders.get(sides.merchant, copy.id) == copy


def test_a_duplicate_may_have_some_of_the_units(sides: TwoSides) -> None:
    items = [{"line_key": "a", "sku": "A", "quantity": 3, "unit_price": "2.50"}, {"line_key": "b", "sku": "B", "quantity": 1}]
    sides.shop.import_all(ready("1"), ready("2", items=items, shipment_value="9.00"))

    copy = duplicate(sides, sides.order("2").id, line_a="2")
    assert copy.document()["items"] == [{"line_key": "a", "sku": "A", "quantity": 2, "unit_price": "2.50"}]
    assert copy.document()["shipment_value"] == "5.00"
    assert "weight_g" not in copy.document(), "that of the whole order is not its own"


@pytest.mark.parametrize(
    ("units", "says"),
    [
        ({"line_9": "1"}, "has no line 9. It has 1"),
        ({"line_1": "3"}, r"Line 1 \(Mug, blue\): write a number above 0 and at most 2"),
    ],
)
def test_units_that_are_not_there_are_not_duplicated(sides: TwoSides, units: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        duplicate(sides, **units)


def test_what_a_client_has_handed_over_is_its_own_to_duplicate(sides: TwoSides) -> None:
    copy = sides.copy(sides.taken())

    with pytest.raises(Refused, match="is Casa Verde's: only they can do that"):
        duplicate_order(sides.app, sides.provider, copy.id, sides.clerk.id)


def test_an_order_whose_buyer_was_erased_is_not_duplicated(sides: TwoSides) -> None:
    sides.shop.import_all(ready("1"), ready("2", customer={"name": "Ana", "email": "ana@buyers.example"}))
    ship_order(sides.app, sides.merchant, sides.shop.order_id("2"), TRACKED, sides.owner.id)
    erase_person(sides.app, sides.shop.merchant.slug, email="ana@buyers.example")

    with pytest.raises(Refused, match="its personal data was erased"):
        duplicate(sides, sides.shop.order_id("2"))
