"""What a month comes to, to the cent, against sums that were made by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from support.billing import Books, euros, open_books, rows_of

from engine.model.money import Money
from engine.model.month import Month
from engine.model.statement import StatementState
from engine.model.transitions import Side
from engine.ports import NotFound
from engine.services.accounts.accounts import change_time_zone
from engine.services.billing.prices import list_unpriced
from engine.services.billing.statements import describe_statement, issue_statements, list_unpaid, mark_paid
from engine.services.connections.remove_connection import OpenOrders, remind, remove_connection
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import unship_order
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def books(database: Database) -> Books:
    return open_books(database)


def test_a_month_is_counted_from_what_left_what_lay_there_and_the_price_list(books: Books) -> None:
    books.price()
    books.sent("1001", "2026-03-10T10:00", lines=3, costs=(euros("4.10"), euros("5.25")))
    books.sent("1002", "2026-03-11T10:00", lines=1, costs=(None,))
    books.count("MUG", 100, "2026-03-05T10:00")  # there at the end of 27 of 31 days, of which 7 with 60
    books.count("MUG", 60, "2026-03-25T10:00")
    books.at("2026-04-01T09:00")

    march = books.statement("2026-03")

    assert (march.orders, march.lines, march.parcels, march.state) == (2, 4, 3, StatementState.PROVISIONAL)
    assert rows_of(march) == [
        "orders 2 × 1.50 = 3.00",
        "lines 4 × 0.20 = 0.80",
        "parcels 3 × 0.80 = 2.40",
        "storage 78.06 × 0.05 = 3.90",  # (20 × 100 + 7 × 60) / 31 = 78.0645…; 78.06 × 0.05 = 3.903
        "monthly 1 × 25 = 25.00",
        "labels 1 × None = 9.35",
    ]
    assert march.total == Decimal("44.45")


def test_an_amount_is_rounded_once_and_a_half_goes_up(books: Books) -> None:
    for number in range(3):
        books.sent(str(number), "2026-03-10T10:00")
    for price, amount in {"0.0016": "0.00", "0.0017": "0.01", "0.0149": "0.04", "0.015": "0.05", "1.3333": "4.00"}.items():
        books.price(orders=price)
        assert [str(row.amount) for row in books.statement("2026-03").rows] == [amount]


def test_amounts_have_the_digits_of_their_currency(books: Books) -> None:
    books.price(currency="JPY", orders="150.5")
    books.sent("1001", "2026-03-10T10:00", costs=(Money(Decimal("1.2345"), "KWD"),))

    assert [(one.currency, str(one.total)) for one in books.statements("2026-03")] == [("JPY", "151"), ("KWD", "1.235")]


def test_months_begin_and_end_in_the_time_zone_of_the_3pl(books: Books) -> None:
    books.price(orders="1")
    for number, at in enumerate(("2026-03-31T21:59", "2026-03-31T22:00", "2026-04-30T21:59", "2026-04-30T22:00")):
        books.sent(str(number), at)  # Madrid is two hours ahead of UTC then
    books.at("2026-05-05T09:00")
    assert [books.statement(month).orders for month in ("2026-03", "2026-04", "2026-05")] == [1, 2, 1]

    change_time_zone(books.app, "acme-3pl", "America/New_York")
    assert [books.statement(month).orders for month in ("2026-03", "2026-04")] == [2, 2]

    change_time_zone(books.app, "casa-verde", "Asia/Tokyo")
    assert [books.statement(month).orders for month in ("2026-03", "2026-04")] == [2, 2]


def test_what_was_taken_back_within_its_month_is_not_counted(books: Books) -> None:
    books.price(orders="1", lines="1", parcels="1")
    gone, _ = books.sent("1001", "2026-03-10T10:00", lines=2), books.sent("1002", "2026-03-10T10:00")
    books.keep(gone.void())

    assert rows_of(books.statement("2026-03")) == ["orders 1 × 1 = 1.00", "lines 1 × 1 = 1.00", "parcels 1 × 1 = 1.00"]


def test_an_order_is_charged_once_and_a_line_with_each_shipment(books: Books) -> None:
    books.price(orders="1", lines="1", parcels="1")
    order = books.order("1001")
    books.ship(order, "2026-03-10T10:00", lines=2, costs=(None, None))
    books.ship(order, "2026-03-11T10:00", lines=1)
    books.ship(order, "2026-04-02T10:00", lines=1, costs=(None, None, None))
    books.at("2026-04-10T09:00")

    assert rows_of(books.statement("2026-03")) == ["orders 1 × 1 = 1.00", "lines 3 × 1 = 3.00", "parcels 3 × 1 = 3.00"]
    assert rows_of(books.statement("2026-04")) == ["lines 1 × 1 = 1.00", "parcels 3 × 1 = 3.00"]


def test_each_currency_has_a_statement_of_its_own(books: Books) -> None:
    books.price(orders="1")
    books.sent("1001", "2026-03-10T10:00", costs=(euros("4"), Money(Decimal("7.5"), "GBP")))
    books.sent("1002", "2026-03-11T10:00", costs=(Money(Decimal("2.25"), "GBP"),))

    found = {one.currency: rows_of(one) for one in books.statements("2026-03")}

    assert found == {"EUR": ["orders 2 × 1 = 2.00", "labels 1 × None = 4.00"], "GBP": ["labels 2 × None = 9.75"]}
    pounds = describe_statement(books.app, books.sides.provider, books.statement("2026-03", "GBP").id)
    assert [(entry.order_number, entry.cost_in("GBP")) for entry in pounds.entries] == [
        ("1001", Decimal("7.5")),
        ("1002", Decimal("2.25")),
    ]


def test_without_a_price_list_only_labels_are_charged(books: Books) -> None:
    books.sent("1001", "2026-03-10T10:00")
    assert books.statements("2026-03") == []

    books.sent("1002", "2026-03-11T10:00", costs=(euros("4.10"),))
    assert rows_of(books.statement("2026-03")) == ["labels 1 × None = 4.10"]


def test_a_new_price_counts_from_its_month_on_and_may_change_the_currency(books: Books) -> None:
    books.price("2026-03", orders="1", monthly="10")
    books.price("2026-05", None, orders="2")
    books.price("2026-06", "GBP", orders="3")
    for month in ("03", "04", "05", "06"):
        books.sent(month, f"2026-{month}-10T10:00")
    books.at("2026-06-15T09:00")

    assert [[*rows_of(one), one.currency] for month in ("03", "04", "05", "06") for one in books.statements(f"2026-{month}")] == [
        ["orders 1 × 1 = 1.00", "monthly 1 × 10 = 10.00", "EUR"],
        ["orders 1 × 1 = 1.00", "monthly 1 × 10 = 10.00", "EUR"],
        ["orders 1 × 2 = 2.00", "monthly 1 × 10 = 10.00", "EUR"],
        ["orders 1 × 3 = 3.00", "monthly 1 × 10 = 10.00", "GBP"],
    ]


def test_what_was_never_counted_or_is_less_than_nothing_pays_no_storage(books: Books) -> None:
    books.price(storage="1")
    books.count("A", -5, "2026-03-02T10:00")
    books.count("B", "15.5", "2026-02-10T10:00")  # 28 of March's days are over on the 29th at noon
    books.count("B", "31", "2026-03-31T21:59")  # the last minute of the last day
    books.count("B", "900", "2026-03-31T22:00")
    books.at("2026-03-29T10:00")
    assert rows_of(books.statement("2026-03")) == ["storage 14.00 × 1 = 14.00"]  # 28 × 15.5 / 31

    books.at("2026-04-01T09:00")
    assert rows_of(books.statement("2026-03")) == ["storage 16.00 × 1 = 16.00"]  # (30 × 15.5 + 31) / 31
    books.at("2026-04-15T09:00")
    assert rows_of(books.statement("2026-04")) == ["storage 420.00 × 1 = 420.00"]  # 14 of 30 days with 900


def test_storage_is_what_each_product_had_at_the_end_of_each_day(books: Books) -> None:
    books.price(storage="1")
    books.count("A", 7, "2026-02-10T10:00")
    books.count("A", 10, "2026-02-20T10:00")
    books.count("A", 50, "2026-03-10T10:00")
    books.count("A", 20, "2026-03-10T10:00")  # in the same instant, and later
    books.count("A", 99, "2026-03-15T22:30")
    books.count("A", 0, "2026-03-15T22:45")  # not at the end of any day
    books.count("B", "0.25", "2026-03-30T21:30")
    books.count("C", -4, "2026-03-05T10:00")
    books.count("C", 3, "2026-03-31T21:59:59")
    books.at("2026-04-20T09:00")
    # A: 9 days with 10, 5 with 20; B: 2 with 0.25; C: 1 with 3
    assert rows_of(books.statement("2026-03")) == ["storage 6.24 × 1 = 6.24"]  # 193.5 / 31 = 6.2419…


def test_the_monthly_fee_is_for_months_in_which_both_are_connected(books: Books) -> None:
    books.price("2026-01", monthly="25")
    books.at("2026-04-20T09:00")
    assert [one.total for month in ("2026-02", "2026-03", "2026-04") for one in books.statements(month)] == [25, 25]
    remove_connection(books.app, books.sides.clerk, books.sides.connection().id)
    books.at("2026-06-20T09:00")
    assert [[one.month for one in books.statements(month)] for month in ("2026-04", "2026-05", "2026-06")] == [
        ["2026-04"],
        [],
        [],
    ]


def test_an_issued_statement_does_not_change_and_corrections_go_into_the_next(books: Books) -> None:
    books.price(orders="1.50", lines="0.20", parcels="0.80")
    order = books.order("1001")
    first = books.ship(order, "2026-03-10T10:00", lines=2, costs=(euros("5.00"),))
    books.sent("1002", "2026-03-11T10:00")
    books.at("2026-04-02T09:00")
    issued = books.issue("2026-03")
    before = describe_statement(books.app, books.sides.provider, issued.id)
    books.price("2026-04", orders="9")

    books.keep(first.void())
    books.ship(order, "2026-04-03T10:00", lines=2)

    assert describe_statement(books.app, books.sides.provider, issued.id) == before
    assert rows_of(books.statement("2026-04")) == [
        "orders 1 × 9 = 9.00",
        "lines 2 × 0.20 = 0.40",
        "parcels 1 × 0.80 = 0.80",
        "orders -1 × 1.50 = -1.50 (2026-03)",
        "lines -2 × 0.20 = -0.40 (2026-03)",
        "parcels -1 × 0.80 = -0.80 (2026-03)",
        "labels -1 × None = -5.00 (2026-03)",
    ]
    books.at("2026-05-02T09:00")
    books.issue("2026-04")
    assert books.statements("2026-05") == []  # it was corrected once


def test_what_is_shipped_after_all_is_charged_again_and_an_order_never_twice(books: Books) -> None:
    books.price(orders="1", lines="1")
    order = books.order("1001")
    first, second = books.ship(order, "2026-03-10T10:00"), books.ship(order, "2026-03-11T10:00")
    books.at("2026-04-02T09:00")
    books.issue("2026-03")
    books.keep(first.void())  # the other half of the order stays shipped
    assert rows_of(books.statement("2026-04")) == ["lines -1 × 1 = -1.00 (2026-03)"]
    books.at("2026-05-02T09:00")
    books.issue("2026-04")

    books.keep(first)
    assert rows_of(books.statement("2026-05")) == ["lines 1 × 1 = 1.00 (2026-03)"]
    books.at("2026-06-02T09:00")
    books.issue("2026-05")
    for shipment in (first, second):
        books.keep(shipment.void())
    assert rows_of(books.statement("2026-06")) == ["orders -1 × 1 = -1.00 (2026-03)", "lines -2 × 1 = -2.00 (2026-03)"]


def test_what_turns_out_to_have_left_in_an_issued_month_is_charged_in_the_next(books: Books) -> None:
    books.price(orders="1", monthly="5")
    books.at("2026-04-02T09:00")
    books.issue("2026-03")
    books.sent("1001", "2026-03-31T21:59:59")
    books.at("2026-05-02T09:00")

    assert rows_of(books.statement("2026-04")) == ["monthly 1 × 5 = 5.00", "orders 1 × 1 = 1.00 (2026-03)"]
    books.issue("2026-04")
    assert rows_of(books.statement("2026-05")) == ["monthly 1 × 5 = 5.00"]


def test_nothing_is_charged_twice_when_the_time_zone_changes(books: Books) -> None:
    books.price(orders="1")
    books.sent("1001", "2026-03-31T21:00")  # March in Madrid, April in Tokyo
    books.sent("1002", "2026-04-10T21:00")
    books.at("2026-04-02T09:00")
    books.issue("2026-03")
    change_time_zone(books.app, "acme-3pl", "Asia/Tokyo")
    assert [entry.order_number for entry in _entries(books, "2026-04")] == ["1002"]


def _entries(books: Books, month: str) -> tuple:
    return describe_statement(books.app, books.sides.provider, books.statement(month).id).entries


def test_what_cannot_be_done_with_a_statement_says_why(books: Books) -> None:
    books.price(orders="1", monthly="5")
    clerk, app = books.sides.clerk, books.app
    march = books.statement("2026-03").id

    def refusal(call: object, *args: object, **options: object) -> str:
        with pytest.raises(Refused) as refused:
            call(app, *args, **options)  # type: ignore[operator]
        return str(refused.value)

    assert (
        refusal(issue_statements, clerk, march) == "March 2026 is not over yet: its statement can be issued from 1 April 2026 on."
    )
    assert refusal(mark_paid, clerk, march) == "The statement of March 2026 is provisional: issue it first."
    books.at("2026-05-02T09:00")
    assert "The statement of March 2026 is not issued yet" in refusal(issue_statements, clerk, books.statement("2026-04").id)
    assert "Only the provider" in refusal(issue_statements, books.sides.owner, march)
    assert "an admin has to do this" in refusal(issue_statements, replace(clerk, role="member"), march)
    assert "an admin has to do this" in refusal(mark_paid, replace(clerk, role="member"), march)
    issue_statements(app, clerk, march)
    assert refusal(issue_statements, clerk, march) == "The statement of March 2026 was issued on 2 May 2026."
    assert "Only the provider" in refusal(mark_paid, books.sides.owner, march)
    assert "is not marked as paid" in refusal(mark_paid, clerk, march, paid=False)
    mark_paid(app, clerk, march)
    assert refusal(mark_paid, clerk, march) == "The statement of March 2026 was marked as paid on 2 May 2026."
    with pytest.raises(
        Refused, match=r"The statement of March 2026 is issued, so prices up to then stay: choose April 2026 or later"
    ):
        books.price("2026-03", orders="2")


@pytest.mark.parametrize(
    "wrong", ["", "stm_x_202603_EUR", "{id}x", "{stem}_202602_EUR", "{stem}_202699_EUR", "{stem}_202603_GBP"]
)
def test_a_statement_that_is_not_there_is_unknown_to_all(books: Books, wrong: str) -> None:
    books.price(monthly="5")
    known = books.statement("2026-03").id
    asked = wrong.format(id=known, stem=known.removesuffix("_202603_EUR"))
    with books.app.reading() as unit:
        stranger = unit.accounts.find_by_slug("elsewhere")
    for account_id, statement_id in ((books.sides.provider, asked), (stranger.id, known)):
        with pytest.raises(NotFound, match=f"There is no statement {statement_id} here"):
            describe_statement(books.app, account_id, statement_id)


def test_both_sides_see_the_same_and_hear_who_did_what(books: Books) -> None:
    books.price(monthly="5")
    books.at("2026-04-02T09:00")
    march = books.issue("2026-03")
    assert [one.state for one in books.statements("2026-03", side=Side.MERCHANT)] == [StatementState.ISSUED]
    assert books.statements("2026-03", side=Side.MERCHANT) == books.statements("2026-03")
    assert [one.statement.id for one in list_unpaid(books.app, books.sides.merchant, Side.MERCHANT)] == [march.id]

    paid = mark_paid(books.app, books.sides.clerk, march.id)
    assert (paid.state, paid.paid_by) == (StatementState.PAID, books.sides.clerk.id)
    assert list_unpaid(books.app, books.sides.provider, Side.PROVIDER) == []
    mark_paid(books.app, books.sides.clerk, march.id, paid=False)

    for side in (books.sides.provider, books.sides.merchant):
        with books.app.reading() as unit:
            trail = [one.action for one in unit.audit.list_for(side, march.id)]
        assert trail == ["statement.issued", "statement.paid", "statement.unpaid"]


def test_a_removal_reminds_of_what_is_not_paid_issued_or_not(books: Books) -> None:
    books.price(monthly="25")
    connection, app = books.sides.connection(), books.app
    books.sent("1001", "2026-03-10T10:00", costs=(Money(Decimal(4), "GBP"),))
    books.at("2026-04-20T09:00")
    assert remind(app, books.sides.merchant, connection.id).unpaid == (euros("50.00"), Money(Decimal("4.00"), "GBP"))
    mark_paid(app, books.sides.clerk, books.issue("2026-03").id)

    _, reminder = remove_connection(app, books.sides.owner, connection.id, open_orders=OpenOrders.FINISH)

    assert reminder.unpaid == (euros("25.00"), Money(Decimal("4.00"), "GBP"))


def test_what_the_3pl_ships_and_takes_back_is_on_the_statement(books: Books) -> None:
    books.price(orders="1", lines="1", parcels="1")
    request = books.sides.taken()
    shipped = books.sides.ship(request, Shipping("seur", "24h", ("T1", "T2")))
    assert rows_of(books.statement("2026-03")) == ["orders 1 × 1 = 1.00", "lines 1 × 1 = 1.00", "parcels 2 × 1 = 2.00"]

    unship_order(books.app, books.sides.provider, shipped.order.id, books.sides.clerk.id)
    assert books.statements("2026-03") == []

    connection = books.sides.connection()
    remove_connection(books.app, books.sides.clerk, connection.id, open_orders=OpenOrders.FINISH)
    books.sides.ship(request)
    assert [one.orders for one in books.statements("2026-03")] == [1]  # what is finished after the end is charged too


def test_only_months_in_which_a_client_was_connected_miss_a_price(books: Books) -> None:
    missing = [len(list_unpriced(books.app, books.sides.provider, Month.parse(month))) for month in ("2026-02", "2026-03")]
    assert missing == [0, 1]
    books.price()
    assert list_unpriced(books.app, books.sides.provider, Month.parse("2026-03")) == []
