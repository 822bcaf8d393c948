"""The page of everything that is held."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.shop import OWNER, STRANGER, Shop, ready

from engine.services.fulfillment.hold_order import hold_order

LogIn = Callable[[str], FlaskClient]


def held(shop: Shop, number: str = "7001") -> str:
    shop.import_all(ready(number))
    order_id = shop.order_id(number)
    with shop.app.reading() as unit:
        owner = unit.users.list_for(shop.merchant.id)[0]
    hold_order(shop.app, shop.merchant.id, order_id, "Is the address right?", owner.id, until="2030-12-24")
    return order_id


def test_what_is_held_is_listed_with_who_why_and_until_when(shop: Shop, log_in: LogIn) -> None:
    held(shop)
    owner = log_in(OWNER)

    words = words_of(owner.get("/holds"))

    assert "7001" in words
    assert "The merchant" in words
    assert "Is the address right?" in words
    assert "2030" in words


def test_a_hold_is_ended_by_its_button(shop: Shop, log_in: LogIn) -> None:
    order_id, owner = held(shop), log_in(OWNER)
    page = owner.get("/holds")

    answer = owner.post(f"/holds/{order_id}/release", data={"csrf_token": token_of(page)}, follow_redirects=True)

    assert "The hold is ended." in words_of(answer)
    assert "Nothing is on hold" in words_of(answer)


def test_a_hold_of_a_rule_is_called_by_the_rule_and_ended_like_others(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7002", order_total=600))
    owner, path = log_in(OWNER), f"/holds/{shop.order_id('7002')}/release"
    page = owner.get("/holds")
    assert "7002 A rule Dear orders are looked at first" in words_of(page)
    assert ">review<" not in page.text

    shown = re.search(rf'action="{path}".*?name="hold" value="([^"]+)"', page.text, re.DOTALL)
    assert shown is not None
    form = {"csrf_token": token_of(page), "hold": shown[1]}
    answer = words_of(owner.post(path, data=form, follow_redirects=True))
    assert "The hold is ended." in answer
    assert "Nothing is on hold" in answer


def test_an_order_is_held_with_a_reason_or_says_what_is_missing(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id, owner = shop.order_id("7001"), log_in(OWNER)
    token = token_of(owner.get(f"/orders/{order_id}"))

    refused = owner.post(f"/holds/{order_id}", data={"csrf_token": token, "reason": " "}, follow_redirects=True)
    assert "why the order is on hold" in words_of(refused)
    answer = owner.post(f"/holds/{order_id}", data={"csrf_token": token, "reason": "Wait."}, follow_redirects=True)
    assert "The order is on hold." in words_of(answer)


def test_an_order_of_another_account_is_no_order(shop: Shop, log_in: LogIn) -> None:
    order_id, stranger = held(shop), log_in(STRANGER)
    token = token_of(stranger.get("/holds"))
    assert stranger.post(f"/holds/{order_id}/release", data={"csrf_token": token}).status_code == 404
    assert stranger.post(f"/holds/{order_id}", data={"csrf_token": token, "reason": "x"}).status_code == 404
