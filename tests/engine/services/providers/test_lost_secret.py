"""A provider's system whose secret was sealed with a lost key: nothing is said or believed until there is a new one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from support.clock import FixedClock
from support.remote_provider import RemoteSide, open_remote_side

from adapters.providers.http import signing
from engine.services.providers.connect_provider import list_integrated, rotate_secret, try_provider
from engine.services.providers.receive_event import receive_event
from storage.database import Database
from storage.secret_box import SecretBox


@pytest.fixture
def side(sqlite_database: Database, clock: FixedClock) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        with sqlite_database.begin() as connection:
            sealed = {"sealed": SecretBox([b"x" * 32]).seal(b"{}")}
            connection.execute(text("UPDATE integrated_providers SET sealed_secrets = :sealed"), sealed)
        yield opened


def test_it_is_listed_and_a_test_says_what_to_do(side: RemoteSide) -> None:
    assert [seen.slug for seen in list_integrated(side.app, side.merchant)] == [side.seen.slug]
    problem = try_provider(side.app, side.owner, side.seen.connection.id)
    assert problem is not None
    assert "make a new secret and give it to the provider's system" in str(problem)
    assert side.sent() == []


def test_what_it_says_is_to_come_again(side: RemoteSide) -> None:
    for secret in (side.server.secret, signing.new_secret()):
        body = json.dumps({"type": "x"}).encode()
        reply = receive_event(side.app, side.seen.provider.id, signing.sign([secret], "msg_1", side.clock.now(), body), body)
        assert reply.status == 503


def test_a_new_secret_mends_it(side: RemoteSide) -> None:
    side.server.secret = rotate_secret(side.app, side.owner, side.seen.connection.id).provider.secrets.current
    assert try_provider(side.app, side.owner, side.seen.connection.id) is None
    assert side.taken().sent_at is not None
    assert len(side.sent()) == 1
