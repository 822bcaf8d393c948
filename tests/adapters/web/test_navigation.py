"""Where people find what, in both languages, and that nobody is led to a page that is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press
from support.shop import OWNER, PASSWORD, PROVIDER, Shop

from engine.services.accounts.people import add_person

LogIn = Callable[[str], FlaskClient]


def links(page: str, name: str) -> dict[str, str]:
    """The links of a navigation by their words."""
    found = re.search(rf'<nav[^>]*aria-label="{name}">(.*?)</nav>', page, re.DOTALL)
    assert found is not None
    return {words: address for address, words in re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a>', found[1])}


@pytest.mark.parametrize(
    ("email", "language", "expected"),
    [
        (OWNER, "en", ["Inbox", "Orders", "Sales channels", "Rules", "Shipping", "Insights", "Settings"]),
        (OWNER, "es", ["Bandeja", "Pedidos", "Canales de ventas", "Reglas", "Envíos", "Estadísticas", "Configuración"]),
        (PROVIDER, "en", ["Inbox", "Orders", "Sales channels", "Rules", "Shipping", "Insights", "Settings"]),
        (PROVIDER, "es", ["Bandeja", "Pedidos", "Canales de ventas", "Reglas", "Envíos", "Estadísticas", "Configuración"]),
    ],
)
def test_the_main_navigation_leads_to_pages_that_are_there(log_in: LogIn, email: str, language: str, expected: list[str]) -> None:
    client = log_in(email)
    page = press(client, "/orders", "/language", language=language, back="/orders").text
    found = links(page, "Main" if language == "en" else "Principal")

    assert list(found) == expected
    assert [client.get(address).status_code for address in found.values()] == [200] * len(expected)
    assert f'popovertarget="main-nav">{"Menu" if language == "en" else "Menú"}</button>' in page


def test_clients_are_beside_stores_for_those_who_have_some(log_in: LogIn) -> None:
    assert list(links(log_in(OWNER).get("/stores").text, "Sales channels")) == ["Stores", "Reconciliation"]
    provider = log_in(PROVIDER)
    assert links(provider.get("/stores").text, "Sales channels") == {
        "Stores": "/stores",
        "Clients": "/clients",
        "Reconciliation": "/reconciliation",
    }
    assert 'aria-current="page">Clients</a>' in provider.get("/clients").text
    assert 'aria-current="page">Sales channels</a>' in provider.get("/clients/new").text


def test_the_settings_lead_to_each_of_them(log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = client.get("/settings").text
    found = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', page)

    expected = [
        "Account",
        "Getting started",
        "People",
        "Mail",
        "Fulfillment providers",
        "Carrier accounts",
        "Packages",
        "Ship-from locations",
        "Print stations",
        "Lists",
        "Your profile",
        "Your devices",
    ]
    assert [name for _, name in found] == expected
    for address, name in found:
        answer = client.get(address)
        assert f"<h1>{name}</h1>" in answer.text
        place = "Rules" if name == "Lists" else "Settings"  # which rules compare with: found in both, and at home there
        assert f'aria-current="page">{place}</a>' in answer.text


def test_who_has_several_accounts_can_switch(shop: Shop, log_in: LogIn) -> None:
    assert "Switch account" not in log_in(OWNER).get("/orders").text
    add_person(shop.app, shop.merchant.slug, email=PROVIDER, role="member", password=PASSWORD, language="en")
    client = log_in(PROVIDER)
    press(client, "/accounts", "/accounts", account=shop.merchant.slug)

    assert '<a href="/accounts">Switch account</a>' in client.get("/orders").text
