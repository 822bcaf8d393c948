"""What return labels cost a 3PL is on the statement of the client whose orders come back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.billing import Books, euros, open_books, rows_of

from engine.model.money import Money
from engine.model.transitions import Side
from engine.services.billing.statements import describe_statement
from storage.database import Database


@pytest.fixture
def books(database: Database) -> Books:
    return open_books(database)


def entries(books: Books, month: str) -> list[tuple[str, int, tuple[Money, ...], bool]]:
    found = describe_statement(books.app, books.sides.provider, books.statement(month).id).entries
    return [(entry.shipment_id, entry.sign, entry.costs, entry.is_return) for entry in found]


def test_a_return_label_is_charged_beside_the_others_and_is_no_order(books: Books) -> None:
    books.price(orders="1", lines="1", parcels="1")
    order = books.order("1001")
    shipped = books.ship(order, "2026-03-10T10:00", costs=(euros("5.00"),))
    back = books.returned(order, "2026-03-12T10:00")

    march = books.statement("2026-03")
    assert rows_of(march) == [
        "orders 1 × 1 = 1.00",
        "lines 1 × 1 = 1.00",
        "parcels 1 × 1 = 1.00",
        "labels 1 × None = 5.00",
        "return_labels 1 × None = 3.60",
    ]
    assert (march.orders, march.lines, march.parcels, march.total) == (1, 1, 1, Decimal("11.60"))
    assert entries(books, "2026-03") == [
        (shipped.id, 1, (euros("5.00"),), False),
        (back.shipment_id, 1, (euros("3.60"),), True),
    ]
    assert [one.total for one in books.statements("2026-03", side=Side.MERCHANT)] == [march.total]


def test_it_counts_in_the_month_in_which_it_is_bought_by_the_3pl_s_clock(books: Books) -> None:
    order = books.sent("1001", "2026-03-10T10:00").order_id
    books.returned(order, "2026-03-31T21:59")
    books.returned(order, "2026-03-31T22:01", "1.10")  # April in Madrid
    books.at("2026-04-02T09:00")

    assert rows_of(books.statement("2026-03")) == ["return_labels 1 × None = 3.60"]
    assert rows_of(books.statement("2026-04")) == ["return_labels 1 × None = 1.10"]


def test_what_cost_the_3pl_nothing_or_was_given_back_is_not_charged(books: Books) -> None:
    order = books.sent("1001", "2026-03-10T10:00").order_id
    books.returned(order, "2026-03-11T10:00", owner_id=books.sides.merchant)
    books.returned(order, "2026-03-11T10:00", None)
    books.returned(order, "2026-03-11T10:00", "0")
    books.give_back(books.returned(order, "2026-03-11T10:00"))

    assert books.statements("2026-03") == []


def test_one_in_another_currency_than_the_prices_stands_on_a_statement_of_its_own(books: Books) -> None:
    books.price(currency="GBP", orders="1")
    books.returned(books.sent("1001", "2026-03-10T10:00").order_id, "2026-03-11T10:00")

    assert {one.currency: rows_of(one) for one in books.statements("2026-03")} == {
        "EUR": ["return_labels 1 × None = 3.60"],
        "GBP": ["orders 1 × 1 = 1.00"],
    }
    [in_pounds] = [one for one in books.statements("2026-03") if one.currency == "GBP"]
    shown = describe_statement(books.app, books.sides.provider, in_pounds.id).entries
    assert [entry.is_return for entry in shown] == [False]


def test_what_is_given_back_or_bought_after_the_statement_was_issued_corrects_it_in_the_next(books: Books) -> None:
    order = books.sent("1001", "2026-03-10T10:00", costs=(euros("5.00"),)).order_id
    back = books.returned(order, "2026-03-12T10:00")
    books.at("2026-04-02T09:00")
    books.issue("2026-03")
    assert books.statements("2026-04") == []

    books.give_back(back)
    late = books.returned(order, "2026-03-13T10:00", "1.25")
    assert rows_of(books.statement("2026-04")) == ["return_labels 0 × None = -2.35 (2026-03)"]
    assert entries(books, "2026-04") == [
        (back.shipment_id, -1, (euros("-3.60"),), True),
        (late.shipment_id, 1, (euros("1.25"),), True),
    ]

    books.at("2026-05-02T09:00")
    books.issue("2026-04")
    assert books.statements("2026-05") == []
    assert [one.total for one in books.statements("2026-03")] == [Decimal("8.60")]


def test_an_order_whose_shipment_is_taken_back_too_is_taken_away_once(books: Books) -> None:
    books.price(orders="1")
    shipped = books.sent("1001", "2026-03-10T10:00")
    back = books.returned(shipped.order_id, "2026-03-09T10:00")
    books.at("2026-04-02T09:00")
    books.issue("2026-03")

    books.give_back(back)
    books.keep(shipped.void())
    assert rows_of(books.statement("2026-04")) == [
        "orders -1 × 1 = -1.00 (2026-03)",
        "return_labels -1 × None = -3.60 (2026-03)",
    ]
