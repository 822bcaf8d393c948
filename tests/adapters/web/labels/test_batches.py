"""Labels of many orders at once: ticked in the grid or found by its filter, with progress, a result for each, and one file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from support.browsing import press, token_of, words_of
from support.labels import Shippers, add_account, one_page
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.rule_runs import publish
from support.shop import OWNER, STRANGER, ready
from werkzeug.test import TestResponse

from adapters.web.labels import batches
from engine.model.label_batch import Outcome
from engine.services.labels import label_batches
from engine.services.labels.label_batches import get_batch, list_batches

LogIn = Callable[[str], FlaskClient]
STANDARD = (
    "{id: std, when: {field: order_number, is: not_equals, value: '4'}, "
    "then: [{do: set_service, carrier: paid, service: standard}]}"
)


@pytest.fixture
def sides(sides: Shippers) -> Shippers:
    publish(sides.shop, STANDARD)
    add_account(sides, sides.shop.merchant.slug, "express")
    sides.shop.import_all(*(ready(number) for number in ("2", "3", "4")))
    sides.carrier.paint = one_page
    return sides


def create(sides: Shippers, client: FlaskClient, *numbers: str) -> TestResponse:
    form = {"csrf_token": token_of(client.get("/orders")), "order": [sides.shop.order_id(number) for number in numbers]}
    return client.post("/orders/labels", data=form, follow_redirects=True)


def pressed(client: FlaskClient, page: TestResponse, button: str, **fields: str) -> TestResponse:
    form = {"csrf_token": token_of(page), **fields}
    return client.post(f"{page.request.path}/{button}", data=form, follow_redirects=True)


def test_each_order_has_its_result_and_the_labels_are_one_file(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert re.search(r'<button[^>]*formaction="/orders/labels">Create labels<', client.get("/orders").text)
    page = create(sides, client, "3", "4", "2")
    said = words_of(page)
    assert "Done 3 of 3 orders are done." in said
    assert "Created: 2 labels 3 paid standard P1-1 · €4.90 2 paid standard P2-1 · €4.90" in said
    assert "Not done: 1 order 4 No service is chosen: choose one on the order's page, or let a rule set it." in said
    assert f'href="/orders/{sides.shop.order_id("2")}"' in page.text
    assert "Refresh" not in page.headers

    file = pressed(client, page, "print")
    assert file.headers["Content-Disposition"] == 'attachment; filename="labels.pdf"'
    assert [one.mediabox.width for one in PdfReader(io.BytesIO(file.data)).pages] == [101, 102], "in the order of the list"

    again = words_of(create(sides, client, "2", "3"))
    assert "Created: 2 labels" in again
    assert len(sides.carrier.purchases) == 2
    listed = words_of(client.get("/labels/batches"))
    assert re.search(r"ana@casa-verde.example 3 2 1 Done", listed)


def test_what_fails_keeps_no_other_back(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.fails_before["buy"] = [TOO_FAR, NO_ANSWER]
    sides.shop.import_all(
        ready("2"),
        ready("3"),
        ready("5"),
        ready("6", weight_g=None, items=[{"line_key": "1", "sku": "X", "name": "X", "quantity": 1}]),
    )
    client = log_in(OWNER)
    page = create(sides, client, "2", "3", "5", "6")
    said = words_of(page)
    assert "Created: 1 label 5 paid standard" in said
    assert "Being bought: 1 label Relevo goes on by itself and never buys one twice" in said
    assert "3 Nobody knows yet whether the label was bought: the carrier did not answer." in said
    assert "Not done: 2 orders 2 The carrier does not go there. 6 Its weight is not known: weigh it on the order's page" in said

    said = words_of(pressed(client, page, "go-on"))
    assert "Created: 2 labels 3 paid standard" in said, "what nobody knew is looked up at once"
    said = words_of(pressed(client, page, "go-on", again="on"))
    assert "Created: 3 labels 2 paid standard" in said, "what was refused is tried once more"
    assert "Not done: 1 order 6" in said


def test_what_is_not_reached_in_time_is_bought_by_the_worker_while_the_page_counts(
    sides: Shippers, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(OWNER)
    monkeypatch.setattr(batches, "WITHIN_S", 0)
    page = create(sides, client, "2", "3")
    assert "Under way 0 of 2 orders are done." in words_of(page)
    assert page.headers["Refresh"] == "4"
    assert sides.carrier.purchases == []
    sides.shop.work_off()
    assert len(sides.carrier.purchases) == 2
    page = client.get(page.request.path)
    assert "Done 2 of 2 orders are done." in words_of(page)
    assert "Refresh" not in page.headers


def test_a_batch_that_was_stopped_buys_nothing_until_it_goes_on(
    sides: Shippers, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(OWNER)
    monkeypatch.setattr(batches, "WITHIN_S", 0)
    page = pressed(client, create(sides, client, "2", "3"), "stop")
    assert "Stopped 0 of 2 orders are done." in words_of(page)
    assert "2 orders had no turn yet: nothing was bought for them." in words_of(page)
    sides.shop.work_off()
    assert sides.carrier.purchases == []
    pressed(client, page, "go-on")
    sides.shop.work_off()
    assert len(sides.carrier.purchases) == 2


def test_a_carrier_that_does_not_answer_stops_it_and_it_goes_on_from_there(
    sides: Shippers, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [str(number) for number in range(10, 16)]
    sides.shop.import_all(*(ready(number) for number in numbers))
    monkeypatch.setattr(label_batches, "SLICE", 3)
    sides.carrier.fails_before["buy"] = [NO_ANSWER] * 3
    client = log_in(OWNER)
    page = create(sides, client, *numbers)
    said = words_of(page)
    assert "Stopped 3 of 6 orders are done." in said
    assert "Stopped, since the carrier does not answer: the carrier did not answer. Go on once it does again" in said
    said = words_of(pressed(client, page, "go-on"))
    assert "Done 6 of 6 orders are done." in said
    assert "Created: 6 labels" in said
    assert len(sides.carrier.purchases) == 6


def test_all_that_match_are_counted_before_anything_is_bought(
    sides: Shippers, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(OWNER)
    assert "Labels for all that match" not in client.get("/orders?status=awaiting_shipment").text, "one page has them all"
    sides.shop.import_all(*(ready(str(number)) for number in range(100, 160)))
    address = re.search(r'href="([^"]+)">Labels for all that match', client.get("/orders?status=awaiting_shipment&q=1").text)
    assert address is not None
    asked = client.get(address[1].replace("&amp;", "&"))
    assert "Create the labels of 61 orders?" in words_of(asked), "100 to 159, and 1"
    assert sides.carrier.purchases == []
    monkeypatch.setattr(batches, "MOST_ORDERS", 40)
    assert "There are more: a batch has at most 40 orders." in words_of(client.get("/orders/labels?q=1"))
    form = {"csrf_token": token_of(asked), "q": "1", "status": "awaiting_shipment"}
    client.post("/orders/labels/all", data=form)
    [(batch, counts)] = list_batches(sides.app, sides.merchant)
    assert counts == {Outcome.BOUGHT: 40}
    _, orders = get_batch(sides.app, sides.merchant, batch.id)
    assert orders[-1].order_number == "159"
    assert "None of the orders that match awaits shipment." in words_of(client.get("/orders/labels?status=shipped"))


def test_at_least_one_and_no_more_than_a_batch_takes(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "Choose at least one order first" in words_of(press(client, "/orders", "/orders/labels"))
    many = [str(number) for number in range(label_batches.MOST_ORDERS + 1)]
    token = token_of(client.get("/orders"))
    answer = client.post("/orders/labels", data={"csrf_token": token, "order": many}, follow_redirects=True)
    assert "A batch has at most 1000 orders, and these are 1001: choose fewer" in words_of(answer)


def test_orders_of_others_are_like_unknown_ones(sides: Shippers, log_in: LogIn) -> None:
    order_id = sides.shop.order_id("2")
    assert f'There is no order "{order_id}" in this account.' in words_of(create(sides, log_in(STRANGER), "2"))
    assert sides.labels("2") == []


def test_nothing_to_print_says_so(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = create(sides, client, "4")
    assert "Print all labels" not in page.text
    assert "There is no label to print" in words_of(pressed(client, page, "print"))


def test_a_refusal_is_forgotten_with_the_person(sides: Shippers, log_in: LogIn) -> None:
    page = create(sides, log_in(OWNER), "4")
    batch_id = page.request.path.rpartition("/")[2]
    with sides.app.unit_of_work() as unit:
        unit.labels.redact(sides.merchant, [sides.shop.order_id("4")])
        unit.commit()
    _, [order] = get_batch(sides.app, sides.merchant, batch_id)
    assert (order.code, order.reason) == ("no_service", None)
