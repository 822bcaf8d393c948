"""Bundles: the price of the bundle's row reaches what ships of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.brightpearl_stub import make_note, make_order

from adapters.stores.brightpearl.mapping import to_document
from adapters.stores.brightpearl.raw_values import MappingProblem
from adapters.stores.brightpearl.remarks import remarks_on
from rules.messages import LANGUAGES
from rules.order_document import Document


def row(
    net: Any, quantity: Any = 1, price: Any = None, *, parent: int = 0, bundle: bool = False, sequence: int = 10, **changes: Any
) -> dict[str, Any]:
    return {
        "orderRowSequence": str(sequence),
        "productId": 640,
        "quantity": {"magnitude": str(quantity)},
        "productPrice": {"currencyCode": "EUR", "value": price},
        "rowValue": {"rowNet": {"currencyCode": "EUR", "value": str(net)}},
        "composition": {"bundleParent": bundle, "bundleChild": bool(parent), "parentOrderRowId": parent},
        **changes,
    }


def document_of(rows: dict[str, Any], ships: dict[str, int]) -> Document:
    note_rows = {row_id: [{"quantity": quantity}] for row_id, quantity in ships.items()}
    return to_document(make_note(rows=note_rows), make_order(orderRows=rows))


def prices(document: Document) -> dict[str, str]:
    return {item["line_key"]: item["unit_price"] for item in document["items"]}


@pytest.mark.parametrize(
    ("list_prices", "quantities", "net", "expected", "value"),
    [
        (("20.00", "30.00"), (1, 1), "40.00", ("16.00", "24.00"), "40.00"),
        (("0", None), (1, 3), "40.00", ("10.00", "10.00"), "40.00"),  # no list prices: by quantity
        (("12.50", "12.50"), (1, 4), "25.00", ("5.00", "5.00"), "25.00"),
        (("1", "1", "1"), (1, 1, 1), "10.00", ("3.33", "3.33", "3.34"), "10.00"),  # full cents, the last has the rest
        (("1", "1", "0"), (1, 1, 1), "10.01", ("5.00", "5.01", "0.00"), "10.01"),  # a free part stays free
        (("1", "1"), (2, 2), "9.99", ("2.495", "2.50"), "9.99"),
        (("1", "1"), (1, 1), "0.00", ("0.00", "0.00"), "0.00"),
        (("1", "1"), (1, 1), "-5.01", ("-2.50", "-2.51"), "-5.01"),
        (("1", "1"), (1, 1), "9.9950", ("4.99", "5.005"), "9.995"),
    ],
)
def test_the_price_is_shared_to_the_cent(
    list_prices: tuple[Any, ...], quantities: tuple[int, ...], net: str, expected: tuple[str, ...], value: str
) -> None:
    parts = {
        str(at): row("0.00", quantity, price, parent=1, sequence=at)
        for at, (price, quantity) in enumerate(zip(list_prices, quantities, strict=True), start=2)
    }
    rows = {"1": row(net, bundle=True), **parts}

    document = document_of(rows, {str(at): quantity for at, quantity in enumerate(quantities, start=2)})

    assert tuple(prices(document).values()) == expected
    assert document["shipment_value"] == value
    assert "1" not in prices(document)


def test_a_bundle_bought_twice_with_a_discount_is_worth_its_net_value() -> None:
    parent = row("72.00", 2, "40.00", bundle=True, discountPercentage="10.00")
    rows = {"1": parent, "2": row("0", 2, "10", parent=1, sequence=20), "3": row("0", 4, "5", parent=1, sequence=30)}

    document = document_of(rows, {"2": 2, "3": 4})

    assert prices(document) == {"2": "18.00", "3": "9.00"}
    assert document["shipment_value"] == "72.00"


def test_parts_that_ship_apart_have_the_same_prices_and_add_up() -> None:
    rows = {
        "1": row("10.00", bundle=True),
        "2": row("0", 2, "1", parent=1, sequence=20),
        "3": row("0", 1, "1", parent=1, sequence=30),
        "4": row("7.00", 1, sequence=40),
    }

    notes = [document_of(rows, {"2": 1}), document_of(rows, {"2": 1, "4": 1}), document_of(rows, {"3": 1})]

    assert [prices(note) for note in notes] == [{"2": "3.33"}, {"2": "3.33", "4": "7.00"}, {"3": "3.34"}]
    assert sum(Decimal(note["shipment_value"]) for note in notes) == Decimal("17.00")


@pytest.mark.parametrize("written", ["1,000.00", "free", True])
def test_a_list_price_that_cannot_be_read_shares_by_quantity_and_is_told(written: Any) -> None:
    rows = {
        "1": row("40.00", bundle=True, price="many"),
        "2": row("0", 1, "10.00", parent=1, sequence=20),
        "3": row("0", 3, written, parent=1, sequence=30),
    }
    note, order = make_note(rows={"2": [{"quantity": 1}], "3": [{"quantity": 3}]}), make_order(orderRows=rows)

    document = to_document(note, order)
    [remark] = remarks_on(document, note, order)

    assert prices(document) == {"2": "10.00", "3": "10.00"}
    assert remark.code == "unreadable_list_price"
    assert all(
        f"{written}" in remark.format(language) and "orderRows.3.productPrice" in remark.format(language)
        for language in LANGUAGES
    )


def test_a_part_whose_quantity_cannot_be_read_takes_nothing_from_the_others() -> None:
    rows = {"1": row("40.00", bundle=True), "2": row("0", 1, "1", parent=1), "3": row("0", "two", "1", parent=1)}

    with pytest.raises(MappingProblem) as caught:
        document_of(rows, {"2": 1})

    assert caught.value.path == "orderRows.3.quantity.magnitude"


def test_the_order_of_rows_in_the_document_makes_no_difference() -> None:
    rows = {
        "1": row("10.00", bundle=True),
        "2": row("0", 1, "1", parent=1, sequence=40),
        "3": row("0", 1, "1", parent=1, sequence=30),
        "4": row("0", 1, "1", parent=1, sequence=20),
    }
    ships = {"2": 1, "3": 1, "4": 1}

    turned = document_of(dict(reversed(rows.items())), dict(reversed(ships.items())))

    assert prices(document_of(rows, ships)) == prices(turned) == {"4": "3.33", "3": "3.33", "2": "3.34"}


def test_what_a_part_costs_itself_stays_with_it() -> None:
    rows = {
        "1": row("10.00", bundle=True),
        "2": row("2.00", 1, "1", parent=1, sequence=20),
        "3": row("0", 1, "1", parent=1, sequence=30),
    }

    document = document_of(rows, {"2": 1, "3": 1})

    assert prices(document) == {"2": "7.00", "3": "5.00"}
    assert document["shipment_value"] == "12.00"


def test_bundles_in_bundles_hand_their_share_down() -> None:
    rows = {
        "1": row("30.00", bundle=True),
        "2": row("0", 1, "10", parent=1, sequence=20),
        "3": row("0", 1, "20", parent=1, bundle=True, sequence=30),
        "4": row("0", 1, "1", parent=3, sequence=40),
        "5": row("0", 2, "2", parent=3, sequence=50),
    }

    document = document_of(rows, {"2": 1, "3": 1, "4": 1, "5": 2})

    assert prices(document) == {"2": "10.00", "4": "4.00", "5": "8.00"}
    assert document["shipment_value"] == "30.00"


def test_only_what_can_ship_has_a_share() -> None:
    rows = {
        "1": row("10.00", bundle=True),
        "2": row("0", 1, "1", parent=1, sequence=20),
        "3": row("0", 1, "9", parent=1, sequence=30, productId=1000),  # a text
    }

    assert document_of(rows, {"2": 1})["shipment_value"] == "10.00"


@pytest.mark.parametrize("parents", [(2, 1), (1, 2), (9, 9)])
def test_rows_that_belong_to_no_bundle_or_to_each_other_keep_their_own_price(parents: tuple[int, int]) -> None:
    rows = {
        "1": row("3.00", parent=parents[0], bundle=True),
        "2": row("4.00", parent=parents[1], bundle=True, sequence=20),
    }

    document = document_of(rows, {"1": 1, "2": 1})

    assert sum(Decimal(price) for price in prices(document).values()) <= Decimal("7.00")


def test_a_bundle_that_ships_itself_has_its_own_price() -> None:
    rows = {"1": row("10.00", bundle=True), "2": row("0", 1, "1", parent=1, sequence=20)}

    assert prices(document_of(rows, {"1": 1})) == {"1": "10.00"}
