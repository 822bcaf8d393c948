"""An account on a local port and a session with it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from support.brightpearl_stub import ACCOUNT, PASSWORD, StubBrightpearl, serving
from support.clock import FixedClock

from adapters.stores.brightpearl.session import BrightpearlConnector, BrightpearlSession
from engine.model.store import Store

OpenSession = Callable[..., BrightpearlSession]


@pytest.fixture
def stub() -> Iterator[StubBrightpearl]:
    with serving(StubBrightpearl()) as running:
        yield running


@pytest.fixture
def open_session(stub: StubBrightpearl, clock: FixedClock) -> Iterator[OpenSession]:
    """Opens sessions with the stub; arguments change the store's settings, `password` its credentials."""
    opened: list[BrightpearlSession] = []
    connector = BrightpearlConnector(clock, [ipaddress.ip_network("127.0.0.0/8")])

    def open_one(password: str = PASSWORD, **changes: Any) -> BrightpearlSession:
        settings = {
            "integration_url": stub.url,
            "account_code": ACCOUNT,
            "datacenter": "eu1",
            "channel_ids": [2],
            "on_ship": "mark_shipped",
            "warehouse_ids": [],
            **changes,
        }
        credentials = {"username": "u@example.com", "password": password, "token": "app-token-secret"}
        store = Store("sto_1", "acc_1", "brightpearl", "Shop", settings, credentials, datetime(2026, 1, 1, tzinfo=UTC))
        opened.append(connector.open(store))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


@pytest.fixture
def session(open_session: OpenSession) -> BrightpearlSession:
    return open_session()
