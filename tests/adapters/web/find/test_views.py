"""One field finds pages, orders and rules: the account's own, a few of each, in the reader's language."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.rule_form import SET, begin
from support.sharing import adopted
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready
from support.statements import statements

from adapters.web.find.views import LONGEST_TEXT, MOST_FOUND
from engine.model.order_filter import OrderFilter
from storage.database import Database
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]
RULES = """\
set: casa-verde
name: Casa Verde
rules:
  - {id: islands, name: Baleares y Canarias por avión, when: always, then: []}
  - {id: text, name: "Peninsula", when: always, then: []}
"""


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


def found(client: FlaskClient, text: str) -> dict[str, str]:
    """The names of what is found, and where each leads."""
    page = client.get("/find", query_string={"q": text})
    assert page.status_code == 200
    part = page.text.split('id="found"')[1].split('id="found-said"')[0]
    links = re.findall(r'<a href="([^"]+)"><span class="found-name">([^<]*)</span>', part)
    return {html.unescape(name): html.unescape(address) for address, name in links}


def test_pages_are_found_by_their_names_without_accents_and_by_what_is_said_of_them(owner: FlaskClient) -> None:
    assert found(owner, "unhandled") == {"Unhandled orders": "/rules/unhandled"}
    assert "Packages" in found(owner, "boxes")
    press(owner, "/orders", "/language", language="es", back="/orders")
    assert found(owner, "CONFIGURACION emba") == {"Embalajes": "/settings/shipping/packages"}
    assert list(found(owner, "estad")) == ["Estadísticas", "Estados de cuenta"]


def test_every_page_that_is_found_is_there(owner: FlaskClient, log_in: LogIn) -> None:
    for client in (owner, log_in(PROVIDER)):
        for text in ("", "s", "settings", "shipping", "rules", "sales"):
            for address in found(client, text).values():
                assert client.get(address).status_code == 200


def test_only_those_who_ship_for_others_are_led_to_their_clients(owner: FlaskClient, log_in: LogIn) -> None:
    assert "Clients" not in found(owner, "clients")
    assert found(log_in(PROVIDER), "clients")["Clients"] == "/clients"


def test_an_order_is_found_by_number_and_recipient_and_the_very_number_comes_first(
    owner: FlaskClient, shop: Shop, sqlite_database: Database
) -> None:
    shop.import_all(ready("700"), ready("7001"), ready("7002"))
    numbers = found(owner, "700")
    assert next(iter(numbers)) == "700"
    assert set(numbers) == {"700", "7001", "7002"}
    assert [owner.get(address).status_code for address in numbers.values()] == [200] * 3
    [row] = Queries(sqlite_database).orders_page(shop.merchant.id, OrderFilter(search="7001")).rows
    assert row.ship_to_name
    assert "7001" in found(owner, row.ship_to_name)


def test_a_rule_is_found_by_name_id_and_set_and_opens_where_it_is_edited(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, RULES)
    address = f"/rules/{SET}/islands"
    for text in ("BALEARES avion", "islands", "verde islands"):
        assert found(owner, text)["Baleares y Canarias por avión"] == address
    assert owner.get(address).status_code == 200
    assert found(owner, "peninsula")["Peninsula"] == f"/rules/{SET}/@2"  # its id is the name of a page


def test_a_rule_of_an_adopted_set_opens_that_set(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    [address] = {one for one in found(log_in(OWNER), "acme").values() if one.startswith("/rules/adopted/")}
    assert log_in(OWNER).get(address).status_code == 200


def test_a_draft_that_can_only_be_put_right_as_a_text_hides_no_other_rules(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, "set: casa-verde\nrules: [")
    assert found(owner, "islands") == {}
    assert "Orders" in found(owner, "orders")


def test_a_provider_finds_what_clients_asked_for_by_number_client_and_buyer(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"), ready("7002"))
    shop.work_off()
    client = log_in(PROVIDER)
    with shop.database.reading_unit_of_work() as unit:
        [newest, _] = sorted(unit.requests.list_for_provider(shop.provider.id), key=lambda one: one.id, reverse=True)
    assert newest.copy_id is not None

    for text in ("7002", "verde 7002", "NUNEZ 7002"):
        assert found(client, text) == {"7002": f"/orders/{newest.copy_id}#requests"}, text
        page = client.get("/find", query_string={"q": text}).text
        assert "<h2>Client requests</h2>" in page
        assert "<h2>Orders</h2>" not in page
        assert "Casa Verde · Ana Núñez · Accepted" in page
    assert set(found(client, "casa")) == {"7001", "7002"}
    assert client.get(f"/orders/{newest.copy_id}").status_code == 200
    assert "Client requests" not in client.get("/find?q=7003").text.split('id="found"')[1].split('id="found-said"')[0]
    press(client, "/orders", "/language", language="es", back="/orders")
    assert "<h2>Solicitudes de clientes</h2>" in client.get("/find?q=7002").text


def test_a_request_that_is_no_order_yet_is_at_the_top_of_the_list(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"), ready("7002"))
    shop.work_off()
    with shop.database.unit_of_work() as unit:
        [older, _] = sorted(unit.requests.list_for_provider(shop.provider.id), key=lambda one: one.id)
        unit.requests.update(replace(older, copy_id=None))
        unit.commit()
    client = log_in(PROVIDER)

    addresses = [one for one in found(client, "verde").values() if one.startswith("/requests")]
    assert addresses == [f"/requests?after={older.id}~"]
    first = client.get(addresses[0]).text.split("<tbody")[1].split("</tr>")[0]
    assert "<strong>7001</strong>" in first


def test_no_other_provider_finds_a_clients_requests(shop: Shop) -> None:
    shop.import_all(ready("7001"))
    shop.work_off()
    queries = Queries(shop.database)
    assert [one.order_number for one in queries.find_requests(shop.provider.id, "7001", 9)] == ["7001"]
    assert queries.find_requests(shop.merchant.id, "7001", 9) == []
    assert queries.find_requests(shop.provider.id, "-", 9) == []


def test_nothing_of_other_accounts_is_found(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    begin(shop, RULES)
    assert found(log_in(STRANGER), "7001") == {}
    assert found(log_in(STRANGER), "islands") == {}


def test_what_is_found_and_what_is_asked_for_is_bounded(owner: FlaskClient, shop: Shop, sqlite_database: Database) -> None:
    shop.import_all(*(ready(str(number)) for number in range(7000, 7000 + MOST_FOUND + 3)))
    rules = "".join(f"  - {{id: many-700-{number}, when: always, then: []}}\n" for number in range(MOST_FOUND + 3))
    begin(shop, f"set: casa-verde\nrules:\n{rules}")
    with statements(sqlite_database) as sent:
        assert len(found(owner, "700")) == 2 * MOST_FOUND
    assert len(sent) <= 6, [statement for statement, _ in sent]
    assert owner.get("/find", query_string={"q": "x" * 5000}).status_code == 200
    assert f'value="{"x" * LONGEST_TEXT}"' in owner.get("/find", query_string={"q": "x" * 5000}).text


def test_the_page_says_how_to_begin_and_that_nothing_was_found(owner: FlaskClient) -> None:
    assert "Type part of an order's number" in words_of(owner.get("/find"))
    assert list(found(owner, "")) == ["Inbox", "Orders", "Sales channels", "Rules", "Shipping", "Insights", "Settings"]
    page = owner.get("/find", query_string={"q": "<b>%"})
    assert "Nothing is called “<b>%”." in words_of(page).replace("&lt;", "<")


def test_each_page_has_the_button_that_leads_there_without_a_script(owner: FlaskClient) -> None:
    page = owner.get("/orders").text
    form = page.split('<form action="/find" class="find-form">')[1].split("</form>")[0]
    assert "<button" in form
    assert "Go to…" in form
