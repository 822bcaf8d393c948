"""Labels of the orders that were ticked in the grid, with a result for each."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from support.browsing import press, token_of, words_of
from support.labels import Shippers, one_page
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.rule_runs import publish
from support.shop import OWNER, STRANGER, ready
from werkzeug.test import TestResponse

from adapters.web.labels import chosen
from adapters.web.orders.chosen import ORDERS_ON_A_PAGE

LogIn = Callable[[str], FlaskClient]
STANDARD = (
    "{id: std, when: {field: order_number, is: not_equals, value: '4'}, "
    "then: [{do: set_service, carrier: paid, service: standard}]}"
)


@pytest.fixture
def sides(sides: Shippers) -> Shippers:
    publish(sides.shop, STANDARD)
    sides.shop.import_all(*(ready(number) for number in ("2", "3", "4")))
    sides.carrier.paint = one_page
    return sides


def create(sides: Shippers, client: FlaskClient, *numbers: str) -> TestResponse:
    form = {"csrf_token": token_of(client.get("/orders")), "order": [sides.shop.order_id(number) for number in numbers]}
    return client.post("/orders/labels", data=form)


def test_each_order_has_its_result_and_the_labels_are_one_file(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert re.search(r'<button[^>]*formaction="/orders/labels">Create labels<', client.get("/orders").text)
    page = create(sides, client, "2", "4", "3")
    said = words_of(page)
    assert "Created: 2 labels Print all labels 2 paid standard P1-1 · €4.90 3 paid standard P2-1 · €4.90" in said
    assert "Not done: 1 order 4 No service is chosen: choose one on the order's page, or let a rule set it." in said
    assert f'href="/orders/{sides.shop.order_id("2")}"' in page.text

    form = {"csrf_token": token_of(client.get("/orders")), "shipment": re.findall(r'name="shipment" value="([^"]+)"', page.text)}
    file = client.post("/orders/labels/print", data=form)
    assert file.headers["Content-Disposition"] == 'attachment; filename="labels.pdf"'
    assert [one.mediabox.width for one in PdfReader(io.BytesIO(file.data)).pages] == [101, 102]

    again = words_of(create(sides, client, "2", "3"))
    assert "Created: 2 labels" in again
    assert len(sides.carrier.purchases) == 2


def test_what_fails_keeps_no_other_back(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.fails_before["buy"] = [TOO_FAR, NO_ANSWER]
    sides.shop.import_all(
        ready("2"),
        ready("3"),
        ready("5"),
        ready("6", weight_g=None, items=[{"line_key": "1", "sku": "X", "name": "X", "quantity": 1}]),
    )
    said = words_of(create(sides, log_in(OWNER), "2", "3", "5", "6"))
    assert "Created: 1 label Print all labels 5 paid standard" in said
    assert "Being bought: 1 label Relevo goes on by itself and never buys one twice" in said
    assert "3 Nobody knows yet whether the label was bought: the carrier did not answer." in said
    assert "Not done: 2 orders 2 The carrier does not go there. 6 Its weight is not known: weigh it on the order's page" in said


def test_what_is_not_reached_in_time_is_bought_by_the_worker(
    sides: Shippers, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(OWNER)
    create(sides, client, "3")
    monkeypatch.setattr(chosen, "WITHIN_S", 0)
    said = words_of(create(sides, client, "2", "3"))
    assert "Created: 1 label Print all labels 3 paid" in said
    assert "Being bought: 1 label" in said
    assert len(sides.carrier.purchases) == 1
    sides.shop.work_off()
    assert len(sides.carrier.purchases) == 2
    assert "Being bought" not in words_of(create(sides, client, "2"))


def test_at_least_one_and_no_more_than_a_page_has(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "Choose at least one order first" in words_of(press(client, "/orders", "/orders/labels"))
    many = [str(number) for number in range(ORDERS_ON_A_PAGE + 1)]
    token = token_of(client.get("/orders"))
    answer = client.post("/orders/labels", data={"csrf_token": token, "order": many}, follow_redirects=True)
    assert "Choose at most 50 orders at a time." in words_of(answer)


def test_orders_of_others_are_like_unknown_ones(sides: Shippers, log_in: LogIn) -> None:
    order_id = sides.shop.order_id("2")
    said = words_of(create(sides, log_in(STRANGER), "2"))
    assert f'Not done: 1 order {order_id} There is no order "{order_id}" in this account.' in said
    assert sides.labels("2") == []


def test_nothing_to_print_says_so(sides: Shippers, log_in: LogIn) -> None:
    assert "There is no label to print" in words_of(press(log_in(OWNER), "/orders", "/orders/labels/print", shipment="shp_1"))
