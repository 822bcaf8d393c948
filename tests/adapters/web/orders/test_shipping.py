"""Shipping by hand on the page of an order."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.rule_runs import publish
from support.shop import OWNER, STRANGER, Shop, overseas, ready

from adapters.stores.brightpearl.description import steps
from engine.model.order import OrderState
from engine.ports import StoreError, StoreUnavailable
from engine.services.fulfillment.recall_order import recall_order
from rules.messages import Message, Text

LogIn = Callable[[str], FlaskClient]
NO_ANSWER = StoreUnavailable(Message("down", Text("Brightpearl is down.", "Brightpearl no responde.")))
GONE = StoreError(Message("gone", Text("The note is gone.", "La nota ya no existe.")))
SHIP_FORM = {"carrier": "correos", "service": "paq-premium", "tracking": "T1\r\n\r\n T2 \r\n"}


@pytest.fixture
def page(shop: Shop) -> str:
    """The address of an order that was recalled from its provider."""
    shop.import_all(ready("7001"))
    shop.work_off()
    recall_order(shop.app, shop.merchant.id, shop.order_id("7001"), "operator")
    return f"/orders/{shop.order_id('7001')}"


def test_an_order_is_shipped_and_the_store_told(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    before = client.get(page)
    assert re.search(r'name="carrier" value="correos"', before.text)
    assert re.search(r'name="service" value="paq-premium"', before.text)
    assert "Ship by hand" in words_of(before)

    shipped = words_of(press(client, page, f"{page}/ship", **SHIP_FORM))
    assert "The order is shipped. The store is told in a moment." in shipped
    assert "correos paq-premium Shipped 2 Mar 2026, 10:30 Parcel 1: T1 Parcel 2: T2" in shipped
    assert "The store has not been told everything yet" in shipped
    assert f"Shipped {OWNER} Labels and shipments Awaiting shipment → becomes Shipped, correos paq-premium, T1, T2" in shipped
    assert "Ship by hand" not in shipped

    shop.work_off()
    told = words_of(client.get(page))
    assert "The store has been told. tracking written to the goods-out note 2 Mar 2026, 10:30" in told
    assert "Store told of the shipment Relevo Store and buyer told T1, T2" in told
    assert [notice.tracking_numbers for _, notice in shop.connector.told] == [("T1", "T2")]


def test_what_was_entered_stays_when_it_cannot_be_used(log_in: LogIn, page: str) -> None:
    answer = press(log_in(OWNER), page, f"{page}/ship", carrier="seur & co", service="24h", tracking="T1\nT2", boxes="1")
    assert answer.status_code == 422
    assert "not below the number of tracking numbers (2)" in words_of(answer)
    assert 'name="boxes" value="1"' in answer.text
    assert 'value="seur &amp; co"' in answer.text
    assert html.unescape(re.findall(r'<textarea[^>]*id="ship-tracking"[^>]*>([^<]*)<', answer.text)[0]) == "T1\nT2"


def test_a_letter_ships_without_a_number(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    assert not re.search(r'<textarea[^>]*name="tracking"[^>]* required', client.get(page).text)
    form = {"carrier": "Royal Mail", "service": "letter", "tracking": " \r\n", "boxes": ""}
    assert "Royal Mail letter Shipped" in words_of(press(client, page, f"{page}/ship", **form))
    shop.work_off()
    [(_, notice)] = shop.connector.told
    assert (notice.tracking_numbers, notice.boxes) == ((), 1)


@pytest.mark.parametrize("boxes", ["0", "x", "1000", "1" * 5000])
def test_boxes_are_a_small_whole_number(log_in: LogIn, page: str, boxes: str) -> None:
    answer = press(log_in(OWNER), page, f"{page}/ship", **{**SHIP_FORM, "boxes": boxes})
    assert answer.status_code == 422
    assert "The number of boxes is a whole number from 1 to 100" in words_of(answer)


def test_what_a_rule_keeps_from_the_store(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: quiet, when: always, then: [{do: notify_marketplace, enabled: false}]}")
    shop.import_all(ready("9"))
    client, page = log_in(OWNER), f"/orders/{shop.order_id('9')}"
    shipped = words_of(press(client, page, f"{page}/ship", **SHIP_FORM))
    assert "The order is shipped." in shipped
    assert "told in a moment" not in shipped
    reason = 'The store is not told. The store is not told of the shipment, because the rule "quiet" says so.'
    assert reason in shipped
    asked = client.get(f"{page}/unship")
    assert (asked.status_code, "Take back the shipment" in words_of(asked)) == (200, True)
    assert "Taken back before the store was told." in words_of(press(client, page, f"{page}/unship"))
    nothing_left = client.get(f"{page}/unship")
    assert (nothing_left.status_code, nothing_left.location) == (302, f"{page}#shipments")


def test_what_may_not_ship_has_no_form(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("7002"))
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7002')}"
    assert "Ship by hand" not in words_of(client.get(page))
    assert "is on hold: release it first" in words_of(press(client, page, f"{page}/ship", **SHIP_FORM))


def test_what_is_with_a_provider_has_to_be_recalled_first(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7003"))
    shop.work_off()
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7003')}"
    assert "Ship by hand" not in words_of(client.get(page))
    refused = words_of(press(client, page, f"{page}/ship", **SHIP_FORM))
    assert "Order 7003 is with the logistics provider Acme 3PL: recall it first, then ship it." in refused


def test_why_the_store_was_not_told_and_once_more(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    press(client, page, f"{page}/ship", **SHIP_FORM)
    shop.connector.refusal = NO_ANSWER
    shop.work_off()
    waiting = words_of(client.get(page))
    assert "Not told yet: Brightpearl is down." in waiting
    assert "Tell the store again" not in waiting
    assert "nothing to try again" in words_of(press(client, page, f"{page}/tell-again"))

    shop.connector.refusal = GONE
    shop.app.clock.sleep(3600)
    shop.work_off()
    given_up = words_of(client.get(page))
    assert "Telling the store was given up. Not told yet: The note is gone." in given_up
    assert "Telling the store that order 7001 shipped was given up: The note is gone." in given_up
    spanish = words_of(press(client, page, "/language", language="es", back=page))
    assert "Avisar a la tienda de que se envió el pedido 7001: se ha abandonado: La nota ya no existe." in spanish
    assert "Avisar otra vez a la tienda" in spanish

    shop.connector.refusal = None
    press(client, page, f"{page}/tell-again")
    shop.work_off()
    assert "Se avisó a la tienda." in words_of(client.get(page))


def test_a_shipment_is_taken_back_while_that_is_possible(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    press(client, page, f"{page}/ship", **SHIP_FORM)
    shop.work_off()
    back = words_of(press(client, page, f"{page}/unship"))
    assert "The shipment is taken back." in back
    assert "Taken back; the store has not been told yet." in back
    assert "Ship by hand" in back
    shop.work_off()
    assert "Taken back, and the store has been told." in words_of(client.get(page))
    assert shop.connector.told[-1][0] is None

    shop.connector.steps = (steps.REFERENCE.code, steps.SHIPPED.code)
    press(client, page, f"{page}/ship", **SHIP_FORM)
    shop.work_off()
    final = client.get(page)
    assert f"{page}/unship" not in final.text
    assert "cannot be taken back: the store has marked it as shipped" in words_of(final)
    assert "cannot be taken back" in words_of(press(client, page, f"{page}/unship"))


def test_nobody_ships_what_belongs_to_others(shop: Shop, log_in: LogIn, page: str) -> None:
    stranger = log_in(STRANGER)
    for action in ("ship", "unship", "tell-again"):
        assert press(stranger, "/orders", f"{page}/{action}", **SHIP_FORM).status_code == 404
    with shop.database.reading_unit_of_work() as unit:
        assert unit.orders.get(shop.merchant.id, shop.order_id("7001")).state is OrderState.OPEN
