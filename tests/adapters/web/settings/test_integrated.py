"""Adding a provider with a system of its own on the pages, its health, and its secret."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.clock import FixedClock
from support.pages import pages_over
from support.partners import MEMBER, add_member
from support.shop import OWNER, STRANGER, Shop, open_shop, ready

from adapters.providers.http.system import HttpProviderSystem
from adapters.sandboxes.provider import ProviderServer
from engine.services.accounts.accounts import add_location
from engine.services.providers.connect_provider import list_integrated
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
NEW = "/settings/shipping/providers/new"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock)
    shop.app = replace(shop.app, provider_system=HttpProviderSystem(clock, (ipaddress.ip_network("127.0.0.0/8"),)))
    add_location(shop.app, shop.merchant.slug, code="MAD1", country="ES")
    add_member(shop)
    return shop


@pytest.fixture
def web(shop: Shop) -> Flask:
    return pages_over(shop.app, shop.database)


@pytest.fixture
def server(clock: FixedClock) -> Iterator[ProviderServer]:
    with ProviderServer(post=lambda headers, body: 200) as running:
        running.now = clock.now  # type: ignore[method-assign]
        yield running


def add(client: FlaskClient, name: str, url: str) -> tuple[int, str]:
    answer = client.post(NEW, data={"csrf_token": token_of(client.get("/orders")), "name": name, "url": url})
    return answer.status_code, words_of(answer)


def test_an_admin_adds_a_provider_and_sees_its_secret_once(shop: Shop, log_in: LogIn, server: ProviderServer) -> None:
    client = log_in(OWNER)
    assert "Add provider with its own system" in words_of(client.get("/settings/shipping/providers"))
    status, words = add(client, "", "")
    assert status == 422
    assert "Name the provider in 1 to 100 characters." in words
    assert "Write the address that the provider gave you." in words
    assert "is not encrypted" in add(client, "Norte", "http://8.8.8.8/x")[1]

    status, words = add(client, "Norte", server.url)
    assert status == 200
    [seen] = list_integrated(shop.app, shop.merchant.id)
    secret = seen.provider.secrets.current
    assert secret in words
    assert f"/api/providers/{seen.provider.id}/events" in words
    assert add(client, "NORTE", server.url)[0] == 422

    address = f"/connections/{seen.connection.id}"
    for page in ("/settings/shipping/providers", address):
        words = words_of(client.get(page))
        assert "Norte" in words
        assert "Has not answered yet" in words
        assert secret not in words
    words = words_of(client.get(address))
    assert "Notes on the order" in words[words.index("Stays with you") :]
    assert "the operator of this service" not in words

    form = {"csrf_token": token_of(client.get(address))}
    failed = words_of(client.post(f"{address}/test", data=form, follow_redirects=True))
    assert "does not accept the signature" in failed
    assert "Failing since" in words_of(client.get("/settings/shipping/providers"))
    server.secret = secret
    assert "Norte answers and knows the secret." in words_of(client.post(f"{address}/test", data=form, follow_redirects=True))
    assert "Last answered" in words_of(client.get(address))
    assert "The secret of before counts until" in words_of(client.post(f"{address}/secret", data=form))
    assert list_integrated(shop.app, shop.merchant.id)[0].provider.secrets.current != secret

    removed = words_of(client.post(f"{address}/remove", data=form, follow_redirects=True))
    assert "The connection with Norte is removed." in removed


def test_orders_are_delegated_to_it_like_to_any_other(shop: Shop, log_in: LogIn, server: ProviderServer) -> None:
    client = log_in(OWNER)
    add(client, "Norte", server.url)
    server.secret = list_integrated(shop.app, shop.merchant.id)[0].provider.secrets.current
    shop.import_all(ready("7001", items=[{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]))
    order = shop.order_id("7001")
    page = client.get(f"/orders/{order}")
    assert "Norte" in words_of(page)
    form = {"csrf_token": token_of(page), "provider": "norte", "line": "1", "quantity-1": "1"}
    client.post(f"/orders/{order}/delegate", data=form)
    shop.work_off()

    assert [one["state"] for one in server.orders.to_data()] == ["accepted"]
    assert "Norte" in words_of(client.get(f"/orders/{order}"))


def test_members_look_and_strangers_find_nothing(shop: Shop, log_in: LogIn, server: ProviderServer) -> None:
    add(log_in(OWNER), "Norte", server.url)
    [seen] = list_integrated(shop.app, shop.merchant.id)
    address = f"/connections/{seen.connection.id}"
    member, stranger = log_in(MEMBER), log_in(STRANGER)
    assert "Norte" in words_of(member.get(address))
    assert "Test the connection" not in words_of(member.get(address))
    assert member.get(NEW).status_code == 403
    for client, status in ((member, 403), (stranger, 404)):
        form = {"csrf_token": token_of(client.get("/orders"))}
        for action in ("test", "secret"):
            assert client.post(f"{address}/{action}", data=form).status_code == status
    assert stranger.get(address).status_code == 404
