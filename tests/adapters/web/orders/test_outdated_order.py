"""The grid and the page of an order whose choice the store has outdated."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.rule_runs import publish
from support.shop import OWNER, Shop, ready

LogIn = Callable[[str], FlaskClient]


def numbers_on(client: FlaskClient, address: str) -> list[str]:
    return re.findall(r'class="order-link"[^>]*>([^<]+)<', client.get(address).text)


def in_spanish(client: FlaskClient, address: str) -> str:
    return words_of(press(client, address, "/language", language="es", back=address))


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
