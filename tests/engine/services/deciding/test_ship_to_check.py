"""Orders are checked for an address that their country could have, and rules read what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import edit, order_of, publish, reprocess
from support.shop import Shop, open_shop, ready

from adapters.address_rules import address_rules
from engine.services.deciding.ship_to_check import explain_ship_to
from storage.database import Database

HOLD_WRONG = "{id: wrong, when: {field: ship_to.verified, is: equals, value: error}, then: [{do: hold}]}"
TAG_ANY = "{id: any, when: always, then: [{do: add_tag, tag: seen}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.app = replace(shop.app, address_rules=address_rules)
    return shop


def going_to(number: str = "1", **parts: Any) -> Any:
    return ready(number, ship_to={"street1": "Calle Mayor 1", "city": "Madrid", "country": "ES", **parts})


def verified(shop: Shop) -> Any:
    return order_of(shop).document()["ship_to"].get("verified")


def test_an_import_says_what_checking_the_address_said_and_rules_read_it(shop: Shop) -> None:
    publish(shop, HOLD_WRONG)
    shop.import_all(going_to(postal_code="2800"))
    assert verified(shop) == "error"
    assert order_of(shop).status() == "on_hold"


def test_nothing_is_held_or_flagged_by_the_check_alone(shop: Shop) -> None:
    publish(shop, TAG_ANY)
    shop.import_all(going_to(postal_code="2800"))
    assert (order_of(shop).status(), order_of(shop).flags) == ("awaiting_shipment", ())


def test_an_address_that_the_store_changes_is_checked_again(shop: Shop) -> None:
    shop.import_all(going_to(postal_code="2800"))
    shop.import_all(going_to(postal_code="28004"))
    assert verified(shop) == "verified"
    assert explain_ship_to(shop.app.address_rules, order_of(shop)).problems == ()


def test_the_same_answer_of_the_store_changes_nothing(shop: Shop) -> None:
    shop.import_all(going_to(postal_code="2800"))
    before = order_of(shop)
    shop.import_all(going_to(postal_code="2800"))
    assert order_of(shop) == before


def test_what_the_store_says_of_its_address_counts(shop: Shop) -> None:
    shop.import_all(going_to(postal_code="2800", verified="verified"))
    assert verified(shop) == "verified"
    assert explain_ship_to(shop.app.address_rules, order_of(shop)).verdict is None


def test_an_address_that_a_person_edits_is_checked_as_it_is_then(shop: Shop) -> None:
    shop.import_all(going_to(postal_code="2800", verified="verified"))
    edit(shop, "1", ship_to__postal_code="28")
    reprocess(shop)
    assert verified(shop) == "error"
    assert [str(one) for one in explain_ship_to(shop.app.address_rules, order_of(shop)).problems] == [
        "28 is not a postal code of Spain: they look like 28039."
    ]


def test_what_a_person_says_of_the_address_counts(shop: Shop) -> None:
    shop.import_all(going_to(postal_code="2800"))
    edit(shop, "1", ship_to__verified="verified")
    reprocess(shop)
    assert verified(shop) == "verified"
    assert explain_ship_to(shop.app.address_rules, order_of(shop)).verdict is None


@pytest.mark.parametrize("country", ["", "XX"])
def test_where_nothing_is_known_of_the_country_the_field_stays_blank(shop: Shop, country: str) -> None:
    shop.import_all(going_to(country=country))
    assert "verified" not in order_of(shop).document()["ship_to"]


def test_an_order_without_an_address_is_imported_as_it_is(shop: Shop) -> None:
    shop.import_all(ready("1", ship_to=None))
    assert order_of(shop).document()["ship_to"] is None
