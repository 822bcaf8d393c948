"""Fixtures of a shop on a sandbox, for the folders that test use cases against it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog
from support.clock import FixedClock
from support.log import log_plainly
from support.sandbox_shop import NOW, SandboxShop, open_sandbox_shop, sandbox

from storage.database import Database


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A failing test shows what failed, not what was logged."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    log_plainly()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """A shop on each kind of database."""
    with sandbox(clock.now) as server:
        yield open_sandbox_shop(database, server, clock)


@pytest.fixture
def sqlite_shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """Where the kind of database makes no difference."""
    with sandbox(clock.now) as server:
        yield open_sandbox_shop(sqlite_database, server, clock)
