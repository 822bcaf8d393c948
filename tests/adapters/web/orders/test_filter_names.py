"""Filters of the grid name what they offer: channels, countries, and the people who hold orders."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.partners import add_member
from support.rule_runs import publish
from support.shop import OWNER, Shop, ready
from werkzeug.test import TestResponse

from adapters.web.orders.columns import EVERY
from adapters.web.orders.columns import WIDTHS as WORDED_WIDTHS
from adapters.web.wording import FLAGS as WORDED_FLAGS
from adapters.web.wording import STATUSES
from engine.model.order_view import COLUMNS, WIDTHS
from engine.model.order_words import STATUS_WORDS
from engine.model.store import KnownNames, NameKind
from engine.services.fulfillment.hold_order import hold_order
from engine.services.grid.grid_query import FLAGS

LogIn = Callable[[str], FlaskClient]
MEMBER = "bo@casa-verde.example"


def numbers_on(page: TestResponse) -> list[str]:
    return re.findall(r'class="order-link"[^>]*>([^<]+)<', page.text)


def options_of(page: TestResponse, name: str) -> dict[str, str]:
    found = re.search(rf'<select id="f-{name}".*?</select>', page.text, re.DOTALL)
    assert found is not None
    return {html.unescape(value): html.unescape(words) for value, words in re.findall(r'value="([^"]*)"[^>]*>([^<]*)<', found[0])}


def with_channels(shop: Shop) -> str:
    """Two orders of two channels; the filter's value of the first."""
    shop.import_all(ready("7001"), ready("7002"))
    with shop.database.unit_of_work() as unit:
        unit.stores.keep_names(
            shop.store, {NameKind.CHANNELS: KnownNames({"2": "Web shop", "3": "Amazon"}, shop.app.clock.now())}
        )
        for number, channel in (("7001", "2"), ("7002", "3")):
            order = unit.orders.get(shop.merchant.id, shop.order_id(number), for_change=True)
            order.channel = channel
            unit.orders.update_many([order])
        unit.commit()
    return f"{shop.store.id}:2"


def test_channels_are_offered_and_shown_by_name(shop: Shop, log_in: LogIn) -> None:
    value = with_channels(shop)
    client = log_in(OWNER)

    assert options_of(client.get("/orders"), "channel") == {"": "Any", f"{shop.store.id}:3": "Amazon", value: "Web shop"}
    page = client.get("/orders", query_string={"channel": value})
    assert numbers_on(page) == ["7001"]
    assert "Channel: Web shop ×" in words_of(page)
    assert f'<option value="{value}" selected>Web shop</option>' in page.text
    of_before = client.get("/orders?channel=2")
    assert numbers_on(of_before) == ["7001"]
    assert "Channel: Web shop ×" in words_of(of_before)
    assert "Channel: 9 – no order has it ×" in words_of(client.get("/orders?channel=9&country=es"))


def test_without_channels_there_is_no_filter_for_them(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    assert 'id="f-channel"' not in log_in(OWNER).get("/orders").text


def test_the_filters_offer_and_show_what_there_is_now(shop: Shop, log_in: LogIn) -> None:
    """Their fields are kept as they were written, by all that they say."""
    shop.import_all(ready("7001", tags=["vip"]))
    client = log_in(OWNER)
    assert "Catch all" not in options_of(client.get("/orders"), "rule").values()

    publish(shop, "{id: c, name: Catch all, when: {field: order_number, is: equals, value: '7001'}, then: [{do: hold}]}")
    assert "Catch all" in options_of(client.get("/orders"), "rule").values()
    add_member(shop)
    assert MEMBER in options_of(client.get("/orders"), "held").values()
    assert 'name="tag" value="vip"' in client.get("/orders?tag=vip").text
    assert 'name="ordered_from" value="2026-02-03"' in client.get("/orders?ordered_from=2026-02-03").text
    assert 'name="tag" value=""' in client.get("/orders").text


def test_countries_are_chosen_by_name(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    client = log_in(OWNER)
    page = client.get("/orders?country=es")

    assert options_of(page, "country")["DE"] == "Germany"
    assert '<option value="ES" selected>Spain</option>' in page.text
    press(client, "/orders", "/language", language="es", back="/orders")
    assert options_of(client.get("/orders"), "country")["DE"] == "Alemania"


@pytest.fixture
def held(shop: Shop, log_in: LogIn) -> FlaskClient:
    """Three orders: one is held by a rule, one by two people, one by somebody who has left and the operator."""
    publish(shop, "{id: h, name: Wait for it, when: {field: order_number, is: equals, value: '7001'}, then: [{do: hold}]}")
    shop.import_all(ready("7001"), ready("7002"), ready("7003"))
    app, account_id = shop.app, shop.merchant.id
    add_member(shop)
    with shop.database.unit_of_work() as unit:
        ids = {user.email: user.id for user in unit.users.list_for(account_id)}
    for number, actor in (("7002", ids[OWNER]), ("7002", ids[MEMBER]), ("7003", "usr_gone"), ("7003", "operator")):
        hold_order(app, account_id, shop.order_id(number), f"Ask {actor[:3]}", actor)
    client = log_in(OWNER)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/orders").text)
    assert token is not None
    client.post("/orders/grid-settings", data={"csrf_token": token[1], "column": ["order", "holds"], "density": "compact"})
    return client


def test_orders_are_filtered_by_the_person_who_holds_them(held: FlaskClient, shop: Shop) -> None:
    options = options_of(held.get("/orders"), "held")
    assert OWNER in options.values()
    assert list(options.values())[:4] == ["Held or not", "By anybody", "By a person", "By a rule or the store alone"]

    page = held.get("/orders", query_string={"held": next(key for key, name in options.items() if name == MEMBER)})
    assert numbers_on(page) == ["7002"]
    assert f"Held: {MEMBER} ×" in words_of(page)
    assert numbers_on(held.get("/orders?held=rule")) == ["7001"]
    assert "Held: usr_x – no order has it ×" in words_of(held.get("/orders?held=usr_x&country=es"))


def test_the_column_and_the_file_name_who_holds(held: FlaskClient) -> None:
    page = words_of(held.get("/orders"))
    assert "7001 SHOP-7001 the rule Wait for it" in page
    assert f"{OWNER}: Ask usr {MEMBER}: Ask usr" in page
    assert "somebody who has left the account: Ask usr the operator: Ask ope" in page
    rows = list(csv.reader(io.StringIO(held.get("/orders/orders.csv").text.removeprefix("\ufeff"))))
    assert rows[0] == ["Order", "Reference", "Held by"]
    assert [row[2] for row in rows[1:]] == [
        "somebody who has left the account: Ask usr; the operator: Ask ope",
        f"{OWNER}: Ask usr; {MEMBER}: Ask usr",
        "the rule Wait for it",
    ]
    press(held, "/orders", "/language", language="es", back="/orders")
    assert "la regla Wait for it" in words_of(held.get("/orders"))


def test_what_commands_know_of_views_is_what_the_grid_has() -> None:
    assert tuple(column.name for column in EVERY) == COLUMNS
    assert tuple(WORDED_WIDTHS) == WIDTHS
    assert set(WORDED_FLAGS) == FLAGS
    assert set(STATUSES) == set(STATUS_WORDS)
