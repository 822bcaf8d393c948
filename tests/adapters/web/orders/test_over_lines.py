"""What the page of an order says of numbers over its lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.rule_runs import publish
from support.shop import OWNER, Shop, ready

LogIn = Callable[[str], FlaskClient]
MUGS = "{field: sku, is: starts_with, value: MUG-}"
RULES = (
    f"{{id: mugs, when: {{count_items: {MUGS}, is: at_least, value: 3}}, then: [{{do: add_tag, tag: mugs}}]}}",
    "{id: low, when: {sum_items: {of: line_total, when: always}, is: at_most, than: order_total}, then: [{do: add_tag, tag: a}]}",
    "{id: heavy, when: {max_items: {of: weight_g, when: always}, is: at_least, value: 900}, then: [{do: add_tag, tag: heavy}]}",
)


def lines(*skus: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"line_key": str(place), "sku": sku, "quantity": 2, "unit_price": "1.50", **more} for place, sku in enumerate(skus, 1)
    ]


def test_it_shows_the_number_and_which_lines_count(shop: Shop, log_in: LogIn) -> None:
    publish(shop, *RULES)
    shop.import_all(ready("7", items=[*lines("MUG-1", "POT-1", "MUG-2"), *lines("MUG-9", weight_g="heavy")], order_total="12.00"))
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7')}"
    shown = words_of(client.get(page))
    assert (
        "Number of lines where (SKU starts with MUG-) is at least 3: found 3; yes for lines 1, 3, 4; no for line 2 met ✓ Line 1 "
        "SKU starts with MUG- met found MUG-1 wanted MUG-"
    ) in shown
    assert "Sum of line total over all lines is at most order total: found 12.00 and 12.00 met" in shown
    assert (
        'Highest item weight in grams of all lines is at least 900 cannot be answered weight_g of line 4: "heavy" is not a number'
    ) in shown
    spanish = words_of(press(client, page, "/language", language="es", back=page))
    assert "Número de líneas donde (SKU empieza por MUG-) es como mínimo 3: se encontró 3; sí en las líneas 1, 3, 4;" in spanish


def test_an_order_whose_lines_changed_is_outdated(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: three, when: {count_items: always, is: at_least, value: 3}, then: [{do: add_tag, tag: three}]}")
    shop.import_all(ready("7", items=lines("MUG-1")))
    shop.import_all(ready("7", items=lines("MUG-1", "MUG-2", "MUG-3")))
    shown = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7')}"))
    assert "The store has changed what the rules had read (number of lines): decide anew" in shown
