"""What a person does with one order on its page, and orders that are odd."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, words_of
from support.clock import FixedClock
from support.rule_runs import publish
from support.shop import OWNER, Shop, open_shop, overseas, ready

from adapters.web.application import create_web
from storage.database import Database
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]


def numbers_on(client: FlaskClient, address: str) -> list[str]:
    return re.findall(r'class="order-link"[^>]*>([^<]+)<', client.get(address).text)


def in_spanish(client: FlaskClient, address: str) -> str:
    """What a page says to somebody who chose Spanish."""
    return words_of(press(client, address, "/language", language="es", back=address))


def test_releasing_lets_out_what_waited(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", order_total=Decimal(900)))
    order_id = shop.order_id("7001")
    client = log_in(OWNER)
    assert "Fulfillment request to Acme 3PL" in words_of(client.get(f"/orders/{order_id}"))

    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/release"))
    assert "The order is released. The request to Acme 3PL is on its way." in after
    assert "Still waits" not in after
    assert "Due Send the fulfillment request to Acme 3PL" in after
    assert f"2 Mar 2026, 10:30 Released {OWNER} Holds On hold → becomes Awaiting shipment" in after
    shop.work_off()
    sent = words_of(client.get(f"/orders/{order_id}"))
    assert "Acme 3PL Accepted" in sent
    assert "Service preference: 24h 2 × ACM-MUG Mug, blue" in sent
    assert "Notes that went along Please ring twice. <b>Not</b> on Mondays." in sent
    assert "Handed over to the provider rule Iberian mugs go to Acme Provider and client Awaiting shipment → becomes" in sent


def test_releasing_what_is_not_held_changes_nothing_and_says_so(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    client = log_in(OWNER)

    assert ">Release</button>" not in client.get(f"/orders/{order_id}").text
    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/release"))
    assert "Order 7001 is neither on hold nor flagged: there is nothing to release." in after


def test_the_rules_can_run_again_and_the_earlier_decision_stays(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    client = log_in(OWNER)

    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/reprocess"))
    assert "The rules ran again over this order" in after
    assert "Earlier decisions about this order" in after
    assert "2 Mar 2026, 10:30 · run again by a person" in after
    with shop.app.reading() as uow:
        first = uow.decisions.list_for_order(shop.merchant.id, order_id)[0].id
    earlier = words_of(client.get(f"/orders/{order_id}?decision={first}"))
    assert "This is an earlier decision." in earlier
    assert "2 Mar 2026, 10:30 · on import" in earlier


def test_the_rules_do_not_run_over_what_has_left(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    with shop.app.unit_of_work() as uow:
        order = uow.orders.get(shop.merchant.id, order_id)
        order.state, order.state_reason = type(order.state)("shipped"), "already_shipped"
        uow.orders.update_many([order])
        uow.commit()
    client = log_in(OWNER)

    shown = client.get(f"/orders/{order_id}")
    assert "Run the rules again" not in words_of(shown)
    assert "it was shipped in the store" in words_of(shown)
    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/reprocess"))
    assert "The rules do not run over an order that has shipped or was cancelled." in after


def test_without_published_rules_an_order_is_still_shown(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.import_all(ready("7001"))
    client = create_web(shop.app, Queries(sqlite_database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)

    page = words_of(client.get(f"/orders/{shop.order_id('7001')}"))
    assert "no rules were published There were no rules to run." in page
    assert "No rule fired" not in page


def test_an_order_whose_document_makes_no_sense_is_still_shown(shop: Shop, log_in: LogIn, web: Flask) -> None:
    shop.import_all(
        ready(
            "7001",
            items=["mug"],
            ship_to="Madrid",
            tags="one",
            order_total=True,
            currency="??",
            order_date="soon",
            weight_g="much",
        )
    )
    client = log_in(OWNER)

    assert numbers_on(client, "/orders") == ["7001"]
    assert "much" in words_of(client.get(f"/orders/{shop.order_id('7001')}"))


def test_what_the_store_keeps_of_its_own_stands_with_the_contents(shop: Shop, log_in: LogIn) -> None:
    line = {"line_key": "1", "sku": "ACM-MUG", "name": "Mug", "quantity": 2, "weight_g": 350, "barcode": "8412345678905"}
    fields = {"PCF_GIFT": "For <b>grandma</b>", "PCF_EMPTY": ""}
    shop.import_all(ready("7001", items=[line], custom_fields=fields), ready("7002"))

    page = log_in(OWNER).get(f"/orders/{shop.order_id('7001')}")
    assert "ACM-MUG · 350 g · barcode 8412345678905" in words_of(page)
    assert "The store's own fields PCF_GIFT For <b>grandma</b> " in words_of(page)
    assert "<b>grandma" not in page.text
    assert "PCF_EMPTY" not in page.text
    assert "The store's own fields" not in words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7002')}"))


def test_a_hold_without_an_end_leaves_no_empty_line(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("7001"))

    page = log_in(OWNER).get(f"/orders/{shop.order_id('7001')}")
    changed = words_of(page).split("Changed here")[1].split("Configure shipment")[0].split("Decision")[0]
    assert "Status" in changed
    assert "until" not in changed


def test_an_outdated_choice_is_shown_and_decided_anew_with_one_click(shop: Shop, log_in: LogIn) -> None:
    rule = "{id: es, when: {field: ship_to.country, is: equals, value: ES}, then: [{do: add_tag, tag: home}]}"
    publish(shop, rule, "{id: mug, when: {any_item: {field: sku, is: equals, value: ACM-MUG}}, then: [{do: add_tag, tag: mug}]}")
    shop.import_all(ready("7"), ready("8"))
    items = [{"line_key": "1", "sku": "ACM-CUP", "quantity": 1}]
    shop.import_all(ready("7", ship_to={"name": "Ana", "city": "Porto", "country": "PT"}, items=items), ready("8"))
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7')}"
    shown = words_of(client.get(page))
    assert "The store has changed what the rules had read (SKU, ship to country): decide anew" in shown
    assert "Run the rules again" not in shown
    assert "Decide anew" in shown
    assert "La tienda ha cambiado lo que habían leído las reglas (SKU, país de destino)" in in_spanish(client, page)
    assert numbers_on(client, "/orders?flag=outdated") == ["7"]

    anew = words_of(press(client, page, f"{page}/reprocess"))
    assert "Decidir de nuevo" not in anew
    assert "Desfasado" not in anew
    assert numbers_on(client, "/orders?flag=outdated") == []
