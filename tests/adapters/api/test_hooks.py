"""The address that stores call, over HTTP: who is event, what is answered, and what is never told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask
from structlog.testing import capture_logs
from support.sandbox_fixtures import clock, shop, sqlite_shop
from support.sandbox_shop import SandboxShop
from werkzeug.serving import make_server

from adapters.api.hooks import LONGEST_BODY_BYTES, add_hooks
from adapters.web.application import create_web
from engine.model.job import JobKind
from engine.model.webhook import digest_of
from engine.services.stores.store_webhooks import turn_off, turn_on
from storage.database import open_database
from storage.errors import DatabaseUnavailable, StorageError
from storage.queries import Queries

__all__ = ["clock", "shop", "sqlite_shop"]

SECRET = "s3cret-of-the-store"


def make_web(shop: SandboxShop, app: Any = None) -> Flask:
    web = create_web(app or shop.app, Queries(shop.database), secret=b"k" * 32)
    add_hooks(web, app or shop.app, (StorageError,))
    return web


@pytest.fixture
def listening(sqlite_shop: SandboxShop) -> SandboxShop:
    with sqlite_shop.database.unit_of_work() as unit:
        unit.stores.keep_webhooks(sqlite_shop.store.account_id, sqlite_shop.store.id, digest_of(SECRET), ("12",))
        unit.commit()
    return sqlite_shop


def body(note: Any = 41, **changes: Any) -> bytes:
    said = {"accountCode": "testacct", "resourceType": "goods-out-note", "id": str(note), "fullEvent": "goods-out-note.modified"}
    return json.dumps({**said, **changes}).encode()


def call(shop: SandboxShop, data: bytes = body(), token: str = SECRET, store: str = "", web: Flask | None = None) -> Any:
    path = f"/hooks/brightpearl/{store or shop.store.id}?token={token}"
    return (web or make_web(shop)).test_client().post(path, data=data, content_type="application/json")


def changes(shop: SandboxShop) -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [change for change, _ in unit.pending_changes.list_oldest(shop.store.account_id, shop.store.id, 99)]


def import_is_due(shop: SandboxShop) -> bool:
    with shop.database.reading_unit_of_work() as unit:
        return unit.jobs.has_due(shop.clock.now(), [JobKind.IMPORT_STORE])


def test_a_call_is_acknowledged_when_it_is_kept(listening: SandboxShop) -> None:
    answer = call(listening)

    assert (answer.status_code, answer.data) == (204, b"")
    assert changes(listening) == ["41"]
    assert "Set-Cookie" not in answer.headers, "nobody is logged in by this"


def test_strangers_get_the_same_answer_whatever_is_wrong(listening: SandboxShop) -> None:
    answers = [
        call(listening, token="guessed"),
        call(listening, token=""),
        call(listening, store="sto_nobody"),
        call(listening, body(accountCode="other")),
    ]

    assert {(one.status_code, one.data, tuple(sorted(one.headers.items()))) for one in answers} == {
        (404, b"", tuple(sorted(answers[0].headers.items())))
    }
    assert changes(listening) == []


@pytest.mark.parametrize("data", [b"", b"not json", b'{"id": 41}', b"x" * (LONGEST_BODY_BYTES + 1)])
def test_what_cannot_be_read_is_accepted_because_sending_it_again_would_not_mend_it(listening: SandboxShop, data: bytes) -> None:
    assert call(listening, data).status_code == 204
    assert import_is_due(listening)


def test_a_stranger_sets_nothing_in_motion_with_garbage(listening: SandboxShop) -> None:
    assert call(listening, b"not json", token="guessed").status_code == 404
    assert not import_is_due(listening)


def test_a_database_that_is_away_asks_for_another_call(listening: SandboxShop, tmp_path: Any) -> None:
    away = open_database(f"sqlite:///{tmp_path / 'missing' / 'away.db'}")
    reading_only = replace(listening.app, unit_of_work=away.unit_of_work)
    nothing_at_all = replace(reading_only, reading=away.reading_unit_of_work)
    for app in (reading_only, nothing_at_all):
        answer = call(listening, web=make_web(listening, app))
        assert (answer.status_code, answer.data, answer.headers["Retry-After"]) == (503, b"", "30")


def test_the_secret_is_in_no_log_however_it_fails(listening: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("nobody foresaw this")

    web = make_web(listening)
    with capture_logs() as logs:
        call(listening, web=web)
        call(listening, token="guessed-s3cret", web=web)
        monkeypatch.setattr("adapters.api.hooks.receive_webhook", fail)
        assert call(listening, web=web).status_code == 500
    assert "s3cret" not in str(logs)
    assert any("page failed" in str(entry) for entry in logs), "it was logged"


def test_only_posts_are_taken(listening: SandboxShop) -> None:
    assert make_web(listening).test_client().get(f"/hooks/brightpearl/{listening.store.id}?token={SECRET}").status_code == 405


def test_database_errors_are_what_the_service_is_told_of() -> None:
    assert issubclass(DatabaseUnavailable, StorageError)


def test_what_waits_does_not_grow_without_end(listening: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.importing.receive_webhook.MOST_WAITING", 3)
    assert call(listening, body("1,2,3")).status_code == 204
    assert call(listening, body("4")).status_code == 204
    assert not import_is_due(listening)

    assert call(listening, body("5,6")).status_code == 204
    assert call(listening, body("7", resourceType="order")).status_code == 204
    assert changes(listening) == ["1", "2", "3", "4"]
    assert import_is_due(listening), "what was not kept is seen by an import"


@pytest.fixture
def address(shop: SandboxShop) -> Iterator[str]:
    """Where the service really listens; the shop knows it."""
    server = make_server("127.0.0.1", 0, Flask("none"), threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    shop.app = replace(shop.app, local_url=url)
    server.app = make_web(shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


def wait_for_calls(shop: SandboxShop, count: int) -> dict[str, int]:
    for _ in range(1000):
        outcomes = shop.server.state()["webhook_calls"]
        if outcomes["delivered"] + outcomes["lost"] >= count:
            break
        threading.Event().wait(0.01)
    return outcomes


def test_what_people_do_in_brightpearl_shows_here_without_an_import(shop: SandboxShop, address: str) -> None:
    turn_on(shop.app, shop.store.account_id, shop.store.id)
    data = shop.server.data
    order_id, note = data.create_order(printed=False)
    assert wait_for_calls(shop, 0)["lost"] == 0

    data.print_note(note)
    wait_for_calls(shop, 1)
    shop.work_off()
    assert list(shop.orders()) == [str(note)]

    data.change_address(order_id, postalCode="46099")
    wait_for_calls(shop, 2)
    shop.work_off()
    assert shop.note_order(note).source["ship_to"]["postal_code"] == "46099"

    data.unprint_note(note)
    assert wait_for_calls(shop, 3) == {"delivered": 3, "retried": 0, "lost": 0}
    shop.work_off()
    assert shop.note_order(note).state.value == "cancelled"

    turn_off(shop.app, shop.store.account_id, shop.store.id)
    data.print_note(note)
    data.create_order(printed=True)
    assert shop.server.state()["webhooks"] == 0
    assert shop.server.state()["webhook_calls"]["delivered"] == 3
    assert requests.post(f"{address}/hooks/brightpearl/{shop.store.id}", timeout=5).status_code == 404


def test_calls_that_come_twice_change_nothing(shop: SandboxShop, address: str) -> None:
    shop.server.options = replace(shop.server.options, duplicate_webhooks=True)
    turn_on(shop.app, shop.store.account_id, shop.store.id)
    _, note = shop.server.data.create_order(printed=False)
    shop.server.data.print_note(note)
    assert wait_for_calls(shop, 2)["delivered"] == 2
    shop.work_off()

    assert len(shop.decisions(shop.note_order(note))) == 1
