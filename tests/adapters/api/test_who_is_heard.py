"""Whom the addresses that programs call hear: whoever cannot prove what they say is answered alike, whatever is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.clock import FixedClock
from support.owned_rows import rows_of
from support.pages import whole_service
from support.remote_warehouses import RemoteWarehouses, Warehouse
from support.shop import OWNER, STRANGER, ListConnector, Shop, open_shop, ready
from werkzeug.test import TestResponse

from adapters.providers.http import signing
from engine.model.integrated_provider import IntegratedProvider
from engine.model.request import FulfillmentRequest, Work
from engine.model.store import StoreState
from engine.model.webhook import WebhookEvent, digest_of
from engine.services.accounts.accounts import add_location
from engine.services.connections.remove_connection import remove_connection
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.providers.connect_provider import add_provider
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.order_document import dumps
from storage.database import Database

TOKEN, OTHER_TOKEN, CLOSED_TOKEN = "t0ken-of-the-store", "t0ken-of-another", "t0ken-of-a-closed-one"


class CallingStore(ListConnector):
    """A store that calls: whatever it says, one note has changed."""

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        return True

    def parse_webhook(self, settings: Mapping[str, Any], body: bytes) -> WebhookEvent:
        return WebhookEvent(("n1",))


@dataclass
class Service:
    """A merchant with three providers' systems, one of them removed; another merchant with one; and all addresses."""

    shop: Shop
    client: FlaskClient
    providers: dict[str, IntegratedProvider]
    request: FulfillmentRequest  # lies with the first

    def say(self, address: str, secret: str | None, reference: str, number: int) -> TestResponse:
        """An event about a request, at the address of an account."""
        body = dumps({"type": "request.started", "data": {"reference": reference, "sequence": 1}})
        signed = {} if secret is None else signing.sign([secret], f"msg_{number}", self.shop.app.clock.now(), body)
        return self.client.post(f"/api/providers/{address}/events", data=body, headers=signed)

    def call(self, kind: str, store: str, token: str | None) -> TestResponse:
        query = {} if token is None else {"token": token}
        return self.client.post(f"/hooks/{kind}/{store}", query_string=query, data=b"{}")

    def merchants_rows(self) -> Any:
        with self.shop.database.begin_reading() as connection:
            return rows_of(connection, self.shop.merchant.id)


@pytest.fixture
def service(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Service:
    shop = open_shop(sqlite_database, clock, rules=None)
    systems, store = RemoteWarehouses(clock), CallingStore()
    shop.connector = store
    connectors = {**shop.app.connectors, store.describes.code: store}
    shop.app = replace(shop.app, provider_system=systems, connectors=connectors)
    shop.import_all(ready("1"))
    providers, warehouses = {}, dict[str, Warehouse]()
    with shop.app.reading() as unit:
        owner, stranger = (unit.users.list_by_email(email)[0] for email in (OWNER, STRANGER))
    for slug in (shop.merchant.slug, "elsewhere"):
        add_location(shop.app, slug, code="MAD1", country="ES")
    for name, actor in (("first", owner), ("second", owner), ("ended", owner), ("strangers", stranger)):
        seen = add_provider(shop.app, actor, name=name, url="https://norte.example")
        providers[name], warehouses[name] = seen.provider, systems.add(seen.provider.id, seen.provider.secrets.current)
    remove_connection(shop.app, owner, providers["ended"].connection_id)
    request = delegate_order(shop.app, shop.merchant.id, shop.order_id("1"), Asking("first"), owner.id)
    shop.work_off()
    return Service(shop, whole_service(shop.app, sqlite_database, tmp_path).test_client(), providers, request)


def same(answers: list[TestResponse]) -> tuple[int, str]:
    """The status and the words of all of them, down to their headers."""
    first = answers[0]
    for one in answers:
        assert (one.status_code, one.text, sorted(one.headers)) == (first.status_code, first.text, sorted(first.headers))
    return first.status_code, first.text


def test_an_event_is_heard_from_the_provider_that_was_asked_alone(service: Service) -> None:
    secrets = {name: one.secrets.current for name, one in service.providers.items()}
    ids = {name: one.id for name, one in service.providers.items()}
    addresses = [*ids.values(), service.shop.merchant.id, service.shop.provider.id, "acc_unknown"]
    before = service.merchants_rows()

    unsigned = [service.say(address, None, service.request.id, 0) for address in addresses]
    foreign = [
        service.say(address, secret, service.request.id, number)
        for number, address in enumerate(addresses)
        for secret in (*secrets.values(), signing.new_secret())
        if ids.get(next((name for name, one in secrets.items() if one == secret), "")) != address
    ]
    status, words = same(unsigned)
    assert (status, "webhook-signature are needed" in words) == (401, True)
    status, words = same(foreign)
    assert (status, "not_genuine" in words) == (401, True)
    assert len(foreign) == 7 * 5 - 4

    for name in ("second", "ended", "strangers"):
        theirs = service.say(ids[name], secrets[name], service.request.id, 100)
        nobodys = service.say(ids[name], secrets[name], "ffr_nobodys", 101)
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert theirs.text.replace(service.request.id, "ffr_nobodys") == nobodys.text
    assert service.merchants_rows() == before

    heard = service.say(ids["first"], secrets["first"], service.request.id, 200)
    assert (heard.status_code, heard.json) == (
        200,
        {"result": "done", "reference": service.request.id, "state": "accepted", "work": Work.IN_PROGRESS},
    )


def test_a_store_is_heard_with_its_own_secret_alone(service: Service) -> None:
    shop = service.shop
    form = StoreForm("brightpearl", "Second", {"channels": ["2"]}, {"username": "u", "password": "p"})
    second, closed = (connect_store(shop.app, shop.merchant.slug, replace(form, name=name)) for name in ("Second", "Closed"))
    with shop.app.unit_of_work() as unit:
        for store, token in ((shop.store, TOKEN), (second, OTHER_TOKEN), (closed, CLOSED_TOKEN)):
            unit.stores.keep_webhooks(shop.merchant.id, store.id, digest_of(token), ("12",))
        unit.stores.set_state(shop.merchant.id, closed.id, StoreState.CLOSED)
        [client] = [one.store_id for one in unit.connections.list_for_provider(shop.provider.id)]
        unit.commit()
    before = service.merchants_rows()

    answers = [
        service.call("brightpearl", shop.store.id, None),
        service.call("brightpearl", shop.store.id, "guessed"),
        service.call("brightpearl", shop.store.id, OTHER_TOKEN),
        service.call("client", shop.store.id, TOKEN),
        service.call("unknown", shop.store.id, TOKEN),
        service.call("brightpearl", closed.id, CLOSED_TOKEN),
        service.call("brightpearl", "sto_unknown", TOKEN),
        service.call("client", str(client), None),
        service.call("client", str(client), ""),
    ]
    assert same(answers) == (404, "")
    assert service.merchants_rows() == before

    assert service.call("brightpearl", shop.store.id, TOKEN).status_code == 204
    assert service.merchants_rows() != before
