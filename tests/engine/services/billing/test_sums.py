"""Lists of statements, which the database adds up: the figures of each statement alone, however many there are of everything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from support.billing import Books, euros, open_books
from support.effort import steps_of
from support.shop import PASSWORD
from support.statements import statements
from support.two_sides import TwoSides

from engine.model.account import AccountKind
from engine.model.money import Money
from engine.model.statement import Statement
from engine.model.transitions import Side
from engine.services.accounts.accounts import create_account
from engine.services.billing.statements import describe_statement, issue_statements
from engine.services.connections.connect_accounts import connect_accounts
from storage.database import Database


@pytest.fixture
def books(database: Database) -> Books:
    return open_books(database)


def test_a_list_adds_up_what_each_statement_of_it_lists(books: Books) -> None:
    """The database adds up for a list; a statement alone is worked out from its shipments."""
    books.price("2026-03", orders="1.10", lines="0.35", parcels="0.0105", storage="0.01", monthly="7")
    books.count("MUG", 10, "2026-03-05T10:00")
    order = books.order("1001")
    first = books.ship(order, "2026-03-10T10:00", lines=3, costs=(euros("4.10"), euros("0.00"), Money(Decimal("7.5"), "GBP")))
    books.ship(order, "2026-03-11T10:00", lines=1, costs=(euros("4.1"), euros("4.10"), None))
    books.sent("1002", "2026-03-12T10:00", costs=(euros("0.00"), Money(Decimal(0), "KWD")))
    books.keep(books.sent("1003", "2026-03-13T10:00", costs=(euros("9.99"),)).void())
    _same(books, "2026-03", ["EUR 1.10 × 2 + 0.35 × 5 + 0.0105 × 8", "EUR labels 2 of 12.30", "GBP labels 1 of 7.50"])
    books.at("2026-04-02T09:00")
    books.issue("2026-03")

    books.keep(first.void())
    books.sent("1004", "2026-03-31T21:59")  # turns out to have left
    books.sent("1005", "2026-04-01T10:00", costs=(euros("4.10"),))
    _same(
        books,
        "2026-04",
        ["EUR 1.10 × 1 + 0.35 × 1 + 0.0105 × 1", "EUR labels 1 of 4.10", "EUR labels -1 of -4.10", "GBP labels -1 of -7.50"],
    )


def _same(books: Books, month: str, shown: list[str]) -> None:
    listed = books.statements(month)
    for statement in listed:
        assert describe_statement(books.app, books.sides.provider, statement.id).seen.statement == statement
    assert listed == books.statements(month, side=Side.MERCHANT)
    said = []
    for one in listed:
        own = [row for row in one.rows if row.of_month == month and row.charge in ("orders", "lines", "parcels")]
        said += [f"{one.currency} " + " + ".join(f"{row.price} × {row.quantity}" for row in own)] if own else []
        said += [f"{one.currency} labels {row.quantity} of {row.amount}" for row in one.rows if row.charge == "labels"]
    assert said == shown


def test_a_list_takes_no_longer_when_more_has_left(sqlite_database: Database) -> None:
    books = open_books(sqlite_database)
    books.price()
    books.count("MUG", 10, "2026-03-05T10:00")
    for number in range(3):
        books.sent(str(number), "2026-03-10T10:00", costs=(euros("4.10"),))
    books.statements("2026-03")  # what is compiled once
    few = steps_of(lambda: books.statements("2026-03"))
    for number in range(30):
        books.sent(f"more-{number}", "2026-03-11T10:00", lines=2, costs=(euros("4.10"), euros("5.20")))
    assert steps_of(lambda: books.statements("2026-03")) < 1.05 * few


def test_months_of_3pls_in_other_places_begin_by_their_clocks(books: Books) -> None:
    tokyo = another_3pl(books, "Asia/Tokyo")
    for number, at in enumerate(("2026-03-31T14:59", "2026-03-31T15:00", "2026-03-31T21:59", "2026-03-31T22:00")):
        for one in (books, tokyo):
            one.sent(str(number), at, costs=(euros("1"),))
    books.at("2026-05-01T09:00")

    seen = [(one.account_id, one.month, one.total) for month in ("2026-03", "2026-04") for one in owed(books, month)]

    madrid, far = books.sides.provider, tokyo.sides.provider
    assert seen == [(madrid, "2026-03", 3), (far, "2026-03", 1), (madrid, "2026-04", 1), (far, "2026-04", 3)]


def owed(books: Books, month: str) -> list[Statement]:
    return books.statements(month, side=Side.MERCHANT)


def another_3pl(books: Books, zone: str) -> Books:
    """The books of another 3PL of the same client."""
    create_account(
        books.app, name="Iris", kind=AccountKind.PROVIDER, email="i@iris.example", password=PASSWORD, country="JP", time_zone=zone
    )
    connect_accounts(books.app, provider_slug="iris", client_slug="casa-verde")
    with books.app.reading() as unit:
        iris = unit.accounts.find_by_slug("iris")
    return Books(TwoSides(replace(books.sides.shop, provider=iris)), books.clock)


def another_client(books: Books) -> Books:
    """The books of the same 3PL with another client."""
    connect_accounts(books.app, provider_slug="acme-3pl", client_slug="elsewhere")
    with books.app.reading() as unit:
        elsewhere = unit.accounts.find_by_slug("elsewhere")
    return Books(TwoSides(replace(books.sides.shop, merchant=elsewhere)), books.clock)


def test_corrections_of_many_clients_ask_no_more_often_than_those_of_one(sqlite_database: Database) -> None:
    books = open_books(sqlite_database)
    both = books, another_client(books)
    shipped = []
    for one in both:
        one.price(orders="1")
        shipped.append(one.sent("1001", "2026-03-10T10:00"))
    books.at("2026-04-02T09:00")
    for statement in books.statements("2026-03"):
        issue_statements(books.app, books.sides.clerk, statement.id)
    asked = []
    for one in shipped:
        books.keep(one.void())
        with statements(sqlite_database) as sent:
            found = books.statements("2026-04")
        asked.append((len(sent), [str(one.total) for one in found]))
    assert asked == [(asked[0][0], ["-1.00"]), (asked[0][0], ["-1.00", "-1.00"])]
