"""Stock on pages: what a 3PL sees and does, and what its client sees of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.partners import operators_connection, user_of
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready

from adapters.web.inventory import views as inventory
from adapters.web.products import views as products
from engine.services.connections.remove_connection import remove_connection
from engine.services.connections.set_connection import replace_skus
from engine.services.fulfillment.delegate import Asking, delegate_order

LogIn = Callable[[str], FlaskClient]
PRODUCT = "/inventory/product?client=casa-verde&sku=P-77"


@pytest.fixture
def asked(shop: Shop) -> str:
    """An order of two mugs and a vase that lies with the provider, who calls the mug P-77."""
    replace_skus(shop.app, user_of(shop, OWNER), operators_connection(shop).id, {"ACM-MUG": "P-77"})
    items = [
        {"line_key": "1", "sku": "ACM-MUG", "name": "Mug, blue", "quantity": 2},
        {"line_key": "2", "sku": "VASE", "name": "Vase", "quantity": 1},
    ]
    shop.import_all(ready("7001", items=items, ship_to={"name": "Joe", "country": "US"}))
    order_id = shop.order_id("7001")
    delegate_order(shop.app, shop.merchant.id, order_id, Asking("acme-3pl"), user_of(shop, OWNER).id)
    return order_id


def change(browser: FlaskClient, **form: str) -> Any:
    whole = {"do": "receive", "client": "casa-verde", "sku": "P-77", "units": "1", **form}
    data = {"csrf_token": token_of(browser.get("/inventory")), **whole}
    return browser.post("/inventory/change", data=data, follow_redirects=True)


def test_a_warehouse_receives_adjusts_and_counts(shop: Shop, log_in: LogIn, asked: str) -> None:
    client = log_in(PROVIDER)
    before = words_of(client.get("/inventory"))
    assert "P-77 Mug, blue" in before
    assert "Not counted 2 –" in before

    assert "P-77: there are 10 now." in words_of(change(client, units="10", reference="DN-1", note="pallet 3"))
    assert "P-77: there are 9 now." in words_of(change(client, do="adjust", units="-1", reason="damaged", back="product"))
    page = words_of(change(client, do="count", units="1", note="stocktake", back="product"))
    assert "On hand 1 Reserved 2 Available -1" in page.replace("\u2212", "-")
    told = page.partition("How the count came about")[2]
    for sentence in ("Counted -8 1 stocktake", "Adjusted -1 9 Damaged", "Goods received +10 10 DN-1 pallet 3"):
        assert sentence in told.replace("\u2212", "-")
    assert PROVIDER in told

    for form, says in (
        ({"do": "adjust", "units": "-5", "reason": "lost", "back": "product"}, "There are 1 of P-77"),
        ({"do": "adjust", "units": "1", "reason": "", "back": "product"}, "Say for what reason the count is adjusted."),
        ({"units": "x"}, '"x" cannot be received'),
        ({"do": "count", "units": "-1"}, '"-1" is not a count'),
        ({"client": "elsewhere"}, '"elsewhere" is not a connected client'),
    ):
        refused = change(client, **form)
        assert refused.status_code == 422
        assert says in words_of(refused)
        assert f'value="{form.get("units", "1")}"' in refused.text  # what was written is still there
    assert change(client, do="burn").status_code == 400


def test_numbers_are_typed_and_shown_as_the_language_writes_them(shop: Shop, log_in: LogIn, asked: str) -> None:
    client = log_in(PROVIDER)
    for language, typed, shown in (
        ("en", "1,250.5", "1,250.5"),
        ("en", "1,5", "1.5"),
        ("es", "1.250", "1.250"),
        ("es", "1,5", "1,5"),
    ):
        press(client, "/inventory", "/language", language=language, back="/inventory")
        said = "there are" if language == "en" else "ahora hay"
        assert f"P-77: {said} {shown}" in words_of(change(client, do="count", units=typed))
    refused = change(client, do="count", units="1,250.5")
    assert refused.status_code == 422
    assert 'value="1,250.5"' in refused.text


def test_what_is_left_of_a_former_client_is_brought_to_nothing(shop: Shop, log_in: LogIn) -> None:
    client = log_in(PROVIDER)
    change(client, units="10")
    remove_connection(shop.app, user_of(shop, PROVIDER), operators_connection(shop).id)

    page = client.get(PRODUCT)
    assert "Casa Verde · No longer connected" in words_of(page)
    assert 'value="receive"' not in page.text
    assert 'name="reference"' not in page.text
    assert re.search('value="count" checked', page.text)
    assert "P-77: there are 0 now." in words_of(change(client, do="count", units="0", back="product"))
    assert "casa-verde" not in client.get("/inventory/receive").text


def test_many_products_are_searched_filtered_and_paged(shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = log_in(PROVIDER)
    monkeypatch.setattr(inventory, "ON_A_PAGE", 2)
    for sku in ("A-1", "A-2", "B-1", "Ñ-9"):
        change(client, sku=sku)
    first = client.get("/inventory?client=casa-verde")
    assert "A-1" in first.text
    assert "B-1" not in first.text
    following = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "B-1" in client.get(following).text
    assert "Back to the first page" in client.get(following).text
    found = client.get("/inventory?q=ñ").text
    assert "Ñ-9" in found
    assert "A-1" not in found
    for nothing in ("?q=zzz", "?client=nobody", "?after=zzz"):
        assert client.get(f"/inventory{nothing}").status_code == 200
    for units in "234":
        change(client, sku="A-1", units=units)
    movements = client.get("/inventory/product?client=casa-verde&sku=A-1").text
    older = movements.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "+2" in client.get(older).text


def test_a_file_counts_whole_or_says_what_is_wrong_with_each_line(
    shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(PROVIDER)

    def upload(content: str | None, **form: str) -> Any:
        sent = {} if content is None else {"counts": (io.BytesIO(content.encode()), "counts.csv")}
        token = token_of(client.get("/inventory/import"))
        data = {"csrf_token": token, **form, **sent}
        return client.post("/inventory/import", data=data, content_type="multipart/form-data", follow_redirects=True)

    wrong = upload("client,sku,on_hand\ncasa-verde,A,1\ncasa-verde,B,<b>\n")
    assert wrong.status_code == 422
    assert 'Nothing was imported: these lines cannot be used Line What is wrong 3 "<b>" is not a count' in words_of(wrong)
    assert "No client's product is known yet" in words_of(client.get("/inventory"))
    assert "Choose a file first." in words_of(upload(None))
    assert "no lines below" in words_of(upload("client,sku,on_hand\n"))
    with monkeypatch.context() as small:
        small.setattr(inventory, "LONGEST_FILE_BYTES", 1000)
        small.setattr(inventory, "FORM_BYTES", 1000)
        assert upload("x" * 3000).status_code == 413

    assert "2 counts have changed. 0 are as they were." in words_of(
        upload("client,sku,on_hand\ncasa-verde,A,1\ncasa-verde,=B,2\n")
    )
    assert "1 count has changed." in words_of(upload("client,sku,units\ncasa-verde,A,4\n", received="yes"))
    exported = client.get("/inventory/counts.csv")
    assert exported.content_type == "text/csv; charset=utf-8"
    assert "casa-verde,'=B,,2,0,2" in exported.text
    assert "0 counts have changed. 2 are as they were." in words_of(upload(exported.text))


def test_a_merchant_sees_what_each_provider_has_on_products_and_orders(shop: Shop, log_in: LogIn, asked: str) -> None:
    merchant, provider = log_in(OWNER), log_in(PROVIDER)
    change(provider, units="10", reference="DN-1")
    seen = words_of(merchant.get("/products"))
    assert "ACM-MUG Mug, blue 8 available: ACM-MUG, Acme 3PL 10 on hand, 2 reserved there: P-77" in seen
    assert "VASE Vase Not counted 1 reserved" in seen
    order = words_of(merchant.get(f"/orders/{asked}"))
    assert "Available at Acme 3PL: 8" in order
    assert "Available at Acme 3PL: not counted" in order
    told = words_of(merchant.get("/products/movements?provider=acme-3pl&sku=P-77"))
    assert "Goods received +10 10 DN-1 Acme 3PL" in told
    assert PROVIDER not in told
    assert "acme-3pl,P-77" in merchant.get("/inventory/counts.csv").text
    assert "No product fits" in words_of(merchant.get("/products?q=zzz"))

    shop.work_off()
    with shop.app.reading() as uow:
        [request] = uow.requests.list_for_provider(shop.provider.id)
    if request.copy_id is not None:
        copy = words_of(provider.get(f"/orders/{request.copy_id}"))
        assert "Available here: 8" in copy
        assert "Available here: not counted" in copy


def test_long_lists_of_products_have_pages(shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "ON_A_PAGE", 2)
    items = [{"line_key": sku, "sku": sku, "name": sku, "quantity": 1} for sku in ("A", "B", "C")]
    shop.import_all(ready("1", items=items))
    client, provider = log_in(OWNER), log_in(PROVIDER)
    assert "after=" in client.get("/products").text
    for units in "123":
        change(provider, sku="A", units=units)
    page = "/products/movements?provider=acme-3pl&sku=A"
    older = client.get(page).text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Back to the newest" in client.get(older).text


def test_nobody_sees_or_changes_what_is_not_theirs(shop: Shop, log_in: LogIn, asked: str) -> None:
    change(log_in(PROVIDER), units="10")
    pages = ("/inventory", "/inventory/receive", "/inventory/import", PRODUCT)
    merchant, stranger = log_in(OWNER), log_in(STRANGER)
    for client in (merchant, stranger):
        assert [client.get(page).status_code for page in pages] == [404] * len(pages)
        token = token_of(client.get("/orders"))
        form = {"csrf_token": token, "do": "count", "client": "casa-verde", "sku": "P-77", "units": "0"}
        assert client.post("/inventory/change", data=form).status_code == 404
        assert client.post("/inventory/import", data={"csrf_token": token}).status_code == 404
    for page in ("/products", "/inventory/counts.csv", "/products/movements?provider=acme-3pl&sku=P-77"):
        assert "P-77" not in words_of(stranger.get(page))
    assert stranger.get("/products/movements?provider=acme-3pl&sku=P-77").status_code == 404
    assert merchant.get("/products/movements?provider=acme-3pl&sku=OTHER").status_code == 404
    unknown = ("client=elsewhere&sku=P-77", "client=nobody&sku=P-77", "client=casa-verde&sku=OTHER", "")
    provider = log_in(PROVIDER)
    assert [provider.get(f"/inventory/product?{query}").status_code for query in unknown] == [404] * len(unknown)
