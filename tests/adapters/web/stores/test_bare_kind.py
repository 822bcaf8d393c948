"""The pages of a store of a kind that can no more than every store, and calls its things by no name of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, words_of
from support.clock import FixedClock
from support.corner_store import COLLECTED, UNPAID, open_corner_shop
from support.pages import pages_over
from support.shop import OWNER, Shop, parked, ready

from adapters.web.application import create_web
from engine.model.sentence import Sentence
from engine.model.store import Skipped, SkippedNote, StoreState
from storage.database import Database
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_corner_shop(sqlite_database, clock)
    unpaid = Skipped("n2", "2", UNPAID.message(order="2"))
    shop.import_all(ready("1"), unpaid, parked("3"))
    return shop


@pytest.fixture
def web(shop: Shop) -> Flask:
    return pages_over(shop.app, shop.database)


@pytest.fixture
def owner(web: Flask) -> FlaskClient:
    client = web.test_client()
    assert send_log_in(client, OWNER).status_code == 302
    return client


def own(shop: Shop) -> str:
    return f"/stores/{shop.store.id}"


def foreign_words(text: str) -> list[str]:
    """What is said of another kind of store."""
    lowered = text.lower()
    return [word for word in ("brightpearl", "goods-out", "nota de salida", "webhook", "credential") if word in lowered]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "page", ["", "?order=1", "?order=2", "?order=99", "/skipped", "/skipped?reason=unpaid", "/disconnect", "/settings"]
)
def test_its_pages_say_nothing_of_other_kinds(web: Flask, shop: Shop, owner: FlaskClient, page: str, language: str) -> None:
    press(owner, "/orders", "/language", language=language, back="/orders")
    shown = owner.get(f"{own(shop)}{page}")
    assert shown.status_code == 200
    assert f'lang="{language}"' in shown.text
    assert foreign_words(shown.text) == []


def test_the_list_names_each_stores_kind(shop: Shop, owner: FlaskClient) -> None:
    said = words_of(owner.get("/stores"))
    assert "Shop round the corner Corner connected" in said
    assert "Casa Verde online Brightpearl connected" in said


def test_the_table_has_its_own_reasons_in_its_order(shop: Shop, owner: FlaskClient) -> None:
    said = words_of(owner.get(own(shop)))
    assert "Not paid 1 The customer has not paid. Wait for the money." in said
    assert "Collected – The customer came for it. Nothing." in said
    places = [said.index(one) for one in ("Not paid 1", "Collected –", "Cannot be read as an order 1", "Deleted –")]
    assert places == sorted(places)
    assert "An order comes with the next import. If yours does not, this is why:" in said
    assert 'placeholder="Order number"' in owner.get(own(shop)).text


def test_changes_come_with_the_next_import(shop: Shop, owner: FlaskClient) -> None:
    said = words_of(owner.get(own(shop)))
    assert "Kind Corner" in said
    assert "Changes come with the next import" in said
    assert "Enter new credentials" not in said
    assert "does not tell of changes at once" in words_of(press(owner, own(shop), f"{own(shop)}/webhooks", wanted="on"))


def test_where_an_order_is_comes_from_the_record(shop: Shop, owner: FlaskClient) -> None:
    said = words_of(owner.get(f"{own(shop)}?order=2"))
    assert "Order 2 is not paid yet. What to do: Wait for the money." in said
    assert "This was so on" in said
    assert "Corner cannot be asked about a single order" in words_of(owner.get(f"{own(shop)}?order=99"))


def test_what_is_left_out_has_its_own_filter(shop: Shop, owner: FlaskClient) -> None:
    said = words_of(owner.get(f"{own(shop)}/skipped?reason=unpaid"))
    assert "All 2" in said
    assert "Not paid 1" in said
    assert "The customer has not paid. Wait for the money." in said
    assert "Id in the store" in said
    assert "n2 Order 2 is not paid yet." in said
    assert "n3" not in said


def test_a_reason_that_no_connector_knows_any_more_is_shown_as_it_was_kept(shop: Shop, owner: FlaskClient) -> None:
    now = shop.app.clock.now()
    kept = Sentence("It was of another colour.", "Era de otro color.")
    with shop.app.unit_of_work() as uow:
        uow.stores.record_skipped(shop.store, [SkippedNote("n7", "7", "wrong_colour", kept, "", now, now)])
        uow.commit()

    assert "wrong_colour 1" in words_of(owner.get(own(shop)))
    said = words_of(owner.get(f"{own(shop)}/skipped?reason=wrong_colour"))
    assert "wrong_colour 1" in said
    assert "n7 It was of another colour." in said
    assert "It was of another colour." in words_of(owner.get(f"{own(shop)}?order=7"))


def test_an_order_that_it_closed_says_why_in_its_words(shop: Shop, owner: FlaskClient) -> None:
    shop.import_all(Skipped("n1", "1", COLLECTED.message(order="1")))
    said = words_of(owner.get(f"/orders/{shop.order_id('1')}"))
    assert "it was collected" in said
    assert "Id in the store: n1" in said
    assert "Shipped, it was collected" in said  # in the trail


def test_where_stores_are_of_several_kinds_what_is_parked_has_no_name_of_one(shop: Shop, owner: FlaskClient) -> None:
    page = owner.get("/orders/parked")
    assert "These should be orders but cannot be read as such." in words_of(page)
    assert "n3 Shop round the corner has no country" in words_of(page)
    assert foreign_words(page.text) == []
    assert foreign_words(owner.get("/orders?q=nothing").text) == []


def test_it_is_disconnected(shop: Shop, owner: FlaskClient) -> None:
    address = f"{own(shop)}/disconnect"
    said = words_of(owner.get(address))
    assert "No more orders are imported. 1 order that is here stays as it is." in said
    assert "The store is disconnected." in words_of(press(owner, address, address))
    with shop.app.reading() as uow:
        assert uow.stores.get(shop.merchant.id, shop.store.id).state is StoreState.CLOSED
    assert "Corner can no longer be asked" in words_of(owner.get(f"{own(shop)}?order=1"))


def test_the_page_of_a_store_whose_kind_has_no_connector_any_more_comes(shop: Shop) -> None:
    app = replace(shop.app, connectors={})
    client = create_web(app, Queries(shop.database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)
    said = words_of(client.get(own(shop)))
    assert "Kind corner" in said
    assert "unpaid 1" in said
    assert "n2 Order 2 is not paid yet." in words_of(client.get(f"{own(shop)}/skipped"))
