"""Signing up, a new password and invitations, as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from structlog.testing import capture_logs
from support.browsing import press, send_log_in, token_of, words_of
from support.clock import FixedClock
from support.mailbox import last_to, mails_to, path_in, token_in
from support.shop import OWNER, PASSWORD, PROVIDER, STRANGER, Shop
from werkzeug.test import TestResponse

from adapters.web.application import create_web
from engine.services.accounts.invitations import invite_colleague
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]

NEW = "nia@nueva.example"
NEW_PASSWORD = "tractor velvet onion sky"
WANTED = {"name": "Nueva S.L.", "country": "PT", "email": NEW, "password": NEW_PASSWORD}


def send(client: FlaskClient, page: str, **form: str) -> TestResponse:
    """Fill a page's form in and send it."""
    return client.post(page, data={"csrf_token": token_of(client.get(page)), **form})


def invite(shop: Shop, email: str = NEW, role: str = "member") -> str:
    with shop.app.reading() as uow:
        [owner] = uow.users.list_for(shop.merchant.id)
    invite_colleague(shop.app, shop.merchant.id, by=owner, email=email, role=role, language="en")
    return path_in(last_to(shop.app, email))


def test_a_person_signs_up_and_is_in_their_account(shop: Shop, web: Flask, anonymous: FlaskClient) -> None:
    assert "Sign up" in words_of(anonymous.get("/log-in"))
    asked = send(anonymous, "/sign-up", **WANTED)
    assert (asked.status_code, "Check your inbox" in words_of(asked)) == (200, True)
    link = path_in(last_to(shop.app, NEW))

    for _ in range(2):
        seen = words_of(anonymous.get(link))
        assert "Create the account Nueva S.L.?" in seen
        assert NEW in seen
    assert not send_log_in(anonymous, NEW, NEW_PASSWORD).location

    made = send(anonymous, link)
    assert (made.status_code, made.location) == (302, "/")
    page = anonymous.get("/", follow_redirects=True)
    assert "The account Nueva S.L. is there." in words_of(page)
    assert anonymous.get(link).status_code == 410
    assert send_log_in(web.test_client(), NEW, NEW_PASSWORD).status_code == 302


def test_a_sign_up_is_confirmed_in_another_browser_by_its_password(shop: Shop, web: Flask, anonymous: FlaskClient) -> None:
    send(anonymous, "/sign-up", **WANTED)
    link, elsewhere = path_in(last_to(shop.app, NEW)), web.test_client()
    assert "This is not the browser in which you signed up" in words_of(elsewhere.get(link))

    assert send(elsewhere, link).status_code == 422
    wrong = send(elsewhere, link, password="not that one")
    assert (wrong.status_code, "That is not the password" in words_of(wrong)) == (422, True)
    assert send(elsewhere, link, password=NEW_PASSWORD).location == "/"
    assert elsewhere.get("/orders").status_code == 200


def without_tokens(page: TestResponse, address: str) -> str:
    return re.sub(r'value="[^"]{40,}"', "", page.text).replace(address, "ADDRESS")


def test_a_sign_up_tells_nobody_who_has_an_account(shop: Shop, web: Flask) -> None:
    known, unknown = (send(web.test_client(), "/sign-up", **{**WANTED, "email": email}) for email in (OWNER, NEW))

    assert (known.status_code, without_tokens(known, OWNER)) == (unknown.status_code, without_tokens(unknown, NEW))
    assert set(dict(known.headers)) == set(dict(unknown.headers))
    assert "You log in with it already" in str(last_to(shop.app, OWNER).content)
    assert path_in(last_to(shop.app, OWNER)) == "/log-in"


@pytest.mark.parametrize(("page", "form", "most"), [("/sign-up", WANTED, 0), ("/forgot-password", {}, 6)])
def test_the_answer_takes_the_same_work(shop: Shop, web: Flask, page: str, form: dict[str, str], most: int) -> None:
    counts = []
    for email in (OWNER, NEW):
        client = web.test_client()
        data = {**form, "email": email, "csrf_token": token_of(client.get(page))}
        statements: list[str] = []
        listener = lambda _c, _k, statement, *_: statements.append(statement)  # noqa: E731, B023 - one each
        event.listen(shop.database._writing, "before_cursor_execute", listener)
        client.post(page, data=data)
        event.remove(shop.database._writing, "before_cursor_execute", listener)
        counts.append(len(statements))

    assert 0 <= counts[0] - counts[1] <= most


def test_a_country_with_several_zones_asks_for_one(shop: Shop, anonymous: FlaskClient) -> None:
    assert "Time zone" not in words_of(anonymous.get("/sign-up"))
    asked = send(anonymous, "/sign-up", **{**WANTED, "country": "US"})

    assert asked.status_code == 422
    assert "The country has several time zones: choose yours." in words_of(asked)
    assert "America/Chicago" in asked.text
    assert NEW_PASSWORD not in asked.text
    assert mails_to(shop.app, NEW) == []
    assert send(anonymous, "/sign-up", **WANTED, time_zone="x").status_code == 200, "where there is one, it is that"
    chosen = send(anonymous, "/sign-up", **{**WANTED, "country": "US", "time_zone": "America/Chicago"})
    assert chosen.status_code == 200
    assert "America/Chicago" in words_of(anonymous.get(path_in(last_to(shop.app, NEW))))


def test_the_country_is_that_of_the_browser_to_begin_with(anonymous: FlaskClient) -> None:
    page = anonymous.get("/sign-up", headers={"Accept-Language": "es-MX,es;q=0.8"})

    assert '<option selected value="MX">México</option>' in page.text
    assert "Zona horaria" in words_of(page)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Enter the name of the company."),
        ({"country": ""}, "Choose the country."),
        ({"country": "XX"}, "Not a valid choice"),
        ({"email": "nobody"}, '"nobody" is not an e-mail address.'),
        ({"password": "short"}, "The password has 5 characters"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(anonymous: FlaskClient, changes: dict[str, str], sentence: str) -> None:
    page = send(anonymous, "/sign-up", **{**WANTED, **changes})

    assert page.status_code == 422
    assert sentence in words_of(page)
    assert "write the password again" in words_of(page)


def test_sign_up_can_be_switched_off(shop: Shop) -> None:
    web = create_web(shop.app, Queries(shop.database), secret=b"k" * 32, sign_up_is_open=False)
    client = web.test_client()

    assert "/sign-up" not in client.get("/log-in").text
    for page in ("/sign-up", "/sign-up/token"):
        answer = client.get(page)
        assert (answer.status_code, "Nobody signs up here by themselves" in words_of(answer)) == (404, True)
    send_log_in(client, OWNER)
    assert client.get("/accounts/new").status_code == 404
    assert "/accounts/new" not in client.get("/settings/profile").text


def test_a_further_account_is_made_without_a_mail(log_in: LogIn, shop: Shop, web: Flask) -> None:
    client = log_in(OWNER)
    assert client.get("/sign-up").location == "/accounts/new"
    assert send(client, "/accounts/new", name="", country="PT").status_code == 422
    assert send(client, "/accounts/new", name="Casa Azul", country="PT").location == "/"

    assert "Casa Azul" in words_of(client.get("/orders"))
    assert mails_to(shop.app, OWNER) == []
    assert send_log_in(web.test_client(), OWNER).location == "/accounts?next=/"


def test_a_lost_password_is_replaced_and_every_session_ends(shop: Shop, anonymous: FlaskClient, log_in: LogIn) -> None:
    elsewhere = log_in(OWNER)
    assert "/forgot-password" in anonymous.get("/log-in").text
    sent = send(anonymous, "/forgot-password", email=OWNER.upper())
    assert (sent.status_code, "Check your inbox" in words_of(sent)) == (200, True)
    link = path_in(last_to(shop.app, OWNER))

    assert OWNER in words_of(anonymous.get(link))
    assert "The password has 5 characters" in words_of(send(anonymous, link, password="short"))
    done = send(anonymous, link, password=NEW_PASSWORD)

    assert (done.status_code, done.location) == (302, "/log-in")
    assert "The password is changed, and every session has ended." in words_of(anonymous.get("/log-in"))
    assert elsewhere.get("/orders").status_code == 302
    assert send_log_in(anonymous, OWNER).status_code == 401
    assert send_log_in(anonymous, OWNER, NEW_PASSWORD).status_code == 302
    assert "has been used already" in words_of(anonymous.get(link))


def test_nobody_learns_from_a_lost_password_who_has_an_account(web: Flask) -> None:
    known, unknown = (send(web.test_client(), "/forgot-password", email=email) for email in (OWNER, NEW))

    assert (known.status_code, without_tokens(known, OWNER)) == (unknown.status_code, without_tokens(unknown, NEW))


def test_a_new_person_joins_by_choosing_a_password(shop: Shop, web: Flask, anonymous: FlaskClient) -> None:
    link = invite(shop)
    seen = words_of(anonymous.get(link))
    assert "Join Casa Verde" in seen
    assert "Choose a password to log in with" in seen

    assert send(anonymous, link, password="short").status_code == 422
    assert send(anonymous, link, password=NEW_PASSWORD).location == "/"
    page = words_of(anonymous.get("/orders"))
    assert "Welcome to Casa Verde." in page
    assert NEW in page
    assert send_log_in(web.test_client(), NEW, NEW_PASSWORD).status_code == 302


def test_who_is_known_joins_by_the_password_they_have(shop: Shop, anonymous: FlaskClient) -> None:
    link = invite(shop, PROVIDER)
    assert "enter the password that you have" in words_of(anonymous.get(link))

    wrong = send(anonymous, link, password=NEW_PASSWORD)
    assert (wrong.status_code, "That is not the password of this address." in words_of(wrong)) == (422, True)
    assert send(anonymous, link, password=PASSWORD).location == "/"
    assert "Casa Verde" in words_of(anonymous.get("/orders"))


def test_only_the_invited_address_accepts(shop: Shop, log_in: LogIn) -> None:
    link = invite(shop, PROVIDER)
    stranger, invited = log_in(STRANGER), log_in(PROVIDER)

    refused = stranger.get(link)
    assert (refused.status_code, "This invitation is for somebody else" in words_of(refused)) == (403, True)
    token = token_of(stranger.get("/orders"))
    assert stranger.post(link, data={"csrf_token": token, "password": PASSWORD}).status_code == 403
    assert 'type="password"' not in invited.get(link).text
    assert send(invited, link).location == "/"


def test_links_say_why_they_no_longer_work(shop: Shop, clock: FixedClock, anonymous: FlaskClient) -> None:
    first = invite(shop)
    second = invite(shop)
    assert (anonymous.get(first).status_code, anonymous.get(second).status_code) == (410, 200)
    assert "A newer mail has replaced this link" in words_of(anonymous.get(first))
    clock.sleep(timedelta(days=7).total_seconds())
    assert "This link is too old" in words_of(anonymous.get(second))
    for page in ("/join/x", "/sign-up/x", "/new-password/x", "/join/sent%00"):
        assert anonymous.get(page).status_code == 404


@pytest.mark.parametrize("page", ["/sign-up", "/forgot-password", "/join/x", "/new-password/x", "/sign-up/x"])
def test_attempts_are_limited_for_each_network_address(web: Flask, page: str) -> None:
    client = web.test_client()
    form = {"csrf_token": token_of(client.get("/log-in"))}
    answers = [client.post(page, data=form).status_code for _ in range(11)]

    assert answers[-1] == 429
    assert 429 not in answers[:-1]
    assert client.post(page, data=form, environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code != 429


@pytest.mark.parametrize("email", [OWNER, NEW])
def test_nobody_has_mails_sent_to_one_address_without_end(web: Flask, email: str) -> None:
    client = web.test_client()
    form = {"csrf_token": token_of(client.get("/log-in")), "email": email}
    from_many = [f"10.0.{number}.1" for number in range(11)]
    answers = [client.post("/forgot-password", data=form, environ_base={"REMOTE_ADDR": one}).status_code for one in from_many]

    assert answers == [200] * 10 + [429]


def test_tokens_stay_out_of_the_log_and_of_other_sites(shop: Shop, web: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    link, client = invite(shop), web.test_client()
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]
    monkeypatch.setattr("adapters.web.entering.joining.find_invitation", fail)
    with capture_logs() as logs:
        assert client.get(link).status_code == 500

    assert [entry["path"] for entry in logs] == ["/join/<token>"]
    assert token_in(last_to(shop.app, NEW)) not in repr(logs)


def test_a_form_of_another_site_signs_nobody_up(shop: Shop, anonymous: FlaskClient) -> None:
    link = invite(shop)
    for page, form in (("/sign-up", WANTED), ("/forgot-password", {"email": OWNER}), (link, {"password": NEW_PASSWORD})):
        assert anonymous.post(page, data=form).status_code == 400
    assert mails_to(shop.app, OWNER) == []


def test_a_person_who_signs_up_leaves_the_session_of_before(shop: Shop, web: Flask, log_in: LogIn) -> None:
    other = web.test_client()
    send(other, "/sign-up", **WANTED)
    client = log_in(STRANGER)
    send(client, path_in(last_to(shop.app, NEW)), password=NEW_PASSWORD)

    assert "Nueva S.L." in words_of(client.get("/orders"))
    assert "Log in" in words_of(press(client, "/orders", "/log-out"))
