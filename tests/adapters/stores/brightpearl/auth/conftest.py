"""A sandbox, and stores that log in to it in every way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import structlog
from support.brightpearl_access import ACCESS, Vault, a_store
from support.clock import FixedClock
from support.log import log_plainly
from support.sandbox_shop import LOOPBACK, NOW, sandbox

from adapters.sandboxes.brightpearl import SandboxServer
from adapters.stores.brightpearl.session import BrightpearlConnector, BrightpearlSession
from engine.ports import CredentialVault

Open = Callable[..., BrightpearlSession]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    log_plainly()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def server(clock: FixedClock) -> Iterator[SandboxServer]:
    with sandbox(clock.now, 12) as running:
        yield running


@pytest.fixture
def connector(clock: FixedClock) -> BrightpearlConnector:
    return BrightpearlConnector(clock, [LOOPBACK])


@pytest.fixture
def open_as(connector: BrightpearlConnector, server: SandboxServer) -> Iterator[Open]:
    """`open_as("staff_token", token="…")` opens a session of that kind; arguments change settings or credentials."""
    opened: list[BrightpearlSession] = []

    def open_one(auth: str, *, vault: CredentialVault | None = None, **changes: Any) -> BrightpearlSession:
        opened.append(connector.open(a_store(server, auth, **changes), vault))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


@pytest.fixture
def granted(server: SandboxServer) -> Mapping[str, str]:
    """The credentials of a consent given just now."""
    tokens = server.grant_oauth()
    return {**ACCESS["oauth"][1], **{name: tokens[name] for name in ("access_token", "refresh_token")}}


@pytest.fixture
def vault() -> Vault:
    return Vault()
