"""What the page of an order says of where it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.clock import FixedClock
from support.rule_runs import order_of
from support.shop import OWNER, Shop, open_shop, ready

from adapters.address_rules import address_rules
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
ADDRESS = {"name": "Ana", "street1": "Calle Mayor 1", "city": "Madrid", "country": "ES"}


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.app = replace(shop.app, address_rules=address_rules)
    return shop


@pytest.mark.parametrize(
    ("postal_code", "said"),
    [
        ("28004", "Address check: nothing is wrong"),
        ("2800", "Address check: it cannot be right 2800 is not a postal code of Spain: they look like 28039."),
    ],
)
def test_the_page_says_what_is_wrong_with_the_address(shop: Shop, log_in: LogIn, postal_code: str, said: str) -> None:
    shop.import_all(ready("1", ship_to={**ADDRESS, "postal_code": postal_code}))
    assert said in words_of(log_in(OWNER).get(f"/orders/{shop.order_id('1')}"))


def test_the_history_of_a_changed_address_has_no_word_of_who_checked_it(shop: Shop, log_in: LogIn) -> None:
    for street in ("Calle Mayor 1", "Calle Mayor 2"):
        shop.import_all(ready("1", ship_to={**ADDRESS, "street1": street, "postal_code": "28004"}))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('1')}"))
    assert "Changed in the store" in page
    assert "hecked_here" not in page


def test_the_stores_own_word_is_shown_as_it_is(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("1", ship_to={**ADDRESS, "postal_code": "2800", "verified": "warning"}))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('1')}"))
    assert "Address check: look at this before it leaves" in page
    assert "no postal code" not in page


def test_of_a_country_of_which_nothing_is_known_the_page_says_nothing(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("1", ship_to={**ADDRESS, "country": "XX"}))
    assert "Address check" not in words_of(log_in(OWNER).get(f"/orders/{shop.order_id('1')}"))


def test_a_wrong_state_offers_those_of_the_postal_code(shop: Shop, log_in: LogIn) -> None:
    address = {"name": "Joe", "street1": "1 Main St", "city": "Boston", "postal_code": "02108", "country": "US", "state": "Mass."}
    shop.import_all(ready("1", ship_to=address))
    client = log_in(OWNER)
    order_id = shop.order_id("1")
    page = client.get(f"/orders/{order_id}")
    assert "Correct it States and provinces that are possible here: Massachusetts" in words_of(page)
    form = {"csrf_token": token_of(page), "f.ship_to.state": "Massachusetts", "shown.ship_to.state": "Mass."}
    assert "Correct it" not in words_of(client.post(f"/orders/{order_id}/fields", data=form, follow_redirects=True))
    assert order_of(shop).document()["ship_to"]["verified"] == "verified"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ({"postal_code": "28004", "street1": ""}, "field-ship_to-street1"),
        ({"postal_code": "2800"}, "field-ship_to-postal_code"),
    ],
)
def test_what_is_missing_or_wrong_leads_to_the_field_where_it_is_put_right(
    shop: Shop, log_in: LogIn, address: dict[str, str], field: str
) -> None:
    shop.import_all(ready("1", ship_to={**ADDRESS, **address}))
    order_id, client = shop.order_id("1"), log_in(OWNER)
    assert f'href="/orders/{order_id}?edit=fields#{field}"' in client.get(f"/orders/{order_id}").text
    assert f'id="{field}"' in client.get(f"/orders/{order_id}?edit=fields").text
