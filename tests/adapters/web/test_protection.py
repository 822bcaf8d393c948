"""Every page, as owner, as somebody of another account, and without a log-in; and what protects them all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from support.browsing import send_log_in, token_of, words_of
from support.clock import FixedClock
from support.shop import OWNER, PROVIDER, STRANGER, Shop, open_shop, overseas, ready

from adapters.health import Health
from adapters.web.application import create_web
from adapters.web.security import LONGEST_FORM_BYTES
from storage.database import Database
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]
PUBLIC = {
    *("healthz", "readyz", "static", "session.home", "session.log_in", "session.set_language", "session.choose_account"),
    "session.set_theme",
    *("rule_language.schema", "rule_language.rule_catalogue"),
    *("sign_up.sign_up", "sign_up.verify", "passwords.forgot", "passwords.choose", "joining.join"),
}


@pytest.fixture
def order_id(shop: Shop) -> str:
    shop.import_all(overseas("7001"), ready("7002"))
    shop.work_off()
    return shop.order_id("7001")


def addresses(web: Flask, method: str, order_id: str) -> list[str]:
    """The address of every page that asks for a log-in."""
    adapter = web.url_map.bind("localhost")
    rules = [rule for rule in web.url_map.iter_rules() if rule.endpoint not in PUBLIC and method in (rule.methods or ())]
    return [adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, order_id), method) for rule in rules]


def test_without_a_log_in_every_page_asks_for_one(web: Flask, order_id: str) -> None:
    pages = addresses(web, "GET", order_id)
    assert len(pages) >= 4
    for page in pages:
        answer = web.test_client().get(page)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/log-in?next={page}")


def test_without_a_log_in_no_button_works(web: Flask, order_id: str) -> None:
    actions = addresses(web, "POST", order_id)
    assert len(actions) >= 3
    for action in actions:
        client = web.test_client()
        answer = client.post(action, data={"csrf_token": token_of(client.get("/log-in"))})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/log-in")


def test_a_form_of_another_site_changes_nothing(web: Flask, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    for action in [*addresses(web, "POST", order_id), "/language", "/log-in"]:
        answer = client.post(action, data={"language": "es"})
        assert answer.status_code == 400
        assert "This page has been open for too long" in words_of(answer)
    assert "On hold" in words_of(client.get(f"/orders/{order_id}"))


def test_an_order_is_there_for_its_account_alone(log_in: LogIn, order_id: str) -> None:
    for page in (f"/orders/{order_id}", f"/orders/{order_id}?decision=dec_unknown"):
        assert log_in(STRANGER).get(page).status_code == 404
        assert log_in(PROVIDER).get(page).status_code == 404
    assert log_in(OWNER).get(f"/orders/{order_id}").status_code == 200
    assert log_in(OWNER).get(f"/orders/{order_id}?decision=dec_unknown").status_code == 404


def test_the_buttons_of_an_order_work_for_its_account_alone(shop: Shop, log_in: LogIn, order_id: str) -> None:
    client = log_in(STRANGER)
    token = token_of(client.get("/orders"))
    for action in ("release", "reprocess"):
        assert client.post(f"/orders/{order_id}/{action}", data={"csrf_token": token}).status_code == 404
    with shop.app.reading() as uow:
        assert uow.orders.get(shop.merchant.id, order_id).status() == "on_hold"
        assert [entry.action for entry in uow.audit.list_for(shop.merchant.id, order_id)] == ["order.imported"]


def test_a_decision_of_another_order_is_not_shown(shop: Shop, log_in: LogIn, order_id: str) -> None:
    with shop.app.reading() as uow:
        other = uow.orders.get(shop.merchant.id, shop.order_id("7002")).decision_id

    assert log_in(OWNER).get(f"/orders/{order_id}?decision={other}").status_code == 404


def test_lists_hold_what_belongs_to_the_account(log_in: LogIn, order_id: str) -> None:
    for page in ("/orders", "/orders/parked"):
        assert "Ana Núñez" not in log_in(STRANGER).get(page).text
    assert log_in(STRANGER).get("/requests").status_code == 404
    assert log_in(OWNER).get("/requests").status_code == 404
    assert "7002" in log_in(PROVIDER).get("/requests").text


def test_it_is_alive_without_a_log_in(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/healthz")

    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok", "text/plain")
    assert "Set-Cookie" not in answer.headers


def test_it_is_ready_when_every_part_works(shop: Shop) -> None:
    works = {"database": True, "worker": True}
    health = Health()
    health.add("database", lambda: works["database"])
    health.add("worker", lambda: works["worker"])
    client = create_web(shop.app, Queries(shop.database), secret=b"k" * 32, health=health).test_client()

    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ready", "parts": {"database": "ok", "worker": "ok"}})
    works["worker"] = False
    health.add("schedule", lambda: True)
    unready = client.get("/readyz")
    said = {"status": "not ready", "parts": {"database": "ok", "worker": "failed", "schedule": "ok"}}
    assert (unready.status_code, unready.json) == (503, said)
    assert "Set-Cookie" not in unready.headers


@pytest.mark.parametrize("page", ["/log-in", "/orders", "/nothing", "/healthz", "/static/relevo.css"])
def test_every_answer_is_protected(log_in: LogIn, page: str) -> None:
    with log_in(OWNER).get(page) as answer:
        headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))

    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert ("no-store" in headers["Cache-Control"]) == (not page.startswith("/static"))


def test_no_page_has_a_script_or_a_style_inside(web: Flask, log_in: LogIn, order_id: str) -> None:
    client = log_in(OWNER)
    for page in [*addresses(web, "GET", order_id), "/nothing"]:
        text = client.get(page).text
        assert not any(forbidden in text for forbidden in ("<style", " style=", " onclick", "javascript:"))
        assert re.findall(r"<script(?! src=\"/static/[^\"]+\" defer></script>)", text) == []


def test_problems_are_told_in_words(web: Flask, log_in: LogIn) -> None:
    client = log_in(OWNER)
    missing = client.get("/orders/ord_missing")
    too_large = client.post("/log-out", data={"x": "y" * (LONGEST_FORM_BYTES + 1)})

    assert (missing.status_code, too_large.status_code) == (404, 413)
    assert "There is nothing here" in words_of(missing)
    assert "That was too much at once" in words_of(too_large)
    assert "Aquí no hay nada" in words_of(web.test_client().get("/nothing", headers={"Accept-Language": "es-MX"}))


def test_a_failure_is_logged_with_a_number_and_no_traceback_reaches_the_person(
    web: Flask, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(OWNER)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full of secrets")

    monkeypatch.setattr("adapters.web.orders.listing.list_rule_and_provider_names", fail)
    with capture_logs() as logs:
        page = client.get("/orders", headers={"Accept-Language": "es"})

    assert page.status_code == 500
    assert "Algo ha fallado aquí" in words_of(page)
    assert "secrets" not in page.text
    assert "Traceback" not in page.text
    (entry,) = [entry for entry in logs if entry["event"] == "page failed"]
    assert entry["path"] == "/orders"
    assert isinstance(entry["exc_info"][1], RuntimeError)
    assert entry["incident"] in page.text


def test_the_page_about_a_failure_needs_no_database(web: Flask, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = log_in(OWNER)

    def fail(_kept: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(web.login_manager, "_user_callback", fail)  # type: ignore[attr-defined]
    with capture_logs():
        page = client.get("/orders")

    assert page.status_code == 500
    assert "Something went wrong here" in words_of(page)


def test_both_databases_serve_the_pages(database: Database, clock: FixedClock) -> None:
    shop = open_shop(database, clock)
    shop.import_all(overseas("7001"), ready("7002"))
    client = create_web(shop.app, Queries(database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)

    for page in ("/orders?q=ana&flag=invalid_service", "/orders", "/orders/parked", f"/orders/{shop.order_id('7001')}"):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("address", ["/orders/a%00b", "/orders?after=%00", "/stores/%00/settings"])
def test_an_address_with_nul_leads_nowhere(log_in: LogIn, address: str) -> None:
    assert log_in(OWNER).get(address).status_code == 404
