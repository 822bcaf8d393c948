"""No secret is anywhere in clear: a store's whole life by the pages, with every failure, and then everything is searched."""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.brightpearl_access import ACCESS, give_consent, settings_of
from support.browsing import press, send_log_in
from support.sandbox_shop import STORE_PASSWORD, SandboxShop
from support.shipping import new_order, reference, ship
from support.shop import OWNER
from werkzeug.test import TestResponse

from adapters.api.hooks import add_hooks
from adapters.log import set_up_logging
from adapters.sandboxes.brightpearl.shop.catalogue import CHANNELS
from adapters.stores.brightpearl.auth.signed_app import sign
from adapters.web.application import create_web
from engine.jobs.worker import drain
from engine.model.store import Store, StoreState
from engine.model.webhook import digest_of
from engine.ports import StoreError
from engine.services.stores.change_store import StoreChanges, update_store
from engine.services.stores.store_webhooks import repair_webhooks, turn_on
from storage.errors import StorageError
from storage.queries import Queries

WRONG = "hush-hush-not-it-77"
SERVICE = "https://relevo.example"
FORM = "/stores/connect/brightpearl"
SECRETS = {"password", "token", "developer_secret", "client_secret"}  # of the fields of the forms
MORE_CHANNELS = range(11, 11 + len(ACCESS))
KINDS = {"account_token": "account", "staff_token": "staff", "signed_token": "public"}


@dataclass
class Life:
    """What happens to the stores of a shop, and all that can be seen of it."""

    shop: SandboxShop
    web: Flask
    client: FlaskClient
    folder: Path
    log: io.StringIO
    words: list[str]  # every random word that was made up meanwhile
    pages: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def see(self, page: TestResponse) -> TestResponse:
        self.pages.append(page.text)
        return page

    def pass_days(self, days: int) -> None:
        """Time goes by; then somebody logs in anew, as the session is over."""
        self.shop.clock.sleep(days * 86_400)
        assert send_log_in(self.client, OWNER).status_code == 302

    def connect(self, auth: str, **changes: str) -> None:
        own = str(MORE_CHANNELS[list(ACCESS).index(auth)])  # each store has one of its own
        settings = {
            **settings_of(self.shop.server, auth),
            "channel_ids": own,
            "on_ship": "mark_shipped",
            "name": f"By {auth}",
        }
        form = {**{name: str(value) for name, value in settings.items()}, **ACCESS[auth][1], **changes}
        page = self.see(press(self.client, f"{FORM}?auth={auth}", f"{FORM}?auth={auth}", **form))
        if auth == "oauth":
            self.agree(page)

    def agree(self, page: TestResponse) -> None:
        there = re.search(r'href="(http[^"]+authorize[^"]+)"', page.text)
        assert there is not None
        back = urlsplit(give_consent(html.unescape(there[1])))
        self.codes.append(parse_qs(back.query)["code"][0])
        address = f"{back.path}?{back.query}"
        for _ in range(2):  # the second time the code is spent
            self.see(self.client.get(address, follow_redirects=True))

    def stores(self) -> list[Store]:
        with self.shop.app.reading() as uow:
            return uow.stores.list_for(self.shop.merchant.id)

    def call(self, store: Store, token: str, body: bytes) -> int:
        path = f"/hooks/brightpearl/{store.id}?token={token}"
        return self.see(self.web.test_client().post(path, data=body)).status_code

    def secret_of_calls(self, store: Store) -> str:
        """What its webhooks have to bring along now."""
        return next(word for word in self.words if digest_of(word) == store.webhook_digest)

    def look_around(self) -> None:
        for store in self.stores():
            for page in ("", "/settings", "/skipped", "/reconnect", "/disconnect"):
                self.see(self.client.get(f"/stores/{store.id}{page}"))
            self.see(self.client.get(f"/stores/{store.id}?order=7003"))
        for page in ("/stores", "/orders", "/stores/connect", *(f"/orders/{order.id}" for order in self.shop.orders().values())):
            self.see(self.client.get(page))


@pytest.fixture
def life(sqlite_shop: SandboxShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    root, log = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    words: list[str] = []
    make = secrets.token_urlsafe

    def noted(length: int | None = None) -> str:
        words.append(make(length))
        return words[-1]

    monkeypatch.setattr(secrets, "token_urlsafe", noted)
    set_up_logging("debug", log)
    sqlite_shop.app = replace(sqlite_shop.app, public_url=SERVICE)
    web = create_web(sqlite_shop.app, Queries(sqlite_shop.database), secret=b"k" * 32)
    add_hooks(web, sqlite_shop.app, (StorageError,))
    client = web.test_client()
    assert send_log_in(client, OWNER).status_code == 302
    more = [{**CHANNELS[0], "id": number, "name": f"Channel {number}"} for number in MORE_CHANNELS]
    CHANNELS.extend(more)
    yield Life(sqlite_shop, web, client, tmp_path, log, words)
    del CHANNELS[-len(more) :]
    root.handlers[:] = before
    root.setLevel(level)


def auth_of(store: Store) -> str:
    return str(store.settings.get("auth", "login"))


def written(secret: str) -> set[bytes]:
    """The ways in which a secret may lie about and still be one."""
    plain = secret.encode()
    return {plain, quote(secret, safe="").encode(), html.escape(secret).encode(), json.dumps(secret)[1:-1].encode()} | {
        base64.b64encode(plain).rstrip(b"="),
        plain.hex().encode(),
    }


def found(secret: str, places: dict[str, bytes]) -> list[str]:
    return [f"{secret} in {place}" for place, content in places.items() if any(form in content for form in written(secret))]


def test_no_secret_of_a_store_is_anywhere_whatever_happens_to_it(life: Life) -> None:
    shop, server = life.shop, life.shop.server
    for auth, (_, credentials) in ACCESS.items():
        name = max(SECRETS & set(credentials))
        if auth != "oauth":
            life.connect(auth, **{name: WRONG})
        life.connect(auth)
    stores = life.stores()
    assert {auth_of(store) for store in stores} == set(ACCESS)
    texts = "".join(f"{store!r}{store.settings}" for store in stores)

    turn_on(shop.app, shop.store.account_id, shop.store.id)
    calls = {store.id: life.secret_of_calls(store) for store in life.stores()}
    for store in stores:
        for body in (b'{"accountCode": "testacct", "resourceType": "order", "id": "7001"}', b"not json"):
            assert life.call(store, calls[store.id], body) == 204
            assert life.call(store, WRONG, body) == 404
    server.fault("error_500", "webhook", times=20)
    with pytest.raises(StoreError):
        turn_on(shop.app, shop.store.account_id, shop.store.id)
    server.clear_faults()
    assert not repair_webhooks(shop.app, shop.store.account_id, shop.store.id)

    changes = StoreChanges(settings={"on_ship": "mark_shipped", "order_note": "{carrier} {tracking}"})
    update_store(shop.app, shop.merchant.id, shop.store.id, changes, "operator")
    [note] = new_order(shop)
    for store in life.stores():
        for kind in ("expire_token", "error_500", "truncated", "html_200", "reset"):
            server.fault(kind, "order-service")
        life.see(press(life.client, f"/stores/{store.id}", f"/stores/{store.id}/import"))
    for kind in ("expire_token", "error_500", "reset"):
        server.fault(kind, "goods-out", method="PUT")
    ship(shop, note)
    drain(shop.app, "test")
    life.pass_days(8)
    server.expire_tokens()
    drain(shop.app, "test")
    assert reference(shop, note) == f"T{note}"
    life.look_around()

    given = set(server.tokens_given())
    server.revoke_tokens()
    server.set_password("changed-at-the-store-31")
    for store in life.stores():
        auth = auth_of(store)
        life.pass_days(1)
        with pytest.raises(StoreError):
            shop.run_import(store)
        address = f"/stores/{store.id}/reconnect"
        if auth == "oauth":
            life.agree(press(life.client, address, address))
            continue
        entered = dict(ACCESS[auth][1])
        life.see(press(life.client, address, address, **{**entered, ("password" if auth == "login" else "token"): WRONG}))
        renewed = {"password": "changed-at-the-store-31"} if auth == "login" else {"token": server.issue_token(KINDS[auth])}
        life.see(press(life.client, address, address, **{**entered, **renewed}))
        given.update(renewed.values())
    assert {store.state for store in life.stores()} == {StoreState.CONNECTED}
    drain(shop.app, "test")
    life.look_around()
    connected = life.stores()
    given |= {text for store in connected for name, text in store.credentials.items() if name in SECRETS | {"refresh_token"}}
    shutil.copyfile(life.folder / "relevo.db", life.folder / "backup.db")

    for store in connected:
        life.see(press(life.client, f"/stores/{store.id}/disconnect", f"/stores/{store.id}/disconnect"))
        assert life.call(store, calls[store.id], b"{}") == 404
    assert {(store.state, len(store.credentials)) for store in life.stores()} == {(StoreState.CLOSED, 0)}
    life.look_around()

    typed = {text for _, credentials in ACCESS.values() for name, text in credentials.items() if name in SECRETS}
    signed = {sign("sandbox-developer-secret", token) for token in (WRONG, ACCESS["signed_token"][1]["token"])}
    hidden = typed | signed | given | set(server.tokens_given()) | {WRONG, STORE_PASSWORD, *life.codes}
    files = {path.name: path.read_bytes() for path in life.folder.rglob("*") if path.is_file()}
    kept = {**files, "log": life.log.getvalue().encode(), "texts": texts.encode()}
    seen = {f"page {number}": page.encode() for number, page in enumerate(life.pages)}

    assert {"relevo.db", "backup.db"} <= set(files)
    assert "brightpearl.request" in life.log.getvalue(), "it was logged at level debug"
    assert min(len(life.words), len(life.codes)) >= 2
    assert [line for secret in hidden for line in found(secret, {**kept, **seen})] == []
    assert [line for word in life.words for line in found(word, kept)] == [], "nor a state, nor a webhook's secret"
    assert [line for word in calls.values() for line in found(word, seen)] == []
