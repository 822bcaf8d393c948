"""Who was logged out while a form was open has what they entered after the next log-in; nothing is done before they send it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.clock import FixedClock
from support.shop import OWNER, PASSWORD, Shop, ready
from werkzeug.test import TestResponse

from engine.services.accounts.web_sessions import end_all_sessions

LogIn = Callable[[str], FlaskClient]
PROFILE = "/settings/profile"
OWN = {"Origin": "http://localhost", "Referer": "http://localhost/settings/profile"}


def send_late(client: FlaskClient, token: str, headers: dict[str, str] | None = None, **more: str) -> TestResponse:
    form = {"csrf_token": token, "language": "en", "time_zone": "Asia/Tokyo", "theme": "dark", **more}
    return client.post(PROFILE, data=form, headers=OWN if headers is None else headers)


def sealed(page: TestResponse) -> str | None:
    found = re.search(r'name="kept" value="([^"]+)"', page.text)
    return found and found[1]


def log_in_again(client: FlaskClient, page: TestResponse, kept: str | None = None) -> TestResponse:
    form = {"csrf_token": token_of(page), "email": OWNER, "password": PASSWORD, "kept": kept or sealed(page) or ""}
    return client.post("/log-in?next=/settings/profile", data=form, headers=OWN)


def zone_of(shop: Shop) -> str | None:
    with shop.app.reading() as uow:
        return uow.users.list_by_email(OWNER)[0].time_zone


def test_who_was_logged_out_comes_back_to_the_form_with_what_they_entered(shop: Shop, log_in: LogIn, clock: FixedClock) -> None:
    client = log_in(OWNER)
    token = token_of(client.get(PROFILE))
    clock.sleep(13 * 60 * 60)
    asked = send_late(client, token, password="never kept")
    assert asked.status_code == 401
    assert "what you entered is kept" in words_of(asked)
    assert "Asia/Tokyo" not in asked.text
    again = log_in_again(client, asked)
    assert 'name="time_zone" value="Asia/Tokyo"' in again.text
    assert f'data-page="{PROFILE}"' in again.text
    assert "never kept" not in again.text
    assert zone_of(shop) is None, "nothing is done before it is sent again"
    send_late(client, token_of(again))
    assert zone_of(shop) == "Asia/Tokyo"


def test_it_is_the_same_where_the_browser_has_forgotten_the_session(web: Flask, log_in: LogIn, shop: Shop) -> None:
    token = token_of(log_in(OWNER).get(PROFILE))
    elsewhere = web.test_client()
    asked = send_late(elsewhere, token)
    assert sealed(asked) is not None
    assert 'value="Asia/Tokyo"' in log_in_again(elsewhere, asked).text
    assert zone_of(shop) is None


def test_a_form_with_the_token_of_an_earlier_session_can_be_sent_again(web: Flask, log_in: LogIn, shop: Shop) -> None:
    token = token_of(log_in(OWNER).get(PROFILE))
    client = log_in(OWNER)
    stale = send_late(client, token)
    assert (stale.status_code, 'value="Asia/Tokyo"' in stale.text) == (400, True)
    assert zone_of(shop) is None


def test_what_another_site_sends_is_not_kept(web: Flask, log_in: LogIn) -> None:
    client = log_in(OWNER)
    for headers in ({"Origin": "https://elsewhere.example"}, {}, {**OWN, "Sec-Fetch-Dest": "empty"}):
        assert "Asia/Tokyo" not in send_late(client, "forged", headers).text
        answer = send_late(web.test_client(), "forged", headers)
        assert sealed(answer) is None


def test_what_is_kept_opens_for_an_hour_and_only_as_it_was(web: Flask, log_in: LogIn, clock: FixedClock) -> None:
    client = web.test_client()
    asked = send_late(client, "late")
    kept = sealed(asked)
    assert kept is not None
    assert log_in_again(client, asked, kept[:-8] + "AAAAAAA=").location == PROFILE
    elsewhere = web.test_client()
    asked = send_late(elsewhere, "late")
    clock.sleep(61 * 60)
    assert log_in_again(elsewhere, asked).location == PROFILE


def test_what_is_too_long_is_said_to_be_lost(web: Flask) -> None:
    client = web.test_client()
    tangled = b"".join(hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(1400))
    answer = send_late(client, "late", note=base64.urlsafe_b64encode(tangled).decode())
    assert answer.status_code == 302
    assert "too long to be kept" in words_of(client.get("/log-in"))


def test_a_wrong_password_keeps_it_too(web: Flask) -> None:
    client = web.test_client()
    asked = send_late(client, "late")
    form = {"csrf_token": token_of(asked), "email": OWNER, "password": "wrong", "kept": sealed(asked) or ""}
    wrong = client.post("/log-in", data=form)
    assert wrong.status_code == 401
    assert sealed(wrong) == sealed(asked)


def test_ended_sessions_keep_it_as_well(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    token = token_of(client.get(PROFILE))
    with shop.app.reading() as uow:
        [user] = uow.users.list_by_email(OWNER)
    end_all_sessions(shop.app, user, user.id)
    assert sealed(send_late(client, token)) is not None


def test_an_action_with_orders_is_kept_with_what_makes_pressing_twice_begin_one(shop: Shop, log_in: LogIn, web: Flask) -> None:
    shop.import_all(ready("1"))
    page = log_in(OWNER).get("/orders")
    [wish] = set(re.findall(r'name="wish" value="([^"]+)"', page.text))
    form = {"csrf_token": token_of(page), "wish": wish, "query": "", "order": shop.order_id("1")}
    late = web.test_client()
    asked = late.post("/orders/act/rules", data=form, headers={"Origin": "http://localhost"})
    again = log_in_again(late, asked)
    assert f'name="wish" value="{wish}"' in again.text
    assert "Type this again" not in words_of(again)


def test_a_script_hears_that_its_form_is_outdated(web: Flask, log_in: LogIn) -> None:
    answer = send_late(log_in(OWNER), "late", {**OWN, "Sec-Fetch-Dest": "empty"})
    assert (answer.status_code, "Form-Outdated" in answer.headers) == (400, True)
