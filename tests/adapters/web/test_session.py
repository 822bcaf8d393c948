"""Who gets in, how long, and where a log-in leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from support.browsing import press, send_log_in, token_of, words_of
from support.examples import NOON
from support.shop import OWNER, PROVIDER, Shop

from adapters.web.security import derive_session_key, is_own_path
from storage.tables import AccountRow, UserRow

LogIn = Callable[[str], FlaskClient]


def test_a_merchant_starts_with_the_orders_and_a_3pl_with_its_clients_requests(log_in: LogIn) -> None:
    assert log_in(OWNER).get("/").headers["Location"] == "/orders"
    assert log_in(PROVIDER).get("/").headers["Location"] == "/requests"


@pytest.mark.parametrize(
    ("email", "password"), [(OWNER, "wrong password"), ("nobody@casa-verde.example", "wrong password"), ("", "")]
)
def test_a_wrong_log_in_says_nothing_about_which_part_was_wrong(anonymous: FlaskClient, email: str, password: str) -> None:
    page = send_log_in(anonymous, email, password)

    assert page.status_code == 401
    assert "E-mail address and password do not fit together." in words_of(page)
    assert "log-in" in anonymous.get("/orders").headers["Location"]


def test_after_the_log_in_a_person_is_where_they_wanted_to_be(anonymous: FlaskClient) -> None:
    asked = anonymous.get("/orders?status=on_hold").headers["Location"]

    assert asked == "/log-in?next=/orders?status%3Don_hold"
    assert send_log_in(anonymous, OWNER, address=asked).headers["Location"] == "/orders?status=on_hold"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "orders",
    ],
)
def test_a_log_in_never_leads_away(web: Flask, target: str) -> None:
    assert not is_own_path(target)
    client = web.test_client()
    form = {"csrf_token": token_of(client.get("/log-in")), "email": OWNER, "password": "a relay needs two"}

    assert client.post("/log-in", query_string={"next": target}, data=form).headers["Location"] == "/"


def test_attempts_are_limited_for_each_address(web: Flask) -> None:
    client = web.test_client()
    token = token_of(client.get("/log-in"))
    form = {"csrf_token": token, "email": OWNER, "password": "guess"}
    answers = [client.post("/log-in", data=form).status_code for _ in range(10)]
    refused = client.post("/log-in", data={**form, "password": "a relay needs two"})

    assert answers == [401] * 10
    assert refused.status_code == 429
    assert "Too many attempts Wait a minute" in words_of(refused)
    assert client.get("/log-in").status_code == 200
    assert client.post("/log-in", data=form, environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code == 401


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(web: Flask) -> None:
    plain = send_log_in(web.test_client(), OWNER).headers["Set-Cookie"]
    client = web.test_client()
    token = token_of(client.get("/log-in", base_url="https://localhost"))
    form = {"csrf_token": token, "email": OWNER, "password": "a relay needs two"}
    secured = client.post("/log-in", data=form, base_url="https://localhost", headers={"Referer": "https://localhost/log-in"})

    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    assert secured.status_code == 302
    assert "Secure" in secured.headers["Set-Cookie"]


def test_a_session_that_was_planted_before_is_left_behind(web: Flask) -> None:
    client = web.test_client()
    with client.session_transaction() as session:
        session["planted"] = "x"
        session["language"] = "es"
    before = token_of(client.get("/log-in"))
    send_log_in(client, OWNER)

    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "es"
    assert token_of(client.get("/orders")) != before


def test_logging_out_ends_the_session(log_in: LogIn) -> None:
    client = log_in(OWNER)
    left = press(client, "/orders", "/log-out")

    assert "Log in" in words_of(left)
    assert client.get("/orders").status_code == 302
    assert log_in(OWNER).get("/log-out").status_code == 405


def test_a_new_password_ends_the_sessions_of_the_old_one(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert client.get("/orders").status_code == 200
    with shop.database.begin() as connection:
        connection.execute(
            update(UserRow).where(UserRow.email == OWNER).values(password_hash=shop.app.passwords.hash("another one"))
        )

    assert client.get("/orders").status_code == 302


def test_nobody_gets_into_a_closed_account(shop: Shop, web: Flask, log_in: LogIn) -> None:
    client = log_in(OWNER)
    with shop.database.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == shop.merchant.id).values(closed_at=NOON + timedelta(days=1)))

    assert client.get("/orders").status_code == 302
    assert send_log_in(web.test_client(), OWNER).status_code == 401


def test_sessions_are_signed_with_a_key_of_their_own(web: Flask) -> None:
    secret = b"k" * 32

    assert web.config["SECRET_KEY"] == derive_session_key(secret)
    assert derive_session_key(secret) != secret
    assert derive_session_key(b"l" * 32) != derive_session_key(secret)
    assert len(derive_session_key(secret)) == 32
