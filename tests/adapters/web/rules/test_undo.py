"""What a version did is undone: its open orders are shown, and the rules run again over those that a person chooses."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.publishing import publish_alone
from support.rule_runs import order_of, rule_set
from support.shop import OWNER, STRANGER, Shop, ready

from engine.model.order import OrderState
from engine.services.deciding.version_effects import offered_versions

LogIn = Callable[[str], FlaskClient]
TAG = "{id: a, when: {field: order_number, is: not_equals, value: '3'}, then: [{do: add_tag, tag: %s}]}"


@pytest.fixture
def bad(shop: Shop) -> str:
    """A version that gave a wrong tag to two of three orders, of which one has shipped; another runs by now."""
    version = publish_alone(shop.app, shop.merchant.slug, rule_set(TAG % "wrong")).version
    shop.import_all(*(ready(number) for number in ("1", "2", "3", "4")))
    with shop.database.unit_of_work() as unit:
        shipped = order_of(shop, "4")
        shipped.state = OrderState.SHIPPED
        unit.orders.update_many([shipped])
        unit.commit()
    publish_alone(shop.app, shop.merchant.slug, rule_set(TAG % "right"))
    return version.id


def test_its_open_orders_are_shown_with_what_would_become_of_them(shop: Shop, bad: str, log_in: LogIn) -> None:
    page = log_in(OWNER).get(f"/rules/undo?version={bad}")
    words = words_of(page)
    assert "Choose order 2 Awaiting shipment – Tags wrong → becomes right" in words
    assert "Choose order 1 " in words
    assert "Choose order 3" not in words  # nothing was done with it
    assert "Choose order 4" not in words  # it has shipped
    assert page.text.count(" checked") == 2


def test_the_rules_run_again_over_the_ticked_ones(shop: Shop, bad: str, log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = press(client, f"/rules/undo?version={bad}", "/rules/undo", version=bad, order=shop.order_id("1"))
    words = words_of(page)
    assert "The rules ran again over 1 order." in words
    assert [order_of(shop, number).document()["tags"] for number in ("1", "2")] == [["right"], ["wrong"]]
    assert "Choose order 1 Awaiting shipment – nothing" in words
    assert page.text.count(" checked") == 1


def test_a_version_that_still_runs_has_to_be_replaced_first(shop: Shop, bad: str, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "restore an earlier version first" not in words_of(client.get(f"/rules/undo?version={bad}"))
    running = next(one for one in offered_versions(shop.app, shop.merchant.id) if "right" in one.document)
    words = words_of(client.get(f"/rules/undo?version={running.id}"))
    assert "This version still runs" in words
    assert "No open order was changed by it." in words


def test_nothing_is_done_without_a_choice_or_with_others_orders(shop: Shop, bad: str, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "Choose at least one order first" in words_of(press(client, "/rules/undo", "/rules/undo", version=bad))
    assert press(client, "/rules/undo", "/rules/undo", version=bad, order="ord_x").status_code == 404
    assert client.get("/rules/undo?version=rsv_x").status_code == 404
    stranger = log_in(STRANGER)
    assert stranger.get(f"/rules/undo?version={bad}").status_code == 404
    assert "No rules are published yet." in words_of(stranger.get("/rules/undo"))


def pages_from(client: FlaskClient, address: str | None) -> list[str]:
    """The words of all pages."""
    found = []
    while address is not None:
        page = client.get(address)
        found.append(words_of(page))
        onward = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = None if onward is None else onward[1].replace("&amp;", "&")
    return found


def test_all_orders_come_in_pages_of_bounded_work(shop: Shop, bad: str, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.deciding.version_effects.MOST_SHOWN", 1)
    client = log_in(OWNER)
    first, second = pages_from(client, f"/rules/undo?version={bad}")[:2]
    assert "1 order of this page, for which" in first
    assert "Choose order 2" in first
    assert "Choose order 1" not in first
    assert "Choose order 1" in second
    assert "Back to the newest" in second

    monkeypatch.setattr("engine.services.deciding.version_effects.MOST_LOOKED_AT", 1)
    pages = pages_from(client, f"/rules/undo?version={bad}")
    assert len(pages) == 3, "one has shipped"
    assert "None of the 1 open orders of this page was changed by it." in pages[0]
    assert "Older orders" in pages[0]
    assert ["Choose order 2" in page for page in pages] == [False, True, False]
    assert ["Choose order 1" in page for page in pages] == [False, False, True]


def test_running_the_rules_again_stays_on_the_page(shop: Shop, bad: str, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.deciding.version_effects.MOST_SHOWN", 1)
    client = log_in(OWNER)
    before, address = shop.order_id("2"), f"/rules/undo?version={bad}"
    page = press(client, f"{address}&before={before}", "/rules/undo", version=bad, before=before, order=shop.order_id("1"))
    assert "The rules ran again over 1 order." in words_of(page)
    assert "Choose order 1 Awaiting shipment – nothing" in words_of(page)
