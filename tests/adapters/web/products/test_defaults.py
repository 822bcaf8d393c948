"""The pages of product defaults: what is said of products and tags, changed one by one and by file, and what orders show."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.partners import add_member
from support.shop import OWNER, Shop, ready
from werkzeug.test import TestResponse

from engine.model.product_default import ProductDefault
from engine.services.defaults.product_defaults import page_defaults, set_default

LogIn = Callable[[str], FlaskClient]
PAGE = "/products/defaults"
ITEM = {"line_key": "1", "sku": "ACM-MUG", "name": "Mug, blue", "quantity": 2, "unit_price": Decimal("30.05")}


def listed(shop: Shop) -> list[ProductDefault]:
    return list(page_defaults(shop.app, shop.merchant.id).defaults)


def send(client: FlaskClient, content: bytes, page: str = f"{PAGE}/import", **form: str) -> TestResponse:
    data = {"csrf_token": token_of(client.get(page)), "file": (io.BytesIO(content), "defaults.csv"), **form}
    return client.post(page, data=data, follow_redirects=True)


def test_a_default_is_said_as_people_write_it_changed_and_removed(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert f'href="{PAGE}"' in client.get("/products").text
    sides = {"length_mm": "12 cm", "width_mm": "100", "height_mm": "90"}
    customs = {"hs_code": "6912.00", "origin_country": "pt", "customs_description": "Ceramic mug"}
    said = words_of(press(client, PAGE, PAGE, kind="sku", name="ACM-MUG", weight_g="1.2 kg", **sides, **customs, package="box-s"))
    assert "The default for ACM-MUG is kept. Orders get it when rules run over them." in said
    assert "ACM-MUG 1,200 g 120 × 100 × 90 mm box-s – 6912.00 Portugal Ceramic mug" in said
    press(client, PAGE, PAGE, kind="tag", name="fragile", warehouse_location="Z-9")
    assert [(one.kind, one.name) for one in listed(shop)] == [("sku", "ACM-MUG"), ("tag", "fragile")]

    form = client.get(f"{PAGE}?q=fragile&kind=tag&name=fragile").text
    assert 'name="name" value="fragile"' in form
    assert 'name="warehouse_location" value="Z-9"' in form
    assert 'value="tag" checked' in form
    assert "ACM-MUG" not in words_of(client.get(f"{PAGE}?q=fragile"))
    assert "No default fits" in words_of(client.get(f"{PAGE}?q=nothing"))

    assert "The default for fragile is removed." in words_of(press(client, PAGE, f"{PAGE}/remove", kind="tag", name="fragile"))
    assert "There is no default for the tag" in words_of(press(client, PAGE, f"{PAGE}/remove", kind="tag", name="fragile"))
    assert [one.name for one in listed(shop)] == ["ACM-MUG"]


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("name", "", "write a SKU or a tag"),
        ("weight_g", "heavy", "is not a weight"),
        ("weight_g", "1.250", "write 1250 or 1.25"),
        ("weight_g", "1,250", "write 1250 or 1.25"),
        ("width_mm", "wide", "is not a length"),
        ("length_mm", "30", "write all three sides or none."),
        ("hs_code", "12", "is not an HS code"),
        ("origin_country", "XX", "is not a country"),
    ],
)
def test_what_cannot_be_said_stands_at_its_field_with_what_was_entered(
    shop: Shop, log_in: LogIn, field: str, text: str, says: str
) -> None:
    wrong = press(log_in(OWNER), PAGE, PAGE, **{"name": "ACM-MUG", "package": "box-s", field: text})
    at = "width_mm" if field == "length_mm" else field
    assert wrong.status_code == 422
    assert says in wrong.text[wrong.text.index(f'id="{at}-error"') :].partition("</p>")[0]
    assert 'value="box-s"' in wrong.text
    assert listed(shop) == []


def test_the_list_has_pages(shop: Shop, log_in: LogIn) -> None:
    for number in range(51):
        set_default(shop.app, shop.merchant.id, {"sku": f"S-{number:02}", "weight_g": "1"})
    client = log_in(OWNER)
    first = client.get(PAGE)
    assert ("S-49" in first.text, "S-50" in first.text) == (True, False)
    following = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert ("S-49" in client.get(following).text, "S-50" in client.get(following).text) == (False, True)


def test_a_file_is_taken_whole_or_each_of_its_bad_lines_is_named(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    wrong = send(client, b"sku,weight_g\nA,1\nB,much\n")
    assert wrong.status_code == 422
    assert '3 column weight_g: "much" is not a weight' in words_of(wrong)
    assert listed(shop) == []
    assert "Choose a file first." in words_of(press(client, f"{PAGE}/import", f"{PAGE}/import"))
    assert 'a column "weight" that is not known' in words_of(send(client, b"sku,weight\nA,1\n"))
    assert "2 defaults have changed." in words_of(send(client, b"sku,tag,weight_g\nA,,1\n,b,2\n"))
    assert "1 default has changed. 1 is removed." in words_of(send(client, b"sku,weight_g\nA,3\n", replace="yes"))
    written = client.get(f"{PAGE}.csv")
    assert written.headers["Content-Disposition"] == 'attachment; filename="product-defaults.csv"'
    assert written.text.startswith("\ufeffsku,tag,weight_g")
    assert "A,,3," in written.text


def test_members_look_and_change_nothing(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    set_default(shop.app, shop.merchant.id, {"sku": "A", "weight_g": "1"})
    client = log_in("bo@casa-verde.example")
    page = client.get(PAGE)
    assert ("Remove" in words_of(page), "Import CSV" in words_of(page)) == (False, False)
    assert "Admins of your account can change this." in words_of(page)


def test_an_orders_page_says_what_was_filled_in_and_where_it_comes_from(shop: Shop, log_in: LogIn) -> None:
    set_default(shop.app, shop.merchant.id, {"sku": "ACM-MUG", "weight_g": "600", "hs_code": "6912.00", "origin_country": "PT"})
    shop.import_all(ready("1", weight_g=None, items=[ITEM]))
    said = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('1')}"))
    assert "Filled in before the rules ran: Weight 1.2 kg (from the product defaults)" in said
    assert "Weight 600 g, HS code 6912.00, Country of origin PT (from the product defaults)" in said
    assert "Weight – 1.2 kg from the product defaults" in said


def test_a_weight_of_the_lines_alone_is_not_said_to_come_from_the_product_defaults(shop: Shop, log_in: LogIn) -> None:
    set_default(shop.app, shop.merchant.id, {"sku": "ANOTHER", "weight_g": "600"})
    shop.import_all(ready("1", weight_g=None, items=[{**ITEM, "weight_g": 400}]))
    said = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('1')}"))
    assert "Weight – 800 g from the weights of the lines" in said
    assert "from the product defaults" not in said


def test_the_pages_are_in_spanish_too(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    press(client, PAGE, "/language", language="es", next=PAGE)
    assert "Valores por producto" in words_of(client.get(PAGE))
    assert "Quitar lo que el archivo no nombra" in words_of(client.get(f"{PAGE}/import"))
