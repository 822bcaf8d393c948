"""Request budgets of each kind, and processes that take from one at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from support.clock import FixedClock

from adapters.redis_budgets import RedisRequestBudgets
from engine.model.request_budget import Allowance, Purpose
from engine.ports import Clock, RequestBudgets
from storage.budgets.repositories import SqlRequestBudgets
from storage.database import open_database

THREADS = 3


@contextmanager
def open_budgets(url: str, clock: Clock, allowance: Allowance | None = None) -> Iterator[RequestBudgets]:
    """Budgets in the database or the Redis at this address."""
    if url.startswith("redis:"):
        budgets = RedisRequestBudgets(url, clock, allowance)
        yield budgets
        budgets.close()
    else:
        database = open_database(url)
        yield SqlRequestBudgets(database, clock, allowance)
        database.close()


def take_as_much_as_there_is(url: str, key: str, now: datetime, allowance: Allowance, purpose: Purpose) -> int:
    """How many requests the threads of this process are granted at one instant before each is told to wait."""
    with open_budgets(url, FixedClock(now), allowance) as budgets, ThreadPoolExecutor(THREADS) as pool:

        def take_all(_thread: int) -> int:
            taken = 0
            while budgets.take(key, "store", purpose) == 0:
                budgets.report(key, allowance.limit - 1, 1.0, now)
                taken += 1
            return taken

        return sum(pool.map(take_all, range(THREADS)))
