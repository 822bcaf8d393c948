"""The settings of an account: who may look, and who may change them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.partners import COMPANY, IRIS, MEMBER, NICKNAME, add_member, invited_by_iris, operators_connection, user_of
from support.shop import OWNER, PROVIDER, STRANGER, Shop

from engine.model.account import AccountKind, DecideAnew
from engine.services.connections.answer_invitation import decline
from engine.services.connections.remove_connection import remove_connection

LogIn = Callable[[str], FlaskClient]
PAGES = ("/settings", "/settings/account", "/settings/shipping/providers", "/settings/shipping/locations")
ACCOUNT = {"name": "Casa Verde", "country": "ES", "time_zone": "Europe/Madrid", "decide_anew": "flag"}
PLACE = {"code": "MAD1", "name": "Madrid", "street1": "Calle Mayor 1", "city": "Madrid", "postal_code": "28013", "country": "ES"}


def test_everybody_of_an_account_sees_its_settings(shop: Shop, web: Flask, log_in: LogIn) -> None:
    add_member(shop)
    owner, member = log_in(OWNER), log_in(MEMBER)
    for page in PAGES:
        assert owner.get(page).status_code == member.get(page).status_code == 200
        assert web.test_client().get(page).headers["Location"] == f"/log-in?next={page}"


def test_an_admin_changes_the_account(shop: Shop, log_in: LogIn) -> None:
    wanted = {**ACCOUNT, "name": " Casa Azul ", "country": "PT", "time_zone": "Europe/Lisbon", "decide_anew": "auto"}
    page = press(log_in(OWNER), "/settings/account", "/settings/account", **wanted, ships_for_others="y")

    assert "The settings are saved." in words_of(page)
    assert 'value="Casa Azul"' in page.text
    assert ">Clients<" in log_in(OWNER).get("/stores").text
    with shop.app.reading() as unit:
        account = unit.accounts.get(shop.merchant.id)
    assert (account.slug, account.name, account.country, account.time_zone) == ("casa-verde", "Casa Azul", "PT", "Europe/Lisbon")
    assert (account.decide_anew, account.kind) == (DecideAnew.AUTO, AccountKind.PROVIDER)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "The name is empty"),
        ("country", "x", "is not a country code"),
        ("time_zone", "Nowhere", "is not a time zone"),
    ],
)
def test_what_is_wrong_about_the_account_stands_at_its_field(log_in: LogIn, field: str, value: str, says: str) -> None:
    page = press(log_in(OWNER), "/settings/account", "/settings/account", **{**ACCOUNT, field: value})

    assert page.status_code == 422
    assert says in page.text.partition(f'id="{field}-error">')[2][:120]


def test_a_3pl_with_clients_goes_on_shipping_for_others(log_in: LogIn) -> None:
    page = press(log_in(PROVIDER), "/settings/account", "/settings/account", **{**ACCOUNT, "name": "Acme"})

    assert page.status_code == 422
    assert 'id="ships_for_others-error">The account has clients' in page.text
    assert 'value="Acme"' in page.text


def test_members_change_nothing(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    client = log_in(MEMBER)

    assert "admins of your account may change them" in words_of(client.get("/settings/account"))
    assert ">Save<" not in client.get("/settings/account").text
    assert press(client, "/settings/account", "/settings/account", **ACCOUNT).status_code == 403
    assert "Admins of your account can add locations." in words_of(client.get("/settings/shipping/locations"))
    assert "Add location" not in client.get("/settings/shipping/locations").text
    assert press(client, "/orders", "/settings/shipping/locations", **PLACE).status_code == 403


def test_a_location_is_added_for_the_own_account(shop: Shop, log_in: LogIn) -> None:
    page = words_of(press(log_in(OWNER), "/settings/shipping/locations", "/settings/shipping/locations", **PLACE))

    assert "The location Madrid is added." in page
    assert "Madrid MAD1 Calle Mayor 1, 28013, Madrid Spain" in page
    assert "MAD1 Calle Mayor" not in words_of(log_in(STRANGER).get("/settings/shipping/locations"))
    with shop.app.reading() as unit:
        (entry,) = (one for one in unit.audit.list_for(shop.merchant.id, unit.locations.list_for(shop.merchant.id)[0].id))
    assert entry.actor == user_of(shop, OWNER).id


def test_a_location_has_a_code_of_its_own(log_in: LogIn) -> None:
    client = log_in(OWNER)
    address = "/settings/shipping/locations"
    press(client, address, address, **PLACE)

    for code, says in (("mad1", "The account already has a location"), (" ", "A location needs a code")):
        page = press(client, address, address, **{**PLACE, "code": code})
        assert page.status_code == 422
        assert says in page.text.partition('id="code-error">')[2][:80]


def test_who_came_from_an_invitation_goes_back_to_it(log_in: LogIn) -> None:
    client = log_in(OWNER)
    here = "/settings/shipping/locations?next="
    assert press(client, here + "/settings", here + "/settings", **PLACE).request.path == "/settings"
    away = press(client, here + "//evil.example", here + "//evil.example", **{**PLACE, "code": "B"})
    assert away.request.path == "/settings/shipping/locations"


def test_providers_are_listed_with_what_can_be_done(shop: Shop, log_in: LogIn) -> None:
    invited, active = invited_by_iris(shop), operators_connection(shop)
    page = log_in(OWNER).get("/settings/shipping/providers")

    assert f"{COMPANY} asks to connect with your account. See what it asks and answer" in words_of(page)
    assert f'<a href="/connections/{invited.id}">Review connection</a>' in page.text
    assert f'<a href="/connections/{active.id}">Connection details</a>' in page.text
    assert f'href="/connections/{active.id}/remove"' in page.text
    assert f'href="/connections/{invited.id}/remove"' not in page.text
    assert page.text.count("More actions</button>") == 2
    assert NICKNAME not in page.text

    member = log_in(MEMBER).get("/settings/shipping/providers").text
    assert f'<a href="/connections/{invited.id}">Review connection</a>' in member
    assert "/remove" not in member
    assert COMPANY not in log_in(IRIS).get("/settings/shipping/providers").text
    assert "Nobody ships for you yet" in log_in(STRANGER).get("/settings/shipping/providers").text


def test_providers_that_were_are_folded_below(shop: Shop, log_in: LogIn) -> None:
    decline(shop.app, user_of(shop, OWNER), invited_by_iris(shop).id)
    remove_connection(shop.app, user_of(shop, PROVIDER), operators_connection(shop).id)
    page = log_in(OWNER).get("/settings/shipping/providers").text
    above, _, ended = page.partition("<details")

    assert "Nobody ships for you yet" in above
    assert ended.index(COMPANY) < ended.index("Declined") < ended.index("Acme 3PL") < ended.index("Removed")
