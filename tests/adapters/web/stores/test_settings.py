"""A store's settings: what is shown, what is saved, what is wrong, and the logo."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.pictures import jpeg, png
from support.sandbox_shop import SandboxShop
from support.shop import PROVIDER
from werkzeug.test import TestResponse

from engine.model.buyer_mail import BuyerMail
from engine.model.store import Store
from engine.model.store_preferences import NoticeTopic, ProductDetails, StorePreferences, WeightUnit

USUAL: dict[str, Any] = {
    "name": "Casa Verde online",
    "packing_slip_name": "",
    "channel_ids": ["2"],
    "product_details": "never",
    "weight_unit": "kg",
    "keep_raw_days": "30",
    "refresh_minutes": "15",
    "daily_refresh_at": "03:00",
    "on_ship": "mark_shipped",
    "status_when": "all_shipped",
    "tell_parts": "all_out",
    "notices": [topic.value for topic in NoticeTopic],
}


def save(client: FlaskClient, shop: SandboxShop, **changes: Any) -> TestResponse:
    address = f"/stores/{shop.store.id}/settings"
    data = {"csrf_token": token_of(client.get(address)), **USUAL, **changes}
    return client.post(address, data=data, content_type="multipart/form-data", follow_redirects=True)


def stored(shop: SandboxShop) -> Store:
    with shop.app.reading() as uow:
        return uow.stores.get(shop.store.account_id, shop.store.id)


def test_the_settings_offer_what_the_account_has(shop: SandboxShop, owner: FlaskClient) -> None:
    page = owner.get(f"/stores/{shop.store.id}/settings")

    assert re.search(r'name="channel_ids" value="2" checked', page.text)
    assert re.search(r'name="channel_ids" value="3">', page.text)
    assert "Getafe 3" in words_of(page)
    assert "Brightpearl does not tell which unit your records use" in words_of(page)
    assert re.search(r'<select id="shipped_status_id".*?<option value="\d+"', page.text, re.DOTALL)


def test_everything_can_be_changed(shop: SandboxShop, owner: FlaskClient) -> None:
    page = save(
        owner,
        shop,
        name="Casa Verde, tienda",
        packing_slip_name="Casa Verde S.L.",
        channel_ids=["2", "3"],
        warehouse_ids=["3"],
        product_details="when_missing",
        weight_unit="lb",
        keep_raw_days="7",
        refresh_minutes="60",
        daily_refresh_at="04:30",
        on_ship="both",
        shipped_status_id="4",
        status_when="always",
        event_owner_id="12",
        order_note="Sent by {carrier}: {tracking}",
        order_note_public="y",
        notices=["parked"],
        buyer_mails=["shipment"],
    )

    assert "The settings are saved." in words_of(page)
    store = stored(shop)
    assert (store.name, store.refresh_minutes, store.daily_refresh_at) == ("Casa Verde, tienda", 60, "04:30")
    assert store.preferences == StorePreferences(
        "Casa Verde S.L.", (NoticeTopic.PARKED,), ProductDetails.WHEN_MISSING, WeightUnit.POUND, 7, (BuyerMail.SHIPMENT,)
    )
    assert {name: store.settings[name] for name in ("channel_ids", "warehouse_ids", "on_ship", "shipped_status_id")} == {
        "channel_ids": [2, 3],
        "warehouse_ids": [3],
        "on_ship": "both",
        "shipped_status_id": 4,
    }
    assert (store.settings["status_when"], store.settings["event_owner_id"]) == ("always", 12)
    assert (store.settings["order_note"], store.settings["order_note_public"]) == ("Sent by {carrier}: {tracking}", True)
    assert store.settings["integration_url"] == shop.server.url
    assert store.credentials == shop.store.credentials
    assert 'value="Casa Verde, tienda"' in page.text
    assert "Sent by {carrier}: {tracking}" in page.text


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"refresh_minutes": "0"}, "refresh_minutes", "every 1 to 1440 minutes"),
        ({"refresh_minutes": "1441"}, "refresh_minutes", "every 1 to 1440 minutes"),
        ({"refresh_minutes": "often"}, "refresh_minutes", "Write a whole number."),
        ({"daily_refresh_at": "25:00"}, "daily_refresh_at", "is not a time of day"),
        ({"keep_raw_days": "366"}, "keep_raw_days", "1 to 365 days"),
        ({"name": " "}, "name", "1 to 100 characters"),
        ({"packing_slip_name": "x" * 101}, "packing_slip_name", "at most 100 characters"),
        ({"channel_ids": []}, "channel_ids", "Choose at least one channel"),
        ({"warehouse_ids": "north"}, "warehouse_ids", "north is not that"),
        ({"event_owner_id": "Ana"}, "event_owner_id", "Ana is not that"),
        ({"order_note": "{colour}"}, "order_note", "no other words in braces"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(
    shop: SandboxShop, owner: FlaskClient, changes: dict[str, Any], field: str, says: str
) -> None:
    page = save(owner, shop, **changes)

    assert page.status_code == 422
    beside = re.search(rf'id="{field}-error">(.*?)</p>', page.text)
    assert beside is not None
    assert says in beside[1]
    assert stored(shop) == shop.store


def test_settings_are_saved_while_brightpearl_is_down(shop: SandboxShop, owner: FlaskClient) -> None:
    shop.server.stop()
    page = owner.get(f"/stores/{shop.store.id}/settings")
    assert "Brightpearl cannot be asked for its lists now" in words_of(page)
    assert re.search(r'<input[^>]*name="channel_ids"[^>]*type="text"[^>]*value="2"', page.text)

    assert "The settings are saved." in words_of(save(owner, shop, channel_ids="2, 4", name="Later"))
    assert (stored(shop).name, stored(shop).settings["channel_ids"]) == ("Later", [2, 4])


def test_a_channel_that_brightpearl_does_not_have_is_refused_beside_its_field(shop: SandboxShop, owner: FlaskClient) -> None:
    page = save(owner, shop, channel_ids=["2", "77"])

    assert page.status_code == 422
    assert "Channel 77 is not in this Brightpearl account" in words_of(page)
    assert stored(shop).settings["channel_ids"] == [2]


def test_a_channel_that_brightpearl_no_longer_has_can_be_unticked(shop: SandboxShop, owner: FlaskClient) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.update(replace(shop.store, settings={**shop.store.settings, "channel_ids": [2, 77]}))
        uow.commit()

    assert "77 (no longer in Brightpearl) 77" in words_of(owner.get(f"/stores/{shop.store.id}/settings"))
    save(owner, shop, channel_ids=["2"])
    assert stored(shop).settings["channel_ids"] == [2]


@pytest.mark.parametrize(("picture", "media_type"), [(png(120, 40), "image/png"), (jpeg(120, 40), "image/jpeg")])
def test_a_logo_is_kept_shown_and_taken_away(
    shop: SandboxShop, owner: FlaskClient, log_in: Any, picture: bytes, media_type: str
) -> None:
    address = f"/stores/{shop.store.id}/logo"
    assert owner.get(address).status_code == 404
    page = save(owner, shop, logo=(io.BytesIO(picture), "logo.txt"))

    assert f'src="{address}"' in page.text
    shown = owner.get(address)
    assert (shown.data, shown.content_type) == (picture, media_type)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert log_in(PROVIDER).get(address).status_code == 404

    save(owner, shop, name="Still there")
    assert owner.get(address).status_code == 200
    save(owner, shop, remove_logo="y")
    assert owner.get(address).status_code == 404


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture in PNG or JPEG"),
        (png(20, 20) + b"\0" * 256 * 1024, "larger than 256 KiB"),
        (png(5000, 20), "5000 × 20 pixels"),
    ],
)
def test_what_is_no_logo_is_refused_and_nothing_is_saved(
    shop: SandboxShop, owner: FlaskClient, picture: bytes, says: str
) -> None:
    page = save(owner, shop, name="Other", logo=(io.BytesIO(picture), "logo.png"))

    assert page.status_code == 422
    assert says in words_of(page)
    assert 'value="Other"' in page.text
    assert stored(shop) == shop.store


def test_only_the_settings_take_a_large_form(shop: SandboxShop, owner: FlaskClient) -> None:
    def status_of(page: str, size: int) -> int:
        head = b'--b\r\nContent-Disposition: form-data; name="logo"; filename="x"\r\n\r\n'
        body = head + b"x" * size + b"\r\n--b--\r\n"
        return owner.post(
            f"/stores/{shop.store.id}/{page}", data=body, content_type="multipart/form-data; boundary=b"
        ).status_code

    assert status_of("import", 200_000) == 413
    assert status_of("settings", 200_000) == 400  # read, and found to come without a token
    assert status_of("settings", 1_100_000) == 413


def test_orders_without_a_channel_can_be_chosen(shop: SandboxShop, owner: FlaskClient) -> None:
    page = owner.get(f"/stores/{shop.store.id}/settings")
    assert re.search(r'name="channel_ids" value="0">', page.text)
    assert "Orders without a channel" in words_of(page)

    page = save(owner, shop, channel_ids=["2", "0"])

    assert stored(shop).settings["channel_ids"] == [2, 0]
    assert re.search(r'name="channel_ids" value="0" checked', page.text)


def test_custom_fields_are_named_by_their_codes(shop: SandboxShop, owner: FlaskClient) -> None:
    codes = {"buyer_note_field": "PCF_NOTE", "gift_message_field": "PCF_GIFT", "custom_field_2": "PCF_ZONE", "custom_field_3": ""}
    page = save(owner, shop, **codes)

    assert {name: stored(shop).settings[name] for name in codes} == codes
    assert 'value="PCF_NOTE"' in page.text
    assert "such as PCF_GIFT; note is not that" in words_of(save(owner, shop, buyer_note_field="note"))
