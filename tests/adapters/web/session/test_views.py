"""Who gets in, how long, and where a log-in leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from support.browsing import press, send_log_in, token_of, words_of
from support.clock import FixedClock
from support.examples import NOON
from support.shop import OWNER, PASSWORD, PROVIDER, STRANGER, Shop

from adapters.web.security import derive_session_key, is_own_path
from engine.application import Application
from engine.services.accounts.log_in import set_password
from engine.services.accounts.people import add_person, change_role, log_out_everywhere, remove_person, reset_password
from storage.tables import AccountRow, UserRow, WebSessionRow

LogIn = Callable[[str], FlaskClient]
SECOND = {"email": "bo@casa-verde.example", "role": "admin", "password": PASSWORD, "language": "en"}


def test_a_merchant_starts_with_the_orders_and_a_3pl_with_its_clients_requests(log_in: LogIn) -> None:
    assert log_in(OWNER).get("/").headers["Location"] == "/orders"
    assert log_in(PROVIDER).get("/").headers["Location"] == "/requests"


def test_whoever_logs_in_can_type_the_address_at_once_or_have_both_filled_in(anonymous: FlaskClient) -> None:
    page = anonymous.get("/log-in").text
    fields = {name: field for field in re.findall(r"<input[^>]*>", page) for name in re.findall(r'name="(\w+)"', field)}

    assert [name for name, field in fields.items() if " autofocus" in field] == ["email"]
    assert 'autocomplete="username"' in fields["email"]
    assert 'autocomplete="current-password"' in fields["password"]
    assert 'type="password"' in fields["password"]


@pytest.mark.parametrize(
    ("email", "password"), [(OWNER, "wrong password"), ("nobody@casa-verde.example", "wrong password"), ("", "")]
)
def test_a_wrong_log_in_says_nothing_about_which_part_was_wrong(anonymous: FlaskClient, email: str, password: str) -> None:
    page = send_log_in(anonymous, email, password)

    assert page.status_code == 401
    assert "Wrong e-mail or password." in words_of(page)
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
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
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


def copy_of(client: FlaskClient, web: Flask) -> FlaskClient:
    """Another browser with the same cookie, as somebody has it who copied it."""
    copied = web.test_client()
    cookie = client.get_cookie("relevo")
    assert cookie is not None
    copied.set_cookie("relevo", cookie.value)
    assert copied.get("/orders").status_code == 200
    return copied


def test_a_cookie_copied_before_the_log_out_opens_nothing_after_it(web: Flask, log_in: LogIn) -> None:
    client, elsewhere = log_in(OWNER), log_in(OWNER)
    copied = copy_of(client, web)
    press(client, "/orders", "/log-out")

    assert copied.get("/orders").status_code == 302
    assert elsewhere.get("/orders").status_code == 200, "another log-in of the same person goes on"


def test_a_log_in_ends_the_session_that_the_browser_had(web: Flask, log_in: LogIn) -> None:
    client = log_in(OWNER)
    copied = copy_of(client, web)
    with client.session_transaction() as session:
        kept = session.pop("_user_id")
    token = token_of(client.get("/log-in"))
    with client.session_transaction() as session:
        session["_user_id"] = kept + "x"  # as after a change of the password: not good any more, but it names the session
    client.post("/log-in", data={"csrf_token": token, "email": OWNER, "password": PASSWORD})

    assert client.get("/orders").status_code == 200
    assert copied.get("/orders").status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        lambda app: reset_password(app, "casa-verde", OWNER, "another long one, of words"),
        lambda app: set_password(app, OWNER, "another long one, of words"),
        lambda app: (add_person(app, "casa-verde", **SECOND), change_role(app, "casa-verde", OWNER, "member")),
        lambda app: (add_person(app, "casa-verde", **SECOND), remove_person(app, "casa-verde", OWNER)),
        lambda app: log_out_everywhere(app, "casa-verde", OWNER),
    ],
    ids=["reset", "password", "role", "removal", "all devices"],
)
def test_what_ends_every_session_of_a_person(shop: Shop, log_in: LogIn, change: Callable[[Application], object]) -> None:
    one, other, provider = log_in(OWNER), log_in(OWNER), log_in(PROVIDER)
    change(shop.app)

    assert one.get("/orders").status_code == other.get("/orders").status_code == 302
    assert provider.get("/orders").status_code == 200


def test_a_person_logs_out_on_all_devices_by_a_button(web: Flask, log_in: LogIn) -> None:
    client, elsewhere, stranger = log_in(OWNER), log_in(OWNER), log_in(STRANGER)
    devices = words_of(client.get("/devices"))
    assert devices.count("This browser") == devices.count("Another browser") == 1

    left = press(client, "/devices", "/devices/log-out")

    assert "You are logged out on all devices." in words_of(left)
    assert client.get("/orders").status_code == elsewhere.get("/orders").status_code == 302
    assert stranger.get("/orders").status_code == 200


def test_sessions_end_by_time(clock: FixedClock, log_in: LogIn) -> None:
    idle, used = log_in(OWNER), log_in(OWNER)
    hour = timedelta(hours=1).total_seconds()
    for _ in range(11):
        clock.sleep(hour)
        assert used.get("/orders").status_code == 200
    clock.sleep(hour)

    assert idle.get("/orders").status_code == 302
    assert used.get("/orders").status_code == 200


def test_no_session_lasts_for_ever(clock: FixedClock, log_in: LogIn) -> None:
    client = log_in(OWNER)
    answers = []
    for _ in range(31 * 3):
        clock.sleep(timedelta(hours=8).total_seconds())
        answers.append(client.get("/devices").status_code)

    assert answers == [200] * 89 + [302] * 4


def test_a_page_costs_one_query_for_its_person(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    statements: list[str] = []
    engine = shop.database._writing
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement))
    client.get("/log-in")

    asked = [statement for statement in statements if "web_sessions" in statement or "users" in statement]
    assert len(asked) == 1


def test_the_database_holds_no_token(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    with client.session_transaction() as session:
        token = session["_user_id"].partition(".")[0]
    with shop.database.begin_reading() as connection:
        (row,) = connection.execute(select(WebSessionRow)).all()

    assert len(token) >= 40
    assert token not in repr(row)


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
