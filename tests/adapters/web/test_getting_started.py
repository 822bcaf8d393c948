"""Getting started on the pages: shown where orders will be until it is hidden, and the sandbox only where there is one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in
from support.partners import MEMBER, add_member
from support.shop import OWNER, PROVIDER, Shop, ready

LogIn = Callable[[str], FlaskClient]


def test_the_empty_orders_page_shows_the_steps_until_an_admin_hides_them(log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "steps are done" in client.get("/orders").text
    assert "steps are done" not in client.get("/orders?q=7001").text, "who looks for something is told about that"

    hidden = press(client, "/orders", "/getting-started", wanted="hide")
    assert "You find them among the settings" in hidden.text
    assert "steps are done" not in client.get("/orders").text
    assert 'href="/getting-started"' in client.get("/settings").text

    press(client, "/getting-started", "/getting-started", wanted="show")
    assert "steps are done" in client.get("/orders").text


def test_members_see_the_steps_and_cannot_hide_them(shop: Shop, web: Flask) -> None:
    add_member(shop)
    client = web.test_client()
    send_log_in(client, MEMBER)
    page = client.get("/orders")
    assert "Most steps need an admin of your account." in page.text
    assert press(client, "/orders", "/getting-started", wanted="hide").status_code == 403


def test_with_orders_the_page_is_the_grid(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    assert "steps are done" not in log_in(OWNER).get("/orders").text


def test_a_3pl_is_led_to_its_clients_and_nobody_to_a_sandbox_that_is_not_there(log_in: LogIn) -> None:
    page = log_in(PROVIDER).get("/getting-started").text
    assert 'href="/clients/new"' in page or "Invite a client" in page
    assert "sandbox" not in page
