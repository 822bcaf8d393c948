"""Which language, region and time zone a page has."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, words_of
from support.clock import FixedClock
from support.shop import OWNER, Shop, open_shop, ready

from adapters.web.application import create_web
from storage.database import Database
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    ("asked", "heading"),
    [("es-MX,es;q=0.9,en;q=0.8", "Entrar"), ("en-GB", "Log in"), ("fr", "Log in"), ("", "Log in"), ("fr,es;q=0.1", "Entrar")],
)
def test_before_the_log_in_the_browser_decides(anonymous: FlaskClient, asked: str, heading: str) -> None:
    page = anonymous.get("/log-in", headers={"Accept-Language": asked})

    assert f"<h1>{heading}</h1>" in page.text
    assert f'<html lang="{"es" if heading == "Entrar" else "en"}">' in page.text


def test_browsers_that_ask_for_nothing_known_get_the_operators_language(shop: Shop) -> None:
    web = create_web(shop.app, Queries(shop.database), secret=b"k" * 32, language="es")

    assert "<h1>Entrar</h1>" in web.test_client().get("/log-in", headers={"Accept-Language": "fr"}).text


def test_after_the_log_in_the_persons_language_decides(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock, language="es")
    client = create_web(shop.app, Queries(sqlite_database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)

    assert "<h1>Pedidos</h1>" in client.get("/orders", headers={"Accept-Language": "en"}).text


def test_a_language_can_be_chosen_and_stays(log_in: LogIn) -> None:
    client = log_in(OWNER)
    after = press(client, "/orders?q=a", "/language", language="es", back="/orders?q=a")

    assert "<h1>Pedidos</h1>" in after.text
    assert after.request.path == "/orders"
    assert after.request.args["q"] == "a"
    assert "<h1>Pedidos</h1>" in client.get("/orders").text
    assert "<h1>Entrar</h1>" in press(client, "/orders", "/log-out").text


def test_the_language_form_leads_nowhere_else_and_takes_no_other_language(log_in: LogIn) -> None:
    client = log_in(OWNER)

    assert press(client, "/orders", "/language", language="fr", back="/orders").status_code == 400
    assert press(client, "/orders", "/language", language="es", back="https://evil.example").request.path == "/orders"


def test_a_form_that_came_back_refused_leads_to_itself_in_the_other_language(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    refused = press(client, "/settings/shipping/providers/new", "/settings/shipping/providers/new", name="")
    assert refused.status_code == 422
    assert 'name="back" value="/settings/shipping/providers/new"' in refused.text


@pytest.mark.parametrize(
    ("country", "zone"), [("US", "America/New_York"), ("ES", "Europe/Madrid"), ("MX", "America/Mexico_City")]
)
def test_amounts_and_times_look_as_in_the_persons_language_whatever_the_accounts_country(
    sqlite_database: Database, clock: FixedClock, country: str, zone: str
) -> None:
    shop = open_shop(sqlite_database, clock, country=country, time_zone=zone)
    shop.import_all(ready("7001", order_total=Decimal("1234.50"), order_date="2026-03-01T23:30:00Z"))
    client = create_web(shop.app, Queries(sqlite_database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)
    local = clock.now().astimezone(ZoneInfo(zone))

    page = words_of(client.get("/orders"))
    assert "€1,234.50" in page
    assert f"2 Mar 2026, {local:%H:%M}" in page
    page = words_of(press(client, "/orders", "/language", language="es", back="/orders"))
    assert "1.234,50 €" in page
    assert f"2 mar 2026, {local:%-H:%M}" in page


def test_a_day_is_the_day_in_the_accounts_time_zone(shop: Shop, log_in: LogIn, web: Flask) -> None:
    shop.import_all(ready("7001", order_date="2026-03-01T23:30:00Z"))

    assert "7001 SHOP-7001 2 Mar 2026" in words_of(log_in(OWNER).get("/orders"))
