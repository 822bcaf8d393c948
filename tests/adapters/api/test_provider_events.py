"""The address at which providers' systems say what they have to say."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from support.clock import FixedClock
from support.remote_provider import RemoteSide, open_remote_side

from adapters.api.provider_events import LONGEST_BODY_BYTES, add_provider_events
from adapters.providers.http import signing
from engine.model.request import Work
from storage.database import Database
from storage.errors import DatabaseLocked


@pytest.fixture
def side(sqlite_database: Database, clock: FixedClock) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        yield opened


def web_of(side: RemoteSide) -> Flask:
    web = Flask("test")
    web.extensions["csrf"] = type("Csrf", (), {"exempt": lambda self, blueprint: None})()
    add_provider_events(web, side.app, (DatabaseLocked,))
    return web


def test_a_signed_event_is_heard_and_all_others_are_answered_why_not(side: RemoteSide) -> None:
    request = side.taken()
    client, address = web_of(side).test_client(), f"/api/providers/{side.seen.provider.id}/events"
    body = json.dumps({"type": "request.started", "data": {"reference": request.id, "sequence": 2}}).encode()
    headers = signing.sign([side.server.secret], "msg_1", side.clock.now(), body)

    assert client.post(address, data=body).status_code == 401
    assert client.post("/api/providers/acc_other/events", data=body, headers=headers).status_code == 401
    large = client.post(address, data=b" " * (LONGEST_BODY_BYTES + 1), headers=headers)
    assert (large.status_code, large.json["error"]["code"]) == (413, "too_large")
    assert client.get(address).status_code == 405

    heard = client.post(address, data=body, headers=headers)
    assert (heard.status_code, heard.json["work"]) == (200, "in_progress")
    assert side.request(request.id).work(side.clock.now()) is Work.IN_PROGRESS


def test_what_cannot_be_kept_now_is_to_be_sent_again(side: RemoteSide, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise DatabaseLocked

    monkeypatch.setattr("adapters.api.provider_events.receive_event", busy)
    answer = web_of(side).test_client().post(f"/api/providers/{side.seen.provider.id}/events", data=b"{}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
