"""Stores that share a Brightpearl account share its requests, so that none is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from support.clock import FixedClock
from support.sandbox_shop import NOW, SandboxShop, open_sandbox_shop, sandbox

from adapters.sandboxes.brightpearl import Throttle
from engine.model.request_budget import Allowance
from storage.budgets.repositories import SqlRequestBudgets
from storage.database import Database

ALLOWANCE = Allowance(limit=30, window_s=20.0, reserve=6, slack_s=0.5)


class SharedClock(FixedClock):
    """Time moves on when any thread sleeps."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            super().sleep(seconds)


@pytest.fixture
def capped_shop(database: Database) -> Iterator[SandboxShop]:
    """A shop whose two stores use one account, which counts as Brightpearl does."""
    clock = SharedClock(NOW)
    with sandbox(clock.now) as server:
        server._pools.clock = lambda: clock.now().timestamp()
        server.set_throttle(Throttle(limit=30, window_s=20.0))
        shop = open_sandbox_shop(database, server, clock, budgets=SqlRequestBudgets(database, clock, ALLOWANCE))
        shop.connect(channel_ids=[1])
        yield shop


def test_imports_of_two_stores_wait_and_none_of_their_requests_is_refused(capped_shop: SandboxShop) -> None:
    shop = capped_shop
    shop.server.reset_requests()
    for _ in range(8):
        for store in (shop.store, *shop.others):
            shop.run_import(store)

    requests = shop.server.state()["requests"]
    assert requests["refused"] == requests["faulted"] == 0
    assert requests["requests"] >= 8 * 2 * 4
    assert len(shop.orders()) == len(shop.server.expected(channels=[1, 2])["imported"])
    assert sum(shop.clock.slept) > 20, "the cap was met"


def test_imports_at_the_same_time_are_refused_nothing_either(capped_shop: SandboxShop) -> None:
    shop = capped_shop
    stores = [shop.store, shop.connect("Third", channel_ids=[3])]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            list(pool.map(shop.run_import, stores))

    assert shop.server.state()["requests"]["refused"] == 0
    assert sum(shop.clock.slept) > 20, "the cap was met"
