"""A number that is scanned into the grid's search, or into an order's page, opens its order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.shop import OWNER, STRANGER, Shop, ready

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def client(shop: Shop, log_in: LogIn) -> FlaskClient:
    shop.import_all(ready("7001"), ready("70010"), ready("70011"), ready("Á-9"))
    return log_in(OWNER)


@pytest.mark.parametrize("text", ["7001", " 7001 ", "SHOP-7001", "shop-7001", "n7001"])
def test_a_scanned_number_opens_the_order_at_its_shipment(shop: Shop, client: FlaskClient, text: str) -> None:
    answer = client.get("/orders", query_string={"q": text, "open": "1"})
    assert answer.location == f"/orders/{shop.order_id('7001')}#configure-shipment"


def test_both_pages_have_the_field(shop: Shop, client: FlaskClient) -> None:
    for page in ("/orders", f"/orders/{shop.order_id('7001')}"):
        forms = re.findall(r'<form[^>]*role="search".*?</form>', client.get(page).text, re.DOTALL)
        [form] = [form for form in forms if '<input type="hidden" name="open" value="1">' in form]
        assert re.search(r'<input[^>]*type="search"[^>]*name="q"', form)


def test_letters_are_read_however_they_are_written(shop: Shop, client: FlaskClient) -> None:
    assert client.get("/orders?q=á-9&open=1").location == f"/orders/{shop.order_id('Á-9')}#configure-shipment"


def test_the_whole_status_makes_no_difference_to_a_scanner(shop: Shop, client: FlaskClient) -> None:
    assert client.get("/orders?q=7001&open=1&status=shipped").status_code == 302


def test_a_part_of_a_number_and_a_link_list_as_ever(client: FlaskClient) -> None:
    for address in ("/orders?q=700&open=1", "/orders?q=7001", "/orders?open=1", "/orders?q=ana&open=1"):
        assert client.get(address).status_code == 200


def test_several_orders_of_one_number_are_listed(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"), replace(ready("7001"), external_id="n2"))
    page = log_in(OWNER).get("/orders?q=7001&open=1")
    assert page.text.count('class="order-link"') == 2


def test_what_is_not_here_leads_to_where_it_may_be(shop: Shop, client: FlaskClient) -> None:
    page = client.get("/orders?q=9999&open=1")
    assert "Where is my order?" in words_of(page)
    assert "Ask Casa Verde online" in words_of(page)
    assert f'href="/stores/{shop.store.id}?order=9999#look"' in page.text


def test_an_order_of_others_is_not_here(shop: Shop, client: FlaskClient, log_in: LogIn) -> None:
    assert "No order fits" in words_of(log_in(STRANGER).get("/orders?q=7001&open=1"))
