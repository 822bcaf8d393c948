"""A bulk action over very many orders, as `serve` works it off, and what another account's grid costs meanwhile."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
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
from benchmarks.clients import percentile
from benchmarks.figures import Circumstances, table
from benchmarks.import_orders import Say
from benchmarks.processes import BenchmarkFailed
from engine.application import Application
from engine.model.account import Account, AccountKind
from engine.model.bulk_action import BulkAction, BulkState
from engine.model.ids import new_id
from engine.model.order import Order
from engine.services.accounts.accounts import create_account
from engine.services.bulk.results import get_bulk_action
from engine.services.bulk.start import BulkWish, start_bulk_action
from storage.database import open_database
from storage.migrate import migrate
from storage.queries import Queries
from storage.secret_box import SecretBox

PASSWORD = "kept-by-nobody"  # noqa: S105
OTHER = "ops@other.example"
ORDERS_OF_THE_OTHER = 200
ORDERS_AT_ONCE = 500
PATIENCE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many orders are acted on, and how often the grid is asked for while nothing runs."""

    orders: int
    pages: int


FULL = Size(orders=10_000, pages=300)
QUICK = Size(orders=20, pages=3)


@dataclass(frozen=True, slots=True)
class Report:
    """Seconds: of beginning the action, of all of it, and of each page without it and while it ran."""

    size: Size
    begin_s: float
    action_s: float
    alone: list[float]
    beside: list[float]
    circumstances: Circumstances

    @property
    def ratio(self) -> float:
        """The 99th percentile of pages beside the action, to that of pages alone."""
        return percentile(self.beside, 99) / percentile(self.alone, 99)

    def to_json(self) -> dict[str, Any]:
        return {
            **self.circumstances.to_json(),
            "orders": self.size.orders,
            "begin_s": self.begin_s,
            "action_s": self.action_s,
            "orders_a_second": self.size.orders / self.action_s,
            "alone_p50_ms": median(self.alone) * 1000,
            "alone_p99_ms": percentile(self.alone, 99) * 1000,
            "beside_p50_ms": median(self.beside) * 1000,
            "beside_p99_ms": percentile(self.beside, 99) * 1000,
            "p99_ratio": self.ratio,
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        pages = [
            [label, f"{median(times) * 1000:.1f} ms", f"{percentile(times, 99) * 1000:.1f} ms"]
            for label, times in (("nothing else runs", self.alone), ("the action runs", self.beside))
        ]
        done = (
            f"{self.size.orders:,} orders held: begun in {self.begin_s:.2f} s, done in {self.action_s:.1f} s "
            f"({self.size.orders / self.action_s:.0f} a second)."
        )
        head = ["another account's grid while", "median", "p99"]
        return [self.circumstances.sentence(), "", done, "", *table(head, pages), "", f"Ratio of the p99: **{self.ratio:.2f}**."]


def run(size: Size, say: Say) -> Report:
    """Measure on SQLite. Raises BenchmarkFailed."""
    circumstances = Circumstances(runs=1)
    set_up_logging("error")
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        report = _measure(Path(folder), size, circumstances)
    say(f"{size.orders:,} orders in {report.action_s:.1f} s, p99 of the grid {report.ratio:.2f} times")
    return report


def _measure(folder: Path, size: Size, circumstances: Circumstances) -> Report:
    database = open_database(f"sqlite:///{folder}/relevo.db", SecretBox((b"k" * 32,)))
    migrate(database)
    hasher = Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = Application(database.unit_of_work, database.reading_unit_of_work, SystemClock(), {}, hasher)
    ours = _account(app, "Casa Verde", "owner@casa-verde.example")
    ids = _fill(app, ours, size.orders)
    _fill(app, _account(app, "Other", OTHER), ORDERS_OF_THE_OTHER)
    browser = create_web(app, Queries(database), secret=b"k" * 32).test_client()
    _log_in(browser)
    runner = EmbeddedRunner(app, workers=2)
    sys.setswitchinterval(SWITCH_S)
    runner.start()
    try:
        for _ in range(3):
            _grid_s(browser)
        alone = [_grid_s(browser) for _ in range(size.pages)]
        before = time.monotonic()
        action = start_bulk_action(app, ours.id, BulkWish("hold", ids, {"reason": "Stock count"}), "bench").action
        begin_s = time.monotonic() - before
        beside = _pages_until(browser, lambda: _has_ended(app, action))
        action_s = time.monotonic() - before
    finally:
        runner.stop()
        database.close()
    return Report(size, begin_s, action_s, alone, beside, circumstances)


def _pages_until(browser: FlaskClient, ended: Callable[[], bool]) -> list[float]:
    """The times of pages that are asked for one after the other until something has ended, one at least."""
    until, times = time.monotonic() + PATIENCE_S, [_grid_s(browser)]
    while not ended():
        if time.monotonic() > until:
            raise BenchmarkFailed(f"the bulk action has not ended after {PATIENCE_S:.0f} s")
        times.append(_grid_s(browser))
    return times


def _has_ended(app: Application, action: BulkAction) -> bool:
    now = get_bulk_action(app, action.account_id, action.id).action
    if now.state is BulkState.DONE and now.done == now.total:
        return True
    if not now.is_running:
        raise BenchmarkFailed(f"the bulk action is {now.state}, and {now.done} of {now.total} orders are done")
    return False


def _account(app: Application, name: str, email: str) -> Account:
    place = {"country": "ES", "time_zone": "Europe/Madrid"}
    return create_account(app, name=name, kind=AccountKind.MERCHANT, email=email, password=PASSWORD, **place)


def _fill(app: Application, account: Account, count: int) -> list[str]:
    orders = [_order(app, account.id, number) for number in range(count)]
    for start in range(0, count, ORDERS_AT_ONCE):
        with app.unit_of_work() as uow:
            uow.orders.add_many(orders[start : start + ORDERS_AT_ONCE], "bench")
            uow.commit()
    return [order.id for order in orders]


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


def _grid_s(browser: FlaskClient) -> float:
    before = time.perf_counter()
    answer = browser.get("/orders")
    if answer.status_code != 200:
        raise BenchmarkFailed(f"the grid was answered with {answer.status_code}")
    return time.perf_counter() - before


def _log_in(browser: FlaskClient) -> None:
    page = browser.get("/log-in").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    answer = browser.post("/log-in", data={"csrf_token": token, "email": OTHER, "password": PASSWORD})
    if answer.status_code != 302:
        raise BenchmarkFailed("nobody could log in")
