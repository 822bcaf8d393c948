"""Rules and saved tests that begin with an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.shop import OWNER, Shop, ready

from engine.services.drafting.check_draft import check_draft
from engine.services.drafting.open_set import open_set
from engine.services.drafting.save_draft import save_draft
from rules.editing import DraftText

LogIn = Callable[[str], FlaskClient]
SET = "casa-verde"


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


@pytest.fixture
def order_id(shop: Shop) -> str:
    shop.import_all(ready("7001"))
    return shop.order_id("7001")


def draft(shop: Shop) -> DraftText:
    return DraftText.read(open_set(shop.app, shop.merchant.id, SET).document)


def test_a_rule_begins_with_what_is_true_of_an_order(owner: FlaskClient, shop: Shop, order_id: str) -> None:
    page = owner.get(f"/orders/{order_id}")
    assert "New rule from this order" in words_of(page)
    address = f"/rules/from-order/{order_id}"
    words = words_of(owner.get(address))
    assert "Ship to country is" in words
    assert "Any item: SKU is one of" in words
    form: dict[str, Any] = {"csrf_token": token_of(page), "name": "Like 7001", "set": SET, "condition": ["0"]}
    answer = owner.post(address, data=form)
    assert answer.location == f"/rules/{SET}/like-7001"
    new = draft(shop).rules[-1]
    assert (new["id"], new["enabled"], new["then"]) == ("like-7001", False, [])
    [condition] = new["when"]["all"]
    assert (condition["field"], condition["is"]) == ("ship_to.country", "equals")
    owner.post(address, data=form)
    assert draft(shop).ids()[-2:] == ["like-7001", "like-7001-2"]


def test_a_total_that_the_store_sends_as_text_becomes_a_number(owner: FlaskClient, shop: Shop) -> None:
    shop.import_all(ready("7002", order_total="125.72"))
    said = words_of(owner.get(f"/rules/from-order/{shop.order_id('7002')}"))
    assert "Order total is at least 125.72" in said


def test_a_rule_from_an_order_needs_a_name(owner: FlaskClient, order_id: str) -> None:
    address = f"/rules/from-order/{order_id}"
    page = owner.post(address, data={"csrf_token": token_of(owner.get(address)), "name": " ", "set": SET})
    assert page.status_code == 422
    assert "Give the rule a name." in words_of(page)


def test_an_order_becomes_a_test_that_passes_and_names_nobody(owner: FlaskClient, shop: Shop, order_id: str) -> None:
    form = {"csrf_token": token_of(owner.get(f"/orders/{order_id}")), "set": SET}
    page = owner.post(f"/rules/tests/{order_id}", data=form, follow_redirects=True)
    assert "The order is a saved test in the draft of Casa Verde now" in words_of(page)
    [test] = draft(shop).data["tests"]
    assert test["name"] == "7001"
    assert test["expect"]["matched"] == shop_matched(shop, order_id)
    assert "name" not in test["order"]["ship_to"]
    assert "customer" not in test["order"]
    [result] = check_draft(shop.app, shop.merchant.id, open_set(shop.app, shop.merchant.id, SET)).run_tests()
    assert result.differences == ()


def shop_matched(shop: Shop, order_id: str) -> list[str]:
    with shop.app.reading() as uow:
        order = uow.orders.get(shop.merchant.id, order_id)
        return list(uow.decisions.get(shop.merchant.id, str(order.decision_id)).matched)


def test_the_test_expects_what_the_draft_makes_of_the_order(owner: FlaskClient, shop: Shop, order_id: str) -> None:
    found = open_set(shop.app, shop.merchant.id, SET)
    text = f"set: {SET}\nname: X\nrules:\n  - {{id: mark, when: always, then: [{{do: add_tag, tag: marked}}]}}\n"
    save_draft(shop.app, shop.merchant.id, SET, text, found.seen, "usr")
    form = {"csrf_token": token_of(owner.get(f"/orders/{order_id}")), "set": SET}
    owner.post(f"/rules/tests/{order_id}", data=form)
    [test] = draft(shop).data["tests"]
    assert test["expect"] == {"matched": ["mark"], "flags": [], "order": {"tags": ["marked"]}}


def test_no_test_is_added_to_a_draft_with_errors(owner: FlaskClient, shop: Shop, order_id: str) -> None:
    found = open_set(shop.app, shop.merchant.id, SET)
    save_draft(shop.app, shop.merchant.id, SET, "rules: [", found.seen, "usr")
    form = {"csrf_token": token_of(owner.get(f"/orders/{order_id}")), "set": SET}
    page = owner.post(f"/rules/tests/{order_id}", data=form, follow_redirects=True)
    assert "correct them before you add a test" in words_of(page)


def test_a_rule_that_did_not_fire_leads_to_its_form(owner: FlaskClient, shop: Shop, order_id: str) -> None:
    page = owner.get(f"/orders/{order_id}")
    fired = shop_matched(shop, order_id)
    [quiet, *_] = [one for one in draft(shop).ids() if one not in fired]
    assert f'href="/rules/find/{quiet}' in page.text
    assert "?at=when" in page.text
    assert owner.get(f"/rules/find/{quiet}").location == f"/rules/{SET}/{quiet}"
    assert owner.get("/rules/find/nobody").status_code == 404
