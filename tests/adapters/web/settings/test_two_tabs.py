"""Two people, or two tabs, change the same settings: neither replaces unseen what the other has saved."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import words_of
from support.shop import OWNER, Shop
from werkzeug.test import TestResponse

LogIn = Callable[[str], FlaskClient]
ACCOUNT = "/settings/account"
ENTERED = {
    "name": "Casa Verde",
    "country": "ES",
    "time_zone": "Europe/Madrid",
    "decide_anew": "flag",
    "price_limit_percent": "10",
}


def marks_of(page: TestResponse) -> dict[str, str]:
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text) for name in ("csrf_token", "seen")}
    return {name: html.unescape(one[1]) for name, one in found.items() if one is not None}


def save(client: FlaskClient, page: TestResponse, path: str = ACCOUNT, **changes: str) -> TestResponse:
    return client.post(path, data={**marks_of(page), **(ENTERED if path == ACCOUNT else {}), **changes})


def name_of(shop: Shop) -> str:
    with shop.app.reading() as uow:
        return uow.accounts.get(shop.merchant.id).name


def test_the_second_tab_shows_both_values_and_replaces_only_when_it_is_told_to(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    first, second = client.get(ACCOUNT), client.get(ACCOUNT)
    assert save(client, first, name="Casa Roja").status_code == 302

    refused = save(client, second, name="Casa Azul")
    assert refused.status_code == 422
    assert "changed meanwhile and is now: Casa Roja." in words_of(refused)
    assert 'value="Casa Azul"' in refused.text
    assert name_of(shop) == "Casa Roja"

    assert save(client, refused, name="Casa Azul").status_code == 302
    assert name_of(shop) == "Casa Azul"


def test_what_is_chosen_is_told_by_its_name(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    first, second = client.get(ACCOUNT), client.get(ACCOUNT)
    save(client, first, decide_anew="auto", country="PT")
    words = words_of(save(client, second))
    assert "is now: Run the rules again." in words
    assert "is now: Portugal." in words


def test_the_same_change_twice_is_no_quarrel(log_in: LogIn) -> None:
    client = log_in(OWNER)
    first, second = client.get(ACCOUNT), client.get(ACCOUNT)
    save(client, first, name="Casa Roja")
    assert save(client, second, name="Casa Roja").status_code == 302


def test_marks_that_nobody_made_change_nothing(log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = client.get(ACCOUNT)
    for marks in ("", "[1]", "{", '{"name": 3}'):
        assert save(client, page, name="Casa Verde", seen=marks).status_code == 302


def test_a_profile_in_two_tabs_does_the_same(log_in: LogIn) -> None:
    client = log_in(OWNER)
    path = "/settings/profile"
    one, other = client.get(path), client.get(path)
    assert save(client, one, path, language="en", time_zone="Asia/Tokyo", theme="dark").status_code == 302
    refused = save(client, other, path, language="en", time_zone="Europe/Paris", theme="dark")
    assert (refused.status_code, "changed meanwhile" in words_of(refused)) == (422, True)


def test_every_form_about_something_that_is_kept_has_marks(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    with shop.app.reading() as uow:
        [user] = uow.users.list_for(shop.merchant.id)
    for path in (ACCOUNT, "/settings/profile", f"/stores/{shop.store.id}/settings", f"/settings/people/{user.id}"):
        assert "seen" in marks_of(client.get(path)), path
