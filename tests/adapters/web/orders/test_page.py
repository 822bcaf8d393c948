"""What the page of one order makes of what is known: who wrote a field, and which forms it offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import words_of
from support.rule_runs import edit, order_of, publish, reprocess, requests_of
from support.shop import OWNER, Shop, ready

from adapters.web.orders.page import build_order_page
from engine.model.order import OrderState
from engine.model.request import LIVE, RequestAction, RequestState
from engine.services.deciding.account_names import AccountNames
from engine.services.fulfillment.answer_request import Answer, answer_request
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]


def writers_of(shop: Shop, field: str) -> tuple[str, ...]:
    """The ids of the rules that the page names as writers of a field."""
    detail = Queries(shop.database).order_detail(shop.merchant.id, shop.order_id("1"))
    page = build_order_page(detail, shop.app.describe(detail.store_kind), None, AccountNames({}, {}, {}), {})
    layered = page.layer_of(field)
    return () if layered is None else layered.rules


@pytest.mark.parametrize("state", sorted(LIVE))
def test_an_order_that_is_with_a_provider_has_no_form_to_ship_it(shop: Shop, log_in: LogIn, state: RequestState) -> None:
    keep_request(shop, state)
    order = order_of(shop)
    order.state = OrderState.OPEN
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()

    page = log_in(OWNER).get(f"/orders/{order.id}")

    assert "Ship by hand" not in words_of(page)
    assert "/ship" not in page.text


def test_an_order_that_its_provider_rejected_has_the_form_to_ship_it(shop: Shop, log_in: LogIn) -> None:
    request_id = keep_request(shop, RequestState.REQUESTED)
    answer_request(shop.app, shop.provider.id, request_id, Answer(RequestAction.REJECT, "out_of_stock"), "operator")

    page = log_in(OWNER).get(f"/orders/{shop.order_id('1')}")

    assert "Ship by hand" in words_of(page)
    assert "/ship" in page.text


def test_an_order_without_a_label_to_buy_leads_to_the_form_to_ship_it_by_hand(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: post, when: always, then: [{do: set_service, carrier: correos, service: paq-premium}]}")
    shop.import_all(ready("1"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('1')}"

    page = client.get(address)
    assert "Ready to ship by correos paq-premium: ship it by hand" in words_of(page)
    assert '<a class="btn btn-main" href="#ship-by-hand">Ship by hand</a>' in page.text
    assert '<details class="panel fold" id="ship-by-hand" tabindex="-1" open>' in page.text

    beside = client.get("/orders", query_string={"show": shop.order_id("1")})
    assert "Ready to ship by correos paq-premium: ship it by hand" in words_of(beside)


def keep_request(shop: Shop, state: RequestState) -> str:
    shop.import_all(ready("1"))
    shop.work_off()
    [request] = requests_of(shop)
    with shop.database.unit_of_work() as unit:
        unit.requests.update(replace(request, state=state))
        unit.commit()
    return str(request.id)


def test_what_a_once_rule_wrote_is_still_its_own_after_a_reprocess(shop: Shop, web: Flask) -> None:
    once = "{id: t, once: true, when: always, then: [{do: set_custom_field, number: 1, value: kept}]}"
    plain = "{id: p, when: always, then: [{do: set_custom_field, number: 2, value: anew}]}"
    publish(shop, once, plain)
    shop.import_all(ready("1"))
    publish(shop, once, plain.replace("id: p", "id: q"))
    reprocess(shop)

    with web.test_request_context("/"):
        assert order_of(shop).document()["custom_field_1"] == "kept"
        assert writers_of(shop, "custom_field_1") == ("t",)
        assert writers_of(shop, "custom_field_2") == ("q",)


def test_rules_that_add_to_what_another_wrote_stand_beside_it_and_a_person_has_no_rules(shop: Shop, web: Flask) -> None:
    publish(
        shop,
        "{id: first, when: always, then: [{do: add_tag, tag: a}]}",
        "{id: second, when: always, then: [{do: add_tag, tag: b}]}",
        "{id: name, when: always, then: [{do: set_custom_field, number: 1, value: rule}]}",
    )
    shop.import_all(ready("1"))
    edit(shop, "1", custom_field_1="person")

    with web.test_request_context("/"):
        assert writers_of(shop, "tags") == ("first", "second")
        assert writers_of(shop, "custom_field_1") == ()


def test_after_a_reprocess_only_rules_that_wrote_since_are_named(shop: Shop, web: Flask) -> None:
    publish(shop, "{id: before, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("1"))
    publish(shop, "{id: after, when: always, then: [{do: add_tag, tag: b}]}")
    reprocess(shop)

    with web.test_request_context("/"):
        assert writers_of(shop, "tags") == ("after",)


def test_a_once_rule_that_was_withdrawn_is_still_named_beside_those_that_add(shop: Shop, web: Flask) -> None:
    publish(shop, "{id: gone, once: true, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("1"))
    publish(shop, "{id: after, when: always, then: [{do: add_tag, tag: b}]}")
    reprocess(shop)

    with web.test_request_context("/"):
        assert order_of(shop).document()["tags"] == ["a", "b"]
        assert writers_of(shop, "tags") == ("gone", "after")
