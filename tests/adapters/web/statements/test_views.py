"""The pages of statements and prices, for both sides."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from support.billing import Books, open_books
from support.browsing import press, words_of
from support.partners import MEMBER, add_member
from support.shop import OWNER, PROVIDER, Shop

from storage.database import Database

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def books(sqlite_database: Database) -> Books:
    return open_books(sqlite_database)


@pytest.fixture
def shop(books: Books) -> Shop:
    return books.sides.shop


def test_prices_are_set_by_the_3pls_admins_and_seen_by_the_client(books: Books, log_in: LogIn) -> None:
    page = f"/connections/{books.sides.connection().id}"
    provider, client = log_in(PROVIDER), log_in(OWNER)
    assert "No prices are set." in words_of(client.get(page))
    form = {"orders": "1,50", "lines": "0.2", "parcels": "0", "storage": "0.0505", "monthly": "25", "currency": "eur"}

    saved = words_of(press(provider, page, f"{page}/prices", **form, valid_from="2026-03"))

    assert "The prices are saved." in saved
    assert "From March 2026 Per order €1.50 Per line €0.20 Per parcel €0.00 Storage per unit €0.0505 Per month €25.00" in saved
    assert "From March 2026 Per order €1.50" in words_of(client.get(page))
    assert "Set prices" not in words_of(client.get(page))
    for changed, says in (
        ({"orders": "x"}, '"x" is not a price'),
        ({"lines": "1.00001"}, "at most 4 decimals"),
        ({"currency": "EURO"}, '"EURO" is not a currency'),
        ({"valid_from": "soon"}, '"soon" is not a month'),
    ):
        refused = press(provider, page, f"{page}/prices", **{**form, "monthly": "31", **changed})
        assert refused.status_code == 422
        [field] = re.findall(r'name="(\w+)"[^>]* autofocus', refused.text)
        assert {field} == changed.keys()
        assert says in refused.text.partition('id="price-wrong"')[2].replace("&#34;", '"')[:200]
        assert 'name="monthly" inputmode="decimal" value="31"' in refused.text
    assert press(client, page, f"{page}/prices", **form).status_code == 403


def test_prices_are_typed_as_the_language_writes_them_and_come_back_so(books: Books, log_in: LogIn) -> None:
    page, provider = f"/connections/{books.sides.connection().id}", log_in(PROVIDER)
    form = {"orders": "0", "lines": "0", "parcels": "0", "storage": "0", "currency": "EUR", "valid_from": "2026-03"}
    for language, typed, price in (
        ("en", "1,200", "1200"),
        ("es", "1.250", "1250"),
        ("es", "1.250,75", "1250.75"),
        ("es", "1,25", "1.25"),
    ):
        press(provider, page, "/language", language=language, back=page)
        press(provider, page, f"{page}/prices", **form, monthly=typed)
        assert str(books.statement("2026-03").total) == f"{float(price):.2f}"
        assert f'name="monthly" inputmode="decimal" value="{typed}"' in provider.get(page).text


def test_a_month_shows_what_each_client_owes_and_who_has_no_prices(books: Books, log_in: LogIn) -> None:
    provider, client = log_in(PROVIDER), log_in(OWNER)
    assert "so nothing is charged: Casa Verde" in words_of(provider.get("/statements"))
    assert "so nothing is charged" not in words_of(provider.get("/statements?month=2026-02"))  # they were not connected yet
    assert "Nothing is charged for March 2026." in words_of(client.get("/statements"))
    books.price()
    books.sent("1001", "2026-03-10T10:00", lines=3)

    assert "Casa Verde EUR 1 3 1 €27.90 Provisional" in words_of(provider.get("/statements?month=2026-03"))
    assert "Acme 3PL EUR 1 3 1 €27.90 Provisional" in words_of(client.get("/statements?month=2026-03"))
    assert '"2026-13" is not a month' in words_of(provider.get("/statements?month=2026-13", follow_redirects=True))


def test_a_statement_is_issued_paid_and_downloaded(books: Books, log_in: LogIn) -> None:
    books.price()
    books.sent("=1+1", "2026-03-10T10:00")
    provider, client = log_in(PROVIDER), log_in(OWNER)
    page = f"/statements/{books.statement('2026-03').id}"
    assert "The month is not over" in words_of(provider.get(page))
    assert "March 2026 is not over yet" in words_of(press(provider, page, f"{page}/issue"))
    books.at("2026-04-02T09:00")
    provider, client = log_in(PROVIDER), log_in(OWNER)
    assert "The month is over." in words_of(provider.get(page))
    assert "The provider has not issued the statement yet" in words_of(client.get(page))

    assert "The statement is issued." in words_of(press(provider, page, f"{page}/issue"))
    assert "Orders 1 €1.50 €1.50" in words_of(client.get(page))
    assert "Casa Verde, March 2026 : €27.50" in words_of(provider.get("/statements"))
    for action in ("issue", "paid"):
        assert "Only the provider" in words_of(press(client, page, f"{page}/{action}"))
    assert "The statement is marked as paid." in words_of(press(provider, page, f"{page}/paid"))
    assert "Paid" in words_of(client.get(page))
    assert "no longer marked as paid" in words_of(press(provider, page, f"{page}/paid", undo="1"))

    for reader in (provider, client):
        table, paper = reader.get(f"{page}/csv"), reader.get(f"{page}/pdf")
        assert table.content_type == "text/csv; charset=utf-8"
        assert "'=1+1" in table.text
        assert paper.content_type == "application/pdf"
        assert "€27.50" in PdfReader(io.BytesIO(paper.data)).pages[0].extract_text()
        assert "attachment" in paper.headers["Content-Disposition"]


def test_members_look_and_change_nothing(books: Books, log_in: LogIn) -> None:
    books.price()
    add_member(books.sides.shop, books.sides.shop.provider.slug)
    member = log_in(MEMBER)
    page, connection = f"/statements/{books.statement('2026-03').id}", f"/connections/{books.sides.connection().id}"

    assert member.get(page).status_code == 200
    assert "From March 2026" in words_of(member.get(connection))
    for path, action in ((page, "issue"), (page, "paid"), (connection, "prices")):
        assert press(member, "/orders", f"{path}/{action}").status_code == 403


def test_the_pages_are_in_spanish_too(books: Books, log_in: LogIn, web: Flask) -> None:
    books.price()
    client = log_in(PROVIDER)
    press(client, "/orders", "/language", language="es", back="/orders")

    assert "‹ febrero de 2026 marzo de 2026 Estados de cuenta de marzo de 2026 Cliente" in words_of(client.get("/statements"))
    assert "Cuota mensual 1 25,00 € 25,00 €" in words_of(client.get(f"/statements/{books.statement('2026-03').id}"))


def test_a_removal_says_what_is_not_paid(books: Books, log_in: LogIn) -> None:
    books.price()
    page = f"/connections/{books.sides.connection().id}/remove"

    assert "Not paid yet: €25.00." in words_of(log_in(OWNER).get(page))
