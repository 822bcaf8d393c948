"""A form that adds something is carried out once for each time that it was shown: a second click on its button adds nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.page_forms import PageForm, forms_of
from support.paid_carrier import PaidCarrier
from support.partners import user_of
from support.shop import OWNER, PROVIDER, Shop, ready
from werkzeug.test import TestResponse

from engine.services.accounts.carrier_sharing import list_carrier_accounts
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.inventory.movements import Wanted, list_movements
from engine.services.labels.label_batches import list_batches

LogIn = Callable[[str], FlaskClient]
MUG = "/inventory/product?client=casa-verde&sku=MUG"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.app = replace(shop.app, carriers={"paid": PaidCarrier()})
    return shop


def form_on(client: FlaskClient, address: str, action: str) -> PageForm:
    """A form of a page, shown anew; with an empty action the one that is sent to the page itself."""
    found = next(one for one in forms_of(client.get(address).text) if "wish" in one.hidden and one.action.endswith(action))
    found.action = found.action or address
    return found


def send(client: FlaskClient, form: PageForm, filled: Mapping[str, object]) -> TestResponse:
    return client.post(form.action, data={**form.sent, **filled})


def send_twice(client: FlaskClient, address: str, action: str, filled: Mapping[str, str]) -> str:
    """Where both answers lead, and what they say there."""
    form, told = form_on(client, address, action), set()
    for _ in range(2):
        answer = send(client, form, filled)
        assert answer.status_code == 302
        told.add(f"{answer.location} {words_of(client.get(answer.location)).partition('How the count came about')[0]}")
    [same] = told
    return same


def changes(shop: Shop) -> list[int]:
    return [int(one.movement.change) for one in list_movements(shop.app, shop.provider, Wanted("casa-verde", "MUG"))]


def test_goods_are_received_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    clerk, receipt = log_in(PROVIDER), {"client": "casa-verde", "sku": "MUG", "do": "receive", "units": "40", "reference": "DN-1"}
    assert "MUG: there are 40 now." in send_twice(clerk, "/inventory/receive", "/change", receipt)
    assert changes(shop) == [40]
    assert "MUG: there are 80 now." in send_twice(clerk, "/inventory/receive", "/change", receipt)  # another one of the kind
    assert changes(shop) == [40, 40]
    form = form_on(clerk, "/inventory/receive", "/change")
    for units in ("1", "2"):  # back, and something else written
        send(clerk, form, {**receipt, "units": units})
    assert changes(shop) == [2, 1, 40, 40]


def test_a_count_is_changed_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    clerk = log_in(PROVIDER)
    send(clerk, form_on(clerk, "/inventory/receive", "/change"), {"client": "casa-verde", "sku": "MUG", "units": "9"})
    assert "MUG: there are 7 now." in send_twice(
        clerk, MUG, "/change", {"do": "adjust", "units": "-2", "reason": "damaged", "note": ""}
    )
    assert "MUG: there are 5 now." in send_twice(clerk, MUG, "/change", {"do": "count", "units": "5", "note": ""})
    assert changes(shop) == [-2, -2, 9]


def test_a_delivery_file_is_received_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    clerk = log_in(PROVIDER)

    def upload(form: PageForm, content: bytes) -> str:
        answer = send(clerk, form, {"received": "yes", "counts": (io.BytesIO(content), "delivery.csv")})
        assert answer.status_code == 302
        return words_of(clerk.get(answer.location))

    content = b"client,sku,units\ncasa-verde,MUG,5\n"
    form = form_on(clerk, "/inventory/import", "/import")
    assert "1 count has changed." in upload(form, content)
    assert "1 count has changed. 0 are as they were." in upload(form, content)
    assert changes(shop) == [5]
    upload(form, content.replace(b"5", b"6"))
    assert "1 count has changed." in upload(form_on(clerk, "/inventory/import", "/import"), content)
    assert changes(shop) == [5, 6, 5]


def test_a_message_is_written_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    request = delegate_order(shop.app, shop.merchant.id, order_id, Asking("acme-3pl"), user_of(shop, OWNER).id)
    owner = log_in(OWNER)
    for times in (1, 2):
        assert "The message is written" in send_twice(owner, f"/orders/{order_id}", "/messages", {"text": "Is it packed?"})
        with shop.app.reading() as uow:
            written = [one.text for one in uow.requests.list_messages(shop.merchant.id, request.id)]
        assert written.count("Is it packed?") == times


def test_an_order_is_held_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    owner, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    for times in (1, 2):
        send_twice(owner, address, f"/holds/{shop.order_id('7001')}", {"reason": "Is it paid?"})
        with shop.app.reading() as uow:
            assert len(uow.holds.list_for_account(shop.merchant.id)) == times


def test_an_order_is_made_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    filled = {"to_name": "Ana", "to_line1": "Calle Mayor 1", "to_city": "Madrid", "to_postal_code": "28013", "to_country": "ES"}
    filled |= {
        "currency": "EUR",
        "any_address": "on",
        "sku": "MUG",
        "quantity": "1",
        "name": "",
        "unit_price": "",
        "weight_g": "",
    }
    made = {send_twice(owner, "/orders/new", "", filled) for _ in range(2)}
    assert len(made) == 2

    order_id = next(iter(made)).partition("/orders/")[2].partition(" ")[0]
    copies = {send_twice(owner, f"/orders/{order_id}/duplicate", "", {}) for _ in range(2)}
    assert len(copies) == 2
    page = words_of(owner.get(f"/orders/{order_id}"))
    with shop.app.reading() as uow:
        number = uow.orders.get(shop.merchant.id, order_id).order_number
    assert f"{number}-R2" in page
    assert f"{number}-R3" not in page


def test_a_carrier_account_is_added_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    owner, filled = log_in(OWNER), {"nickname": "Vans", "services": "standard"}
    for times in (1, 2):
        assert "The carrier account Vans is added." in send_twice(owner, "/settings/shipping/carriers/new/paid", "", filled)
        assert [one.account.name for one in list_carrier_accounts(shop.app, shop.merchant)].count("Vans") == times


def test_a_batch_of_labels_is_begun_once_for_each_form(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"), ready("7002"))
    owner, ids = log_in(OWNER), [shop.order_id("7001"), shop.order_id("7002")]
    batches = shop.app, shop.merchant.id
    for times in (1, 2):  # of the ticked orders
        ticked = form_on(owner, "/orders", "/rules")
        ticked.action = "/orders/labels"
        assert len({send(owner, ticked, {"order": ids}).location for _ in range(2)}) == 1
        assert len(list_batches(*batches)) == times
    for times in (3, 4):  # of all that match
        every = form_on(owner, "/orders/labels", "/orders/labels/all")
        assert len({send(owner, every, {}).location for _ in range(2)}) == 1
        assert len(list_batches(*batches)) == times
