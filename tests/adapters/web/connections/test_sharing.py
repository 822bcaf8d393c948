"""What an active connection shares, and what each side sets there."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.partners import add_member, operators_connection
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready
from support.two_sides import TwoSides

from engine.model.account import Location
from engine.model.connection import Answers

LogIn = Callable[[str], FlaskClient]
MEMBER = "bo@casa-verde.example"


@pytest.fixture
def page(shop: Shop) -> str:
    add_member(shop)
    return f"/connections/{operators_connection(shop).id}"


def upload(client: FlaskClient, page: str, content: bytes) -> Any:
    form = {"csrf_token": token_of(client.get(page)), "skus": (io.BytesIO(content), "skus.csv")}
    return client.post(f"{page}/skus", data=form, content_type="multipart/form-data", follow_redirects=True)


def test_a_merchant_reads_what_the_provider_gets_with_an_example(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(MEMBER)
    before = words_of(client.get(page))
    assert "What Acme 3PL gets Reaches the provider Order number and order date" in before
    assert "Stays with you Totals of the order" in before
    assert "Once you have delegated an order" in before

    items = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]
    shop.import_all(ready("7001", tags=["secret"], bill_to={"name": "Payer"}, items=items))
    TwoSides(shop).delegate("7001", service_preference="24h")
    after = words_of(client.get(page))
    example = after.partition("as the provider sees it")[2].partition("Grace period")[0]
    for crosses in ("7001", "Ana Núñez", "VASE", "24h"):
        assert crosses in example
    for stays in ("60", "secret", "Payer", "correos"):
        assert stays not in example.replace("+34 600", "")


def test_the_example_is_told_in_words_and_not_by_the_names_of_fields(shop: Shop, log_in: LogIn, page: str) -> None:
    customs = {"contents": "gift", "tax_ids": {"ioss": "IM1"}}
    item = {"line_key": "1", "sku": "MUG", "name": "Mug & <b>pot</b>", "quantity": 2, "unit_price": "30.05", "weight_g": 400}
    made = {"origin_country": "PT", "hs_code": "6912", "customs_description": "Ceramics", "options": {"Colour": "blue"}}
    items = [{**item, **made, "barcode": "84"}, {"line_key": "2", "sku": "BOWL", "quantity": 1}]
    shop.import_all(ready("7001", items=items, customs=customs, gift=True, ship_by="2026-03-05T10:00:00+00:00"))
    TwoSides(shop).delegate("7001")
    example = words_of(log_in(OWNER).get(page)).partition("as the provider sees it")[2].partition("Grace period")[0]
    for words in (
        "Order date 1 Mar 2026, 23:30",
        "Ship to Ana Núñez Calle Mayor 1 28004 Madrid Spain +34 600 000 000",
        "Lines 2 × MUG Mug & <b>pot</b> · 400 g · Unit price: €30.05 · Barcode: 84 · Colour: blue",
        "Customs code: 6912 · Country of origin: Portugal · Customs description: Ceramics 1 × BOWL",
        "Contents for customs gift",
        "Tax number (ioss) IM1",
        "Gift yes",
        "Status Awaiting shipment",
    ):
        assert words in example
    for raw in ("Line_key", "Postal_code", "awaiting_shipment", "T22:30"):
        assert raw not in example


def test_each_side_sets_what_is_its_own(shop: Shop, log_in: LogIn, page: str) -> None:
    owner, provider = log_in(OWNER), log_in(PROVIDER)
    assert "Saved." in words_of(press(owner, page, f"{page}/settings", grace_minutes="15"))
    assert "Saved." in words_of(press(provider, page, f"{page}/settings", answers="each"))
    kept = operators_connection(shop)
    assert (kept.grace_minutes, kept.answers) == (15, Answers.EACH)
    for minutes in ("-1", "x", "99999999", ""):
        assert "The grace period is 0 to 10080 minutes" in words_of(press(owner, page, f"{page}/settings", grace_minutes=minutes))
    assert "is the provider's to choose" in words_of(press(owner, page, f"{page}/settings", answers="auto"))
    assert press(provider, page, f"{page}/settings", answers="never").status_code == 400
    assert "How you accept requests" in words_of(provider.get(page))
    assert "What Acme 3PL gets" not in words_of(provider.get(page))


def test_a_provider_lets_its_client_see_what_labels_cost(shop: Shop, log_in: LogIn, page: str) -> None:
    owner, provider = log_in(OWNER), log_in(PROVIDER)
    assert "Only you see what your labels cost" in words_of(provider.get(page))
    assert "Label costs" not in words_of(owner.get(page))
    refused = words_of(press(owner, page, f"{page}/settings", costs="share"))
    assert "Whether the client reads what labels cost is the provider's to choose." in refused
    assert press(provider, page, f"{page}/settings", costs="perhaps").status_code == 400
    assert not operators_connection(shop).shares_costs

    assert "Saved." in words_of(press(provider, page, f"{page}/settings", costs="share"))
    assert operators_connection(shop).shares_costs
    assert "You see on your orders what the provider's labels cost." in words_of(owner.get(page))
    assert "Saved." in words_of(press(provider, page, f"{page}/settings", costs="keep"))
    assert not operators_connection(shop).shares_costs


def test_the_grace_period_may_end_at_the_providers_cut_off(shop: Shop, log_in: LogIn, page: str) -> None:
    owner = log_in(OWNER)
    refused = words_of(press(owner, page, f"{page}/settings", grace="cut_off", grace_minutes="0"))
    assert "Acme 3PL has no cut-off yet" in refused
    with shop.app.unit_of_work() as uow:
        uow.locations.add(Location("loc_p", shop.provider.id, "P1", "P1", "ES"))
        uow.commit()
    assert "Saved." in words_of(press(owner, page, f"{page}/settings", grace="cut_off", grace_minutes="0"))
    assert operators_connection(shop).grace_cut_off
    assert "At its next cut-off (" in words_of(owner.get(page))
    assert "at its next cut-off after the delegation" in words_of(log_in(MEMBER).get(page))
    assert "Saved." in words_of(press(owner, page, f"{page}/settings", grace="minutes", grace_minutes="15"))
    assert not operators_connection(shop).grace_cut_off


def test_a_list_of_skus_is_uploaded_shown_and_downloaded(log_in: LogIn, page: str) -> None:
    owner, provider = log_in(OWNER), log_in(PROVIDER)
    said = words_of(upload(owner, page, "\ufeffsku,provider_sku\nMUG,AC-1\n=VASE,Ñ-2\n".encode()))
    assert "The list has 2 SKUs now." in said
    assert "MUG AC-1" in said
    assert "MUG AC-1" in words_of(provider.get(page))
    for client in (owner, provider):
        file = client.get(f"{page}/skus")
        assert file.headers["Content-Disposition"] == 'attachment; filename="skus.csv"'
        assert file.text.splitlines()[0] == "sku,provider_sku"
        assert sorted(file.text.splitlines()[1:]) == ["'=VASE,Ñ-2", "MUG,AC-1"]  # no spreadsheet carries it out
    assert "The list has 2 SKUs now." in words_of(upload(owner, page, file.data))
    assert owner.get(f"{page}/skus").data == file.data
    assert "you see it on the connection's page" in words_of(upload(provider, page, b"A,B\n"))
    assert "MUG AC-1" in words_of(owner.get(page))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"one\n", "Line 1 of the SKU list"),
        (b"A,B\nA,C\n", '"A" is there twice'),
        (b'A,B\n"C,D\n', "Line 2 of the SKU list"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
    ],
)
def test_a_wrong_list_says_which_line_is_wrong(log_in: LogIn, page: str, content: bytes, said: str) -> None:
    owner = log_in(OWNER)
    assert said in words_of(upload(owner, page, content))
    assert "The list is empty" in words_of(owner.get(page))


def test_a_list_that_is_too_large_is_not_read(log_in: LogIn, page: str) -> None:
    owner = log_in(OWNER)
    many = b"".join(b"A%d,B\n" % number for number in range(20_000))
    assert "The list has 20000 SKUs now." in words_of(upload(owner, page, many))
    body = b"--b\r\n" + b"x" * (4 * 1024 * 1024)
    answer = owner.post(f"{page}/skus", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


@pytest.mark.parametrize(("email", "status"), [(MEMBER, 403), (STRANGER, 404)])
def test_only_admins_of_the_two_sides_change_anything(log_in: LogIn, page: str, email: str, status: int) -> None:
    client = log_in(email)
    form = {"csrf_token": token_of(client.get("/orders")), "grace_minutes": "5"}
    assert client.post(f"{page}/settings", data=form).status_code == status
    assert client.post(f"{page}/skus", data=form).status_code == status
    assert client.get(f"{page}/skus").status_code == (200 if status == 403 else 404)
