"""People set fields of an order on its page, and of several at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.editing import edited
from support.forms import form_of
from support.rule_runs import order_of
from support.shop import OWNER, STRANGER, Shop, overseas, ready

from engine.services.fulfillment.ship_order import Shipping, ship_order

LogIn = Callable[[str], FlaskClient]


def opened(client: FlaskClient, order_id: str) -> dict[str, Any]:
    """The open form, as a browser would send it if nobody touched it."""
    return dict(form_of(client.get(f"/orders/{order_id}?edit=fields").text, "edit-fields"))


def saved(client: FlaskClient, order_id: str, form: dict[str, Any], **typed: str) -> Any:
    fields = {f"f.{name.replace('__', '.')}": value for name, value in typed.items()}
    return client.post(f"/orders/{order_id}/fields", data={**form, **fields}, follow_redirects=True)


@pytest.fixture
def order_id(shop: Shop) -> str:
    shop.import_all(ready("1", deliver_by="2026-03-05T16:30:00+00:00", ship_by="2026-03-03T10:00:00.123456Z", tags=["a", "b"]))
    return shop.order_id("1")


def test_a_form_that_nobody_touched_changes_nothing(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    said = words_of(saved(client, order_id, opened(client, order_id)))
    assert "Nothing was changed." in said
    assert order_of(shop).person == {}


def test_what_is_typed_is_kept_with_who_and_when_and_undone_by_a_button(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    form = opened(client, order_id)
    said = words_of(saved(client, order_id, form, weight_g="1,900", tags="a\r\nb, vip", ship_date="2026-03-04"))

    assert "The order is changed." in said
    assert f"Weight : 1.9 kg set by {OWNER}, 2 Mar 2026, 10:30 · without that: 1.25 kg Undo" in said
    assert f"Fields set {OWNER} By hand Weight: 1.25 kg ; Ship date: – ; Tags: a, b, delegated" in said
    assert "Weight: 1.9 kg ; Ship date: 4 Mar 2026, 00:00 ; Tags: a, b, vip" in said
    document = order_of(shop).document()
    assert (document["weight_g"], document["ship_date"]) == (1900, "2026-03-04T00:00:00+01:00")
    assert document["tags"] == ["a", "b", "vip"]

    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/fields/undo", field="weight_g"))
    assert "The field is again what rules and the store say." in after
    assert order_of(shop).document()["weight_g"] == 1250
    assert f"Setting of fields undone {OWNER} By hand Weight: 1.9 kg → becomes Weight: 1.25 kg" in after


def test_a_time_is_shown_and_typed_in_the_zone_of_the_account(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    form = opened(client, order_id)
    assert (form["f.deliver_by"], form["time.deliver_by"]) == ("2026-03-05", "17:30")
    saved(client, order_id, {**form, "time.deliver_by": "09:00"})
    assert order_of(shop).person == {"deliver_by": "2026-03-05T09:00:00+01:00"}


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_comes_back(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    answer = saved(client, order_id, opened(client, order_id), weight_g="heavy", custom_field_1="<VIP>")
    assert answer.status_code == 422
    again = form_of(answer.text, "edit-fields")
    assert (again["f.weight_g"], again["f.custom_field_1"]) == ("heavy", "<VIP>")
    assert 'aria-describedby="field-weight_g-wrong" aria-invalid="true"' in answer.text
    assert '"heavy" is not a number: write one such as 250 or 12.5.' in words_of(answer)
    assert order_of(shop).person == {}


def test_numbers_are_shown_and_typed_as_the_language_writes_them(shop: Shop, log_in: LogIn, order_id: str) -> None:
    edited(shop, weight_g="12.5")
    client = log_in(OWNER)
    press(client, "/orders", "/language", language="es", back="/orders")
    form = opened(client, order_id)
    assert form["f.weight_g"] == "12,5"
    saved(client, order_id, form, weight_g="1.400,5")
    assert str(order_of(shop).document()["weight_g"]) == "1400.5"


@pytest.mark.parametrize(
    ("typed", "grams"), [("1.25 kg", "1250"), ("1,25 kg", "1250"), ("2 lb 3 oz", "993"), ("900 g", "900"), ("12.5", "12.5")]
)
def test_a_weight_is_read_as_where_parcels_are_weighed(shop: Shop, log_in: LogIn, order_id: str, typed: str, grams: str) -> None:
    client = log_in(OWNER)
    saved(client, order_id, opened(client, order_id), weight_g=typed)
    assert str(order_of(shop).document()["weight_g"]) == grams


def test_what_is_no_number_is_quoted_as_it_was_typed(log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    press(client, "/orders", "/language", language="es", back="/orders")
    answer = words_of(saved(client, order_id, opened(client, order_id), weight_g="1,25 stones"))
    assert '"1,25 stones" no es un número: escribe uno como 250 o 12,5.' in answer


def test_the_second_to_save_is_shown_both_values_and_overwrites_knowingly(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    form = opened(client, order_id)
    edited(shop, custom_field_1="Bo's", weight_g="900")
    answer = saved(client, order_id, form, custom_field_1="Ana's")

    assert answer.status_code == 422
    assert 'it is "Bo\'s" now, and you wrote "Ana\'s". Save again to have yours.' in words_of(answer)
    again = dict(form_of(answer.text, "edit-fields"))
    assert again["f.custom_field_1"] == "Ana's"
    assert saved(client, order_id, again).status_code == 200
    document = order_of(shop).document()
    assert (document["custom_field_1"], document["weight_g"]) == ("Ana's", 900)


def test_an_invalid_service_offers_what_would_be_valid_and_one_click_takes_it(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("1"))
    order_id = shop.order_id("1")
    client = log_in(OWNER)
    page = client.get(f"/orders/{order_id}")
    assert "These are valid: dhl parcel-connect correos paq-estandar correos paq-premium" in words_of(page)
    values = {"carrier": "dhl", "service": "parcel-connect"}
    form = {f"f.{name}": value for name, value in values.items()} | {"shown.carrier": "dhl", "shown.service": "express"}
    taken = words_of(
        client.post(f"/orders/{order_id}/fields", data={"csrf_token": token_of(page), **form}, follow_redirects=True)
    )

    assert "The order is still on hold: release it when it may leave." in taken
    assert "These are valid" not in taken
    assert "Run the rules again" in taken
    assert order_of(shop).flags == ()


def test_a_service_that_is_refused_when_typed_offers_the_valid_ones_too(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    answer = saved(client, order_id, opened(client, order_id), service="express")
    assert answer.status_code == 422
    assert "These are valid: correos paq-estandar correos paq-premium dhl parcel-connect" in words_of(answer)


def test_a_tax_number_of_a_kind_that_the_order_does_not_have_yet_is_added(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    form = opened(client, order_id)
    new = {"new-name.customs.tax_ids.*": "ioss", "new-value.customs.tax_ids.*": "IM123"}
    saved(client, order_id, {**form, **new})
    assert order_of(shop).person == {"customs.tax_ids.ioss": "IM123"}
    assert opened(client, order_id)["f.customs.tax_ids.ioss"] == "IM123"


def test_an_order_that_has_shipped_offers_no_form_and_refuses_one_that_was_open(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("1", items=[{"sku": "X", "quantity": 1}]))
    order_id = shop.order_id("1")
    client = log_in(OWNER)
    form = opened(client, order_id)
    ship_order(shop.app, shop.merchant.id, order_id, Shipping("seur", "24h", ("T1",)), "usr_1")
    answer = saved(client, order_id, form, weight_g="900")
    assert 'Order 1 cannot be changed any more: its status is "Shipped".' in words_of(answer)
    assert "edit-fields" not in client.get(f"/orders/{order_id}?edit=fields").text


def test_several_orders_are_edited_at_once_with_a_result_for_each(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(*(ready(number, tags=["old"]) for number in "123"))
    ids = [shop.order_id(number) for number in "123"]
    client = log_in(OWNER)
    token = token_of(client.get("/orders"))
    page = client.post("/orders/act/edit", data={"csrf_token": token, "order": ids, "query": ""})
    assert "Set fields: 3 orders" in words_of(page)
    form = {**form_of(page.text, "edit-fields"), "order": ids}

    def sent(**fields: str) -> str:
        answer = client.post("/orders/act/edit", data={**form, "wish": str(fields), **fields}, follow_redirects=True)
        return words_of(answer)

    edited(shop, "2", package="box-s")
    said = sent(**{"f.tags": "vip", "how.tags": "add", "f.package": "box-s", "how.custom_field_1": "clear"})
    assert ": 3 orders." in said
    documents = [order_of(shop, number).document() for number in "123"]
    assert [document["package"] for document in documents] == ["box-s"] * 3
    assert all(document["tags"] == ["old", "delegated", "vip"] for document in documents)
    sent(**{"f.tags": "OLD", "how.tags": "remove", "how.package": "undo"})
    assert order_of(shop).document()["tags"] == ["delegated", "vip"]
    assert "package" not in order_of(shop).document()


def test_nobody_edits_orders_of_another_account(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(STRANGER)
    form = {"csrf_token": token_of(client.get("/orders")), "f.package": "box-s"}
    assert client.post(f"/orders/{order_id}/fields", data=form).status_code == 404
    assert client.post("/orders/act/edit", data={**form, "order": order_id}).status_code == 404
    assert order_of(shop).person == {}
