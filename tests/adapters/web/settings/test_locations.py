"""A ship-from location on its page: changed, and removed once somebody has said so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.partners import add_member
from support.shop import OWNER, STRANGER, Shop

from engine.model.account import Location
from engine.services.accounts.accounts import add_location
from engine.services.accounts.change_location import AddressForm, change_location

LogIn = Callable[[str], FlaskClient]
MEMBER = "bo@casa-verde.example"
LOCATIONS = "/settings/shipping/locations"
ENTERED = {
    "name": "Warehouse",
    "street1": "Rua 1",
    "street2": "",
    "postal_code": "1000",
    "city": "Lisboa",
    "state": "",
    "country": "PT",
}


@pytest.fixture
def page(shop: Shop) -> str:
    add_member(shop, shop.merchant.slug, MEMBER)
    return f"{LOCATIONS}/{add_location(shop.app, shop.merchant.slug, code='MAD1', country='ES', city='Madrid').id}"


def kept(shop: Shop) -> list[Location]:
    with shop.app.reading() as unit:
        return unit.locations.list_for(shop.merchant.id)


def seen_of(page: str) -> str:
    return page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0].replace("&#34;", '"')


def test_a_row_leads_to_the_form_and_the_code_stays(shop: Shop, log_in: LogIn, page: str) -> None:
    owner = log_in(OWNER)
    assert f'href="{page}"' in owner.get(LOCATIONS).text
    shown = owner.get(page)
    assert "<code>MAD1</code>" in shown.text
    assert 'name="code"' not in shown.text
    assert 'value="Madrid"' in shown.text
    form = {"csrf_token": token_of(shown), "seen": seen_of(shown.text), **ENTERED, "code": "LIS1"}
    said = words_of(owner.post(page, data=form, follow_redirects=True))

    assert "The location Warehouse is saved." in said
    [location] = kept(shop)
    assert (location.code, location.name, location.city, location.country) == ("MAD1", "Warehouse", "Lisboa", "PT")
    with shop.app.reading() as unit:
        entry = unit.audit.list_for(shop.merchant.id, location.id)[-1]
        assert (entry.action, entry.actor) == ("location.changed", unit.users.list_by_email(OWNER)[0].id)


def test_who_would_overwrite_what_somebody_else_changed_is_told(shop: Shop, log_in: LogIn, page: str) -> None:
    owner = log_in(OWNER)
    shown = owner.get(page)
    change_location(shop.app, shop.merchant.slug, "MAD1", AddressForm(city="Toledo"))
    form = {"csrf_token": token_of(shown), "seen": seen_of(shown.text), **ENTERED}
    again = owner.post(page, data=form)

    assert again.status_code == 422
    assert "This was changed meanwhile and is now: Toledo." in words_of(again)
    assert kept(shop)[0].city == "Toledo"
    owner.post(page, data={**form, "seen": seen_of(again.text)})
    assert kept(shop)[0].city == "Lisboa"


def test_what_is_wrong_stands_at_its_field(shop: Shop, log_in: LogIn, page: str) -> None:
    owner = log_in(OWNER)
    again = owner.post(page, data={"csrf_token": token_of(owner.get(page)), **ENTERED, "country": "Spain"})
    assert again.status_code == 422
    assert "is not a country code" in again.text.partition('id="country-error">')[2][:120]
    assert kept(shop)[0].country == "ES"


def test_removing_asks_first_and_says_what_keeps_it(shop: Shop, log_in: LogIn, page: str) -> None:
    owner = log_in(OWNER)
    assert f'href="{page}/remove"' in owner.get(page).text
    asked = owner.get(f"{page}/remove")
    assert "It is the account's only ship-from location" in words_of(asked)
    assert "btn-danger-quiet" not in asked.text
    form = {"csrf_token": token_of(asked)}
    assert owner.post(f"{page}/remove", data=form).status_code == 422

    add_location(shop.app, shop.merchant.slug, code="BCN1", country="ES", name="Barcelona")
    asked = owner.get(f"{page}/remove")
    assert "Remove the location MAD1?" in words_of(asked)
    assert "btn-danger-quiet" in asked.text
    assert "Orders that name no location leave from Barcelona from then on." in words_of(asked)
    assert len(kept(shop)) == 2
    said = words_of(owner.post(f"{page}/remove", data=form, follow_redirects=True))
    assert "The location MAD1 is removed." in said
    assert [one.code for one in kept(shop)] == ["BCN1"]
    assert owner.get(page).status_code == 404


def test_members_only_look_and_others_have_no_such_page(shop: Shop, log_in: LogIn, page: str) -> None:
    member, stranger = log_in(MEMBER), log_in(STRANGER)
    assert page not in member.get(LOCATIONS).text
    for address in (page, f"{page}/remove"):
        for client, status in ((member, 403), (stranger, 404)):
            form = {"csrf_token": token_of(client.get("/orders")), **ENTERED}
            assert (client.get(address).status_code, client.post(address, data=form).status_code) == (status, status)
    assert [one.code for one in kept(shop)] == ["MAD1"]
