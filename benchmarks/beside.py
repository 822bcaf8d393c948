"""What one account's work costs another one's pages, in the process that does both, as `serve` is one."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import argon2
from flask.testing import FlaskClient

from adapters.cli.serve import SWITCH_S
from adapters.clock import SystemClock
from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.queue.embedded import EmbeddedRunner
from adapters.web.application import create_web
from benchmarks.clients import PASSWORD, log_in_to, percentile
from benchmarks.figures import Circumstances, table
from benchmarks.processes import BenchmarkFailed
from engine.application import Application
from engine.model.account import Account, AccountKind
from engine.model.ids import new_id
from engine.model.order import Order
from engine.services.accounts.accounts import create_account
from storage.database import open_database
from storage.migrate import migrate
from storage.queries import Queries
from storage.secret_box import SecretBox

OTHER = "ops@other.example"
ORDERS_OF_THE_OTHER = 200
ORDERS_AT_ONCE = 500
PATIENCE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many orders the work is about, and how often the grid is asked for while nothing runs."""

    orders: int
    pages: int


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds: of beginning the work, of all of it, and of each page without it and while it ran."""

    begin_s: float
    work_s: float
    alone: list[float]
    beside: list[float]

    @property
    def ratio(self) -> float:
        """The 99th percentile of pages beside the work, to that of pages alone."""
        return percentile(self.beside, 99) / percentile(self.alone, 99)

    def to_json(self) -> dict[str, Any]:
        return {
            "begin_s": self.begin_s,
            "work_s": self.work_s,
            "alone_p50_ms": median(self.alone) * 1000,
            "alone_p99_ms": percentile(self.alone, 99) * 1000,
            "beside_p50_ms": median(self.beside) * 1000,
            "beside_p99_ms": percentile(self.beside, 99) * 1000,
            "p99_ratio": self.ratio,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured; `done` says what the work was, and how much of it was done."""

    size: Size
    timed: Timed
    done: str
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        return {**self.circumstances.to_json(), "orders": self.size.orders, "done": self.done, **self.timed.to_json()}

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        pages = [
            [label, f"{median(times) * 1000:.1f} ms", f"{percentile(times, 99) * 1000:.1f} ms"]
            for label, times in (("nothing else runs", self.timed.alone), ("the work goes on", self.timed.beside))
        ]
        said = f"{self.done}: begun in {self.timed.begin_s:.2f} s, done in {self.timed.work_s:.1f} s."
        head = ["another account's grid while", "median", "p99"]
        ratio = f"Ratio of the p99: **{self.timed.ratio:.2f}**."
        return [self.circumstances.sentence(), "", said, "", *table(head, pages), "", ratio]


@dataclass(frozen=True, slots=True)
class Service:
    """Threads that work jobs off, and the browser of an account that has nothing to do with them."""

    app: Application
    browser: FlaskClient

    def time_pages(self, size: Size, begin: Callable[[], object], ended: Callable[[], bool]) -> Timed:
        """Of the grid while nothing runs, and from `begin` until the work has ended. Raises BenchmarkFailed."""
        for _ in range(3):
            grid_s(self.browser)
        alone = [grid_s(self.browser) for _ in range(size.pages)]
        before = time.monotonic()
        begin()
        begin_s = time.monotonic() - before
        beside = [grid_s(self.browser)]
        while not ended():
            if time.monotonic() > before + PATIENCE_S:
                raise BenchmarkFailed(f"the work has not ended after {PATIENCE_S:.0f} s")
            beside.append(grid_s(self.browser))
        return Timed(begin_s, time.monotonic() - before, alone, beside)


@contextmanager
def service(connectors: Mapping[str, Any] | None = None, *, judges: int = 0) -> Iterator[Service]:
    """On SQLite, with the other account and its orders."""
    set_up_logging("error")
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        database = open_database(f"sqlite:///{Path(folder)}/relevo.db", SecretBox((b"k" * 32,)))
        migrate(database)
        hasher = Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        app = Application(
            database.unit_of_work, database.reading_unit_of_work, SystemClock(), connectors or {}, hasher, judges=judges
        )
        fill(app, open_account(app, "Other", OTHER), ORDERS_OF_THE_OTHER)
        browser = create_web(app, Queries(database), secret=b"k" * 32).test_client()
        log_in_to(browser, OTHER)
        runner = EmbeddedRunner(app, workers=2)
        sys.setswitchinterval(SWITCH_S)
        runner.start()
        try:
            yield Service(app, browser)
        finally:
            runner.stop()
            database.close()


def open_account(app: Application, name: str, email: str) -> Account:
    """A merchant in Spain."""
    place = {"country": "ES", "time_zone": "Europe/Madrid"}
    return create_account(app, name=name, kind=AccountKind.MERCHANT, email=email, password=PASSWORD, **place)


def fill(app: Application, account: Account, count: int) -> list[str]:
    """The ids of so many orders, which the account has from now on."""
    orders = [_order(app, account.id, number) for number in range(count)]
    for start in range(0, count, ORDERS_AT_ONCE):
        with app.unit_of_work() as uow:
            uow.orders.add_many(orders[start : start + ORDERS_AT_ONCE], "bench")
            uow.commit()
    return [order.id for order in orders]


def grid_s(browser: FlaskClient) -> float:
    """How long the grid takes. Raises BenchmarkFailed."""
    before = time.perf_counter()
    answer = browser.get("/orders")
    if answer.status_code != 200:
        raise BenchmarkFailed(f"the grid was answered with {answer.status_code}")
    return time.perf_counter() - before


def _order(app: Application, account_id: str, number: int) -> Order:
    now, name = app.clock.now(), new_id("ext")
    document = {
        "order_number": f"{number:05}",
        "order_total": Decimal("60.10"),
        "currency": "EUR",
        "ship_to": {"name": "Ana Núñez", "street1": "Calle Mayor 1", "city": "Madrid", "country": "ES"},
        "items": [{"line_key": "1", "sku": "MUG", "name": "Mug", "quantity": 2}],
    }
    return Order(
        id=new_id("ord"),
        account_id=account_id,
        store_id=None,
        external_id=name,
        external_order_id=name,
        order_number=f"{number:05}",
        revision="",
        source=document,
        imported_at=now,
        updated_at=now,
    )
