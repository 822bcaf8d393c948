"""What each view of the orders grid takes, beside one bare query by an index with an empty page, in the same run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import argon2
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_login import login_required
from sqlalchemy import text

from adapters.clock import SystemClock
from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.web.application import create_web
from benchmarks.clients import PASSWORD, database_names, log_in_to, own_database
from benchmarks.figures import Circumstances, table
from benchmarks.import_orders import Say
from benchmarks.processes import BenchmarkFailed
from engine.application import Application
from engine.model.account import AccountKind
from engine.model.ids import new_id
from engine.model.order import Order, OrderState
from engine.services.accounts.accounts import create_account
from storage.database import Database
from storage.queries import Queries

OWNER = "owner@casa-verde.example"
GOAL = 3.0
_ORDERS_AT_ONCE = 1_000
_NAMES = ("Ana Núñez", "Íñigo Peña", "Joe Doe", "Zoë Müller", "Łukasz Nowak")
VIEWS: Mapping[str, str] = {
    "all orders": "/orders",
    "one status": "/orders?status=awaiting_shipment",
    "needs attention": "/orders?flag=needs_attention",
    "a tag": "/orders?tag=vip",
    "a rare tag": "/orders?tag=rare",
    "a carrier and a country": "/orders?carrier=seur&country=es",
    "by total": "/orders?sort=-total",
    "by number": "/orders?sort=number",
    "totals between": "/orders?total_from=100&total_to=120",
    "search: a number": "/orders?q=0000042",
    "search: a name": "/orders?q=nunez",
    "search: two words": "/orders?q=inigo+28001",
    "search: nothing": "/orders?q=nowhere",
    "much at once": "/orders?q=ana&tag=vip&carrier=seur&sort=-total&status=awaiting_shipment",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How many orders of one account, and how often each page is asked for."""

    orders: int
    pages: int


FULL = Size(orders=100_000, pages=20)
QUICK = Size(orders=60, pages=2)


@dataclass(frozen=True, slots=True)
class Timed:
    """The least of all rounds, in seconds, which other work on the machine disturbs least."""

    database: str
    bare_s: float
    views: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, by database."""

    size: Size
    timed: list[Timed]
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        """Milliseconds and ratios, by database."""
        found: dict[str, Any] = {**self.circumstances.to_json(), "orders": self.size.orders, "goal": GOAL}
        for one in self.timed:
            views = {name: {"ms": spent * 1000, "ratio": spent / one.bare_s} for name, spent in one.views.items()}
            found[one.database] = {"bare_ms": one.bare_s * 1000, "views": views}
        return found

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        rows = [
            [f"{one.database}: {name}", f"{spent * 1000:.1f} ms", f"{one.bare_s * 1000:.1f} ms", f"**{spent / one.bare_s:.2f}**"]
            for one in self.timed
            for name, spent in one.views.items()
        ]
        return [self.circumstances.sentence(), "", *table([f"{self.size.orders:,} orders", "grid", "bare query", "ratio"], rows)]


def run(size: Size, say: Say) -> Report:
    """Measure on SQLite and, where `RELEVO_BENCH_POSTGRESQL` names one, on PostgreSQL. Raises BenchmarkFailed."""
    circumstances = Circumstances(runs=size.pages)
    set_up_logging("error")
    timed = []
    for name in database_names():
        with own_database(name) as opened:
            timed.append(_measure(name, opened, size))
        say(f"{name}: bare {timed[-1].bare_s * 1000:.1f} ms, all orders {timed[-1].views['all orders'] * 1000:.1f} ms")
    return Report(size, timed, circumstances)


def _measure(name: str, database: Database, size: Size) -> Timed:
    browser = _served(database, size)
    spent: dict[str, list[float]] = {address: [] for address in ("/bare", *VIEWS.values())}
    for address in spent:
        _seconds(browser, address)  # the first one has no memory
    for _ in range(size.pages):
        for address, times in spent.items():  # in turns, so that what else the machine does meets all
            times.append(_seconds(browser, address))
    return Timed(name, min(spent["/bare"]), {view: min(spent[address]) for view, address in VIEWS.items()})


def _served(database: Database, size: Size) -> FlaskClient:
    """The pages of an account that has the orders, and one page that asks for the newest 50 and says nothing of them."""
    hasher = Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = Application(database.unit_of_work, database.reading_unit_of_work, SystemClock(), {}, hasher)
    place = {"country": "ES", "time_zone": "Europe/Madrid"}
    account = create_account(app, name="Casa Verde", kind=AccountKind.MERCHANT, email=OWNER, password=PASSWORD, **place)
    for start in range(0, size.orders, _ORDERS_AT_ONCE):
        with app.unit_of_work() as uow:
            numbers = range(start, min(start + _ORDERS_AT_ONCE, size.orders))
            uow.orders.add_many([_order(app, account.id, number) for number in numbers], "bench")
            uow.commit()
    with app.unit_of_work() as uow:
        uow.refresh_statistics()
        uow.commit()
    if not database.is_sqlite:
        with database.outside_transaction() as opened:
            opened.exec_driver_sql("VACUUM ANALYZE")
    web = create_web(app, Queries(database), secret=b"k" * 32)
    _add_bare_page(web, database, account.id)
    browser = web.test_client()
    log_in_to(browser, OWNER)
    return browser


def _add_bare_page(web: Flask, database: Database, account_id: str) -> None:
    query = text(
        "SELECT id, order_number, status, ship_to_name, order_total FROM orders WHERE account_id = :own ORDER BY id DESC LIMIT 50"
    )

    @web.get("/bare")
    @login_required
    def bare() -> str:
        with database.begin_reading() as connection:
            rows = connection.execute(query, {"own": account_id}).all()
        return render_template_string("", rows=rows)


def _order(app: Application, account_id: str, number: int) -> Order:
    now = app.clock.now() - timedelta(minutes=number % 100_000)
    tags = ["rare"] if number % 5_000 == 0 else ["vip"] if number % 3 == 0 else []
    ship_to = {"name": _NAMES[number % len(_NAMES)], "city": "Madrid", "postal_code": f"28{number % 1000:03}"}
    document = {
        "order_number": f"{number:07}",
        "order_date": now.isoformat(),
        "order_total": Decimal(number % 50_000) / 100,
        "currency": "EUR",
        "carrier": "seur" if number % 2 else "correos",
        "service": "24h",
        "tags": tags,
        "ship_to": {**ship_to, "country": "ES" if number % 4 else "PT", "email": f"buyer{number}@example.com"},
        "items": [{"line_key": "1", "sku": f"SKU-{number % 500}", "name": "Mug", "quantity": 2}],
    }
    return Order(
        id=new_id("ord"),
        account_id=account_id,
        store_id=None,
        external_id=f"n{number:07}",
        external_order_id=f"{number:07}",
        order_number=f"{number:07}",
        revision="",
        source=document,
        imported_at=now,
        updated_at=now,
        state=OrderState.SHIPPED if number % 50 else OrderState.OPEN,
        flags=("needs_attention",) if number % 200 == 0 else (),
    )


def _seconds(browser: FlaskClient, address: str) -> float:
    started = time.perf_counter()
    answer = browser.get(address)
    spent = time.perf_counter() - started
    if answer.status_code != 200:
        raise BenchmarkFailed(f"{address} answers {answer.status_code}")
    return spent
