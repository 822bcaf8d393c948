"""What a person chooses for themselves."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, token_of, words_of
from support.mailbox import last_to
from support.shop import OWNER, PASSWORD, Shop
from werkzeug.test import TestResponse

from engine.services.accounts.own_password import ask_for_reset

LogIn = Callable[[str], FlaskClient]
PROFILE, CHANGE = "/settings/profile", "/settings/profile/password"
NEW_PASSWORD = "tractor velvet onion sky"


def send(client: FlaskClient, page: str, **form: str) -> TestResponse:
    return client.post(page, data={"csrf_token": token_of(client.get(page)), **form})


def test_language_and_time_zone_stay_with_the_person(shop: Shop, web: Flask, log_in: LogIn) -> None:
    client = log_in(OWNER)
    press(client, PROFILE, "/language", language="en")
    assert "As the account: Europe/Madrid" in words_of(client.get(PROFILE))
    assert send(client, PROFILE, language="es", time_zone="Asia/Tokyo", theme="system").location == PROFILE
    saved = words_of(client.get(PROFILE))

    assert "Tu perfil está guardado." in saved
    assert "Asia/Tokyo" in words_of(client.get("/orders"))
    elsewhere = web.test_client()
    send_log_in(elsewhere, OWNER)
    assert "Pedidos" in words_of(elsewhere.get("/orders"))
    ask_for_reset(shop.app, OWNER)
    assert last_to(shop.app, OWNER).language == "es"

    send(client, PROFILE, language="es", time_zone="", theme="system")
    assert "Europe/Madrid" in words_of(client.get("/orders"))


def test_a_theme_stays_with_the_person_and_with_the_browser_before_the_log_in(web: Flask, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert 'data-bs-theme="' not in client.get("/orders").text
    assert press(client, "/orders", "/theme", theme="dark", back="/orders?status=shipped").request.full_path.startswith(
        "/orders?"
    )
    assert 'data-bs-theme="dark"' in client.get("/orders").text
    client.post("/log-out", data={"csrf_token": token_of(client.get("/orders"))})
    assert 'data-bs-theme="dark"' in client.get("/log-in").text

    elsewhere = web.test_client()
    press(elsewhere, "/log-in", "/theme", theme="light")
    assert 'data-bs-theme="light"' in elsewhere.get("/log-in").text
    send_log_in(elsewhere, OWNER)
    assert 'data-bs-theme="dark"' in elsewhere.get("/orders").text
    send(elsewhere, PROFILE, language="en", time_zone="", theme="light")
    send_log_in(client, OWNER)
    assert 'data-bs-theme="light"' in client.get("/orders").text


def test_only_what_there_is_can_be_chosen(log_in: LogIn) -> None:
    client = log_in(OWNER)

    assert send(client, PROFILE, language="fr", time_zone="", theme="system").status_code == 422
    assert send(client, PROFILE, language="es", time_zone="Mars/Base", theme="system").status_code == 422
    assert send(client, PROFILE, language="es", time_zone="", theme="pink").status_code == 422


def test_a_new_password_ends_every_other_session(web: Flask, log_in: LogIn) -> None:
    client, elsewhere = log_in(OWNER), log_in(OWNER)
    wrong = send(client, CHANGE, present_password="not that one", password=NEW_PASSWORD)
    assert (wrong.status_code, "That is not your present password." in words_of(wrong)) == (422, True)
    weak = send(client, CHANGE, present_password=PASSWORD, password="short")
    assert (weak.status_code, "The password has 5 characters" in words_of(weak)) == (422, True)
    assert elsewhere.get("/orders").status_code == 200

    assert send(client, CHANGE, present_password=PASSWORD, password=NEW_PASSWORD).location == PROFILE

    assert client.get("/orders").status_code == 200
    assert elsewhere.get("/orders").status_code == 302
    assert send_log_in(web.test_client(), OWNER).status_code == 401
    assert send_log_in(web.test_client(), OWNER, NEW_PASSWORD).status_code == 302


def test_the_present_password_cannot_be_guessed_at_will(log_in: LogIn) -> None:
    client = log_in(OWNER)
    form = {"csrf_token": token_of(client.get(CHANGE)), "present_password": "guess", "password": NEW_PASSWORD}
    answers = [client.post(CHANGE, data=form).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


def test_the_profile_leads_to_what_else_is_ones_own(log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = client.get(PROFILE).text
    assert all(f'href="{address}"' in page for address in ("/devices", CHANGE, "/accounts/new"))
    assert 'href="/accounts"' not in page, "there is but one"
    send(client, "/accounts/new", name="Casa Azul", country="PT")

    assert 'href="/accounts"' in client.get(PROFILE).text
