"""A database that is locked, read-only or away costs a person a moment, never what was typed."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from structlog.testing import capture_logs
from support.browsing import token_of, words_of
from support.clock import FixedClock
from support.shop import OWNER, PASSWORD, Shop, open_shop, ready
from werkzeug.test import TestResponse

from adapters.web.security import is_secret_field
from app import Runtime
from storage import database as module
from storage.database import Database, open_database
from storage.secret_box import SecretBox

LogIn = Callable[[str], FlaskClient]
WEB = Path(__file__).parents[3] / "adapters" / "web"


@pytest.fixture
def shop(database_url: str, secrets: SecretBox, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """On each kind of database, whose locks are waited for only briefly."""
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.2)
    database = open_database(database_url, secrets)
    shop = open_shop(database, clock)
    shop.import_all(ready("7001"))
    yield shop
    database.close()


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another program has begun to write, and does not end."""
    if database.path is not None:
        other = sqlite3.connect(database.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def read_only(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As a file without the right to write, or a standby server."""
    if database.path is None:

        def begin_read_only(connection: Connection) -> None:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

        event.listen(database._writing, "begin", begin_read_only)
        yield
        event.remove(database._writing, "begin", begin_read_only)
        return
    connect = sqlite3.Connection.__init__

    def open_read_only(self: sqlite3.Connection, path: str, **options: object) -> None:
        connect(self, f"file:{path}?mode=ro", uri=True, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("storage.fair_lock.FairLockConnection.__init__", open_read_only, raising=False)
        database.close()
        yield
        database.close()


def ship(client: FlaskClient, page: str, **form: str) -> TestResponse:
    token = token_of(client.get(page))
    return client.post(f"{page}/ship", data={"csrf_token": token, **form})


def fields_of(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in found}


def test_a_locked_database_is_said_and_what_was_typed_can_be_sent_again(shop: Shop, log_in: LogIn) -> None:
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    typed = {"carrier": "seur", "service": '24h "x"', "tracking": "T-1\nT-2"}
    token = token_of(client.get(page))
    with locked(shop.database), capture_logs() as logs:
        answer = client.post(f"{page}/ship", data={"csrf_token": token, **typed})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert "Another program is using it" in words_of(answer)
    assert "Traceback" not in answer.text
    assert [entry["event"] for entry in logs] == ["database unavailable"]
    kept = fields_of(answer)
    assert {name: kept[name].replace("\r\n", "\n") for name in typed} == typed
    assert client.post(f"{page}/ship", data=kept).status_code == 302
    assert "seur" in words_of(client.get(page))


def test_a_read_only_database_is_said(shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    with read_only(shop.database, monkeypatch):
        assert client.get(page).status_code == 200, "it can be read"
        answer = ship(client, page, carrier="seur", service="24h", tracking="T-1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert "read but not written to" in words_of(answer)
    assert fields_of(answer)["tracking"] == "T-1"


def test_a_page_that_cannot_be_read_offers_to_be_loaded_again(shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = log_in(OWNER)
    broken = module.DatabaseUnavailable(problem="disk I/O error")

    def fail() -> None:
        raise broken

    monkeypatch.setattr(type(shop.app), "reading", property(lambda _app: fail))
    answer = client.get("/orders?q=a%26b")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert 'href="/orders?q=a%26b"' in answer.text
    assert "disk I/O error" not in answer.text


def test_secrets_are_typed_again(web: Flask, anonymous: FlaskClient, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(anonymous.get("/log-in"))

    def fail() -> None:
        raise module.DatabaseUnavailable(problem="gone")

    with monkeypatch.context() as patched:
        patched.setattr(type(shop.app), "reading", property(lambda _app: fail))
        answer = anonymous.post("/log-in", data={"csrf_token": token, "email": OWNER, "password": PASSWORD})
    assert answer.status_code == 503
    assert PASSWORD not in answer.text
    assert re.search(r'type="password"[^>]*name="password"', answer.text)
    assert anonymous.post("/log-in", data={**fields_of(answer), "password": PASSWORD}).status_code == 302


def test_no_password_field_has_a_name_that_would_be_repeated() -> None:
    declared = {name for file in WEB.rglob("*.py") for name in re.findall(r"(\w+) = PasswordField\(", file.read_text("utf-8"))}
    fields = [field for kind in Runtime().store_kinds.values() for login in kind.logins for field in login.fields]
    declared |= {field.name for field in fields if field.type.is_concealed}
    written = {
        name
        for file in WEB.rglob("*.html")
        for tag in re.findall(r'<input[^>]*type="password"[^>]*>', file.read_text("utf-8"))
        for name in re.findall(r'name="(\w+)"', tag)
    }
    assert {"password", "token", "client_secret"} <= declared
    assert [name for name in declared | written if not is_secret_field(name)] == []


@pytest.mark.parametrize("name", ["then.0.key", "when:token", "quantity-key", "monkey", "keyword", "tokens", "f.key"])
def test_a_field_is_no_secret_for_a_part_of_its_name(name: str) -> None:
    assert not is_secret_field(name)


@pytest.mark.parametrize(
    "name", ["secret_pin", "secret_account.no", "password", "new_password", "client_secret", "api_key", "token"]
)
def test_credentials_are_secret_whatever_their_carrier_calls_them(name: str) -> None:
    assert is_secret_field(name)
