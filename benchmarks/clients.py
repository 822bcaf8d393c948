"""A 3PL with many clients beside one with a single client: what an import costs, its grid, and a hand-over up to the grid."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import argon2
from flask.testing import FlaskClient
from sqlalchemy import URL, make_url, text

from adapters.clock import SystemClock
from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.queue.embedded import EmbeddedRunner
from adapters.stores.client.connector import ClientConnector
from adapters.web.application import create_web
from benchmarks.figures import Circumstances, table
from benchmarks.import_orders import Say
from benchmarks.processes import BenchmarkFailed
from benchmarks.webhooks import percentile
from engine.application import Application
from engine.model.account import Account, AccountKind
from engine.model.connection import Connection
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest, RequestLine
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.importing.import_store import import_store
from storage.bulk import insert_many
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.queries import Queries
from storage.secret_box import SecretBox
from storage.tables import FulfillmentRequestLineRow, FulfillmentRequestRow, ImportRunRow

POSTGRESQL = "RELEVO_BENCH_POSTGRESQL"  # the URL of a server's database; one of its own is made and dropped there
PASSWORD = "kept-by-nobody"  # noqa: S105
PROVIDER = "ops@acme-3pl.example"
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many clients with how many delegated orders each; new ones in an import; runs, page views, hand-overs."""

    clients: int
    orders: int
    news: int
    runs: int
    pages: int
    hand_overs: int


FULL = Size(clients=200, orders=500, news=20, runs=10, pages=30, hand_overs=20)
QUICK = Size(clients=3, orders=5, news=2, runs=1, pages=2, hand_overs=2)


@dataclass(frozen=True, slots=True)
class Times:
    """Of one installation, in seconds: the least of all rounds, which other work on the machine disturbs least."""

    empty_import_s: float
    import_s: float
    grid_s: float


@dataclass(frozen=True, slots=True)
class Pair:
    """One database, with one client and with all, measured in turns; hand-overs and empty jobs with all, in seconds."""

    database: str
    one: Times
    many: Times
    hand_over: list[float]
    empty_job: list[float]


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, by database."""

    size: Size
    pairs: list[Pair]
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        """Milliseconds, by database."""
        found: dict[str, Any] = {**self.circumstances.to_json(), "clients": self.size.clients, "orders": self.size.orders}
        for pair in self.pairs:
            found[pair.database] = {
                "grid_ratio": pair.many.grid_s / pair.one.grid_s,
                "import_ratio": pair.many.import_s / pair.one.import_s,
                "empty_import_ratio": pair.many.empty_import_s / pair.one.empty_import_s,
                "hand_over_p50_ms": median(pair.hand_over) * 1000,
                "hand_over_p99_ms": percentile(pair.hand_over, 99) * 1000,
                "empty_job_p50_ms": median(pair.empty_job) * 1000,
                "empty_job_p99_ms": percentile(pair.empty_job, 99) * 1000,
            }
        return found

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        size, rows = self.size, []
        for pair in self.pairs:
            one, many = pair.one, pair.many
            for label, few_s, many_s in (
                (f"an import of {size.news} new requests of one client", one.import_s, many.import_s),
                ("an import of nothing new", one.empty_import_s, many.empty_import_s),
                ("the 3PL's grid of orders", one.grid_s, many.grid_s),
            ):
                rows.append([f"{pair.database}: {label}", _ms(few_s), _ms(many_s), f"**{many_s / few_s:.2f}**"])
        waits = [
            [f"{pair.database}: {label}", _ms(median(times)), _ms(percentile(times, 99))]
            for pair in self.pairs
            for label, times in (("from the hand-over to the 3PL's grid", pair.hand_over), ("an empty job", pair.empty_job))
        ]
        head = [f"{size.orders:,} orders a client", "1 client", f"{size.clients:,} clients", "ratio"]
        return [self.circumstances.sentence(), "", *table(head, rows), "", *table(["", "median", "p99"], waits)]


def run(size: Size, say: Say) -> Report:
    """Measure on SQLite and, where `RELEVO_BENCH_POSTGRESQL` names one, on PostgreSQL. Raises BenchmarkFailed."""
    circumstances = Circumstances(runs=size.runs)
    set_up_logging("error")
    pairs = []
    for name in database_names():
        with own_database(name) as small, own_database(name) as large:
            pairs.append(_measure(name, _Installation(small, 1, size), _Installation(large, size.clients, size), size))
        one, many = pairs[-1].one, pairs[-1].many
        say(f"{name}: grid {_ms(one.grid_s)} and {_ms(many.grid_s)}, import {_ms(one.import_s)} and {_ms(many.import_s)}")
    return Report(size, pairs, circumstances)


def _measure(name: str, one: _Installation, many: _Installation, size: Size) -> Pair:
    """Both in turns, so that what else the machine does meets both."""
    rounds = [[installation.imports() for installation in (one, many)] for _ in range(size.runs)]
    pages = [[installation.grid_s() for installation in (one, many)] for _ in range(size.pages)]
    least = [
        Times(min(times[at][0] for times in rounds), min(times[at][1] for times in rounds), min(times[at] for times in pages))
        for at in (0, 1)
    ]
    return Pair(name, least[0], least[1], *many.hand_overs())


class _Installation:
    """A 3PL with its clients, whose requests it has imported."""

    def __init__(self, database: Database, clients: int, size: Size) -> None:
        self._database, self._size = database, size
        hasher = Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        connectors = {"client": ClientConnector(lambda: self._app)}
        self._app = Application(database.unit_of_work, database.reading_unit_of_work, SystemClock(), connectors, hasher)
        self._provider = self._account("Acme 3PL", AccountKind.PROVIDER, PROVIDER)
        self._clients = [self._client(number) for number in range(clients)]
        for client, connection in self._clients:
            self._fill(client, connection, size.orders, imported=True)
        with database.begin() as opened:  # an import of each store is on record
            insert_many(opened, ImportRunRow, [self._run(connection) for _, connection in self._clients])
        if not database.is_sqlite:
            with database.outside_transaction() as opened:
                opened.exec_driver_sql("VACUUM ANALYZE")
        self._import()  # the first one has no memory
        self._browser = create_web(self._app, Queries(database), secret=b"k" * 32).test_client()
        log_in_to(self._browser, PROVIDER)
        _ok(self._browser)

    def imports(self) -> tuple[float, float]:
        """An import of nothing new, and one of new requests."""
        empty = self._import()
        self._fill(*self._clients[-1], self._size.news, imported=False)
        return empty, self._import()

    def grid_s(self) -> float:
        return _seconds(lambda: _ok(self._browser))

    def hand_overs(self) -> tuple[list[float], list[float]]:
        """Jobs that hand orders over, and such that find nothing to do, in turns, worked off as `serve` does."""
        client, _ = self._clients[-1]
        orders = [self._order(client.id, OrderState.OPEN, number) for number in range(self._size.hand_overs + 1)]
        with self._app.unit_of_work() as uow:
            uow.orders.add_many(orders, "bench")
            uow.commit()
        delegate_order(self._app, client.id, orders[-1].id, Asking(self._provider.slug), "bench")
        runner = EmbeddedRunner(self._app, workers=2)
        runner.start()
        try:
            hand_over, empty = [], []
            for order in orders[:-1]:
                hand_over.append(self._wait(order, partial(self._is_in_grid, order)))
                empty.append(self._wait(orders[-1], partial(self._is_done, orders[-1])))
        finally:
            runner.stop()
        return hand_over, empty

    def _wait(self, order: Order, ended: Callable[[], bool]) -> float:
        """Seconds from a decision that wants an order handed over until that has the effect."""
        now = self._app.clock.now()
        payload = {"provider": self._provider.slug, "rule": "bench", "service_preference": ""}
        with self._app.unit_of_work() as uow:
            job = Job(new_id("job"), order.account_id, JobKind.DELEGATE, new_id("key"), payload, now, now, order.id)
            self._job = job.id
            uow.jobs.upsert_due(job)
            uow.commit()
        started = time.monotonic()
        while not ended():
            if time.monotonic() - started > PATIENCE_S:
                raise BenchmarkFailed(f"order {order.order_number} is not handed over after {PATIENCE_S:.0f} s")
            time.sleep(0.002)
        return time.monotonic() - started

    def _is_in_grid(self, order: Order) -> bool:
        with self._app.reading() as uow:
            return any(request.copy_id is not None for request in uow.requests.list_for_order(order.account_id, order.id))

    def _is_done(self, order: Order) -> bool:
        with self._app.reading() as uow:
            jobs = uow.jobs.list_for_order(order.account_id, order.id)
        return any(job.id == self._job and job.state is JobState.DONE for job in jobs)

    def _import(self) -> float:
        store_id = str(self._connection(self._clients[-1][1]).store_id)
        return _seconds(lambda: import_store(self._app, self._provider.id, store_id))

    def _run(self, connection_id: str) -> dict[str, Any]:
        at = self._app.clock.now() - timedelta(hours=1)
        ids = {"id": new_id("imp"), "account_id": self._provider.id, "store_id": self._connection(connection_id).store_id}
        return {**ids, "started_at": at, "ended_at": at, "outcome": "done", "error": None, "summary": {}}

    def _account(self, name: str, kind: AccountKind, email: str) -> Account:
        place = {"country": "ES", "time_zone": "Europe/Madrid"}
        return create_account(self._app, name=name, kind=kind, email=email, password=PASSWORD, **place)

    def _client(self, number: int) -> tuple[Account, str]:
        account = self._account(f"Client {number:04}", AccountKind.MERCHANT, f"owner{number}@client.example")
        connection = connect_accounts(self._app, provider_slug=self._provider.slug, client_slug=account.slug)
        return account, connection.id

    def _connection(self, connection_id: str) -> Connection:
        with self._app.reading() as uow:
            return uow.connections.get(self._provider.id, connection_id)

    def _fill(self, client: Account, connection_id: str, count: int, *, imported: bool) -> None:
        """Requests of a client, as delegations leave them, and the copies, as imports do; in few statements."""
        store_id = str(self._connection(connection_id).store_id)
        at = self._app.clock.now() - timedelta(hours=1 if imported else 0)
        orders = [self._order(client.id, OrderState.PENDING_FULFILLMENT, number) for number in range(count)]
        requests, copies = [], []
        for order in orders:
            lines = (RequestLine("1", "MUG", "Mug", Decimal(2)),)
            request = FulfillmentRequest(
                new_id("ffr"),
                client.id,
                self._provider.id,
                order.id,
                lines,
                "",
                (),
                at,
                connection_id=connection_id,
                changed_at=at,
            )
            if imported:
                copy = replace(order, id=new_id("ord"), account_id=self._provider.id, store_id=store_id, external_id=request.id)
                copies.append(replace(copy, state=OrderState.OPEN, source_version=at.isoformat()))
                request = replace(request, copy_id=copies[-1].id, state=type(request.state).ACCEPTED)
            requests.append(request)
        with self._app.unit_of_work() as uow:
            uow.orders.add_many([*orders, *copies], "bench")
            uow.commit()
        with self._database.begin() as opened:
            insert_many(opened, FulfillmentRequestRow, [_row(request) for request in requests])
            rows = [
                {"request_id": one.id, "position": 0, "account_id": one.account_id, "line_key": "1", "sku": "MUG", "name": "Mug"}
                | {"quantity": Decimal(2), "provider_sku": "", "shipped": Decimal(0)}
                for one in requests
            ]
            insert_many(opened, FulfillmentRequestLineRow, rows)

    def _order(self, account_id: str, state: OrderState, number: int) -> Order:
        now, name = self._app.clock.now(), new_id("ext")
        document = {
            "order_number": f"{number:05}",
            "order_date": now.isoformat(),
            "order_total": Decimal("60.10"),
            "currency": "EUR",
            "logistics_provider": self._provider.slug,
            "ship_to": {"name": "Ana Núñez", "street1": "Calle Mayor 1", "city": "Madrid", "country": "ES"},
            "items": [{"line_key": "1", "sku": "MUG", "name": "Mug", "quantity": 2, "unit_price": Decimal("30.05")}],
        }
        return Order(
            id=new_id("ord"),
            account_id=account_id,
            store_id=None,
            external_id=name,
            external_order_id=name,
            order_number=f"{number:05}",
            revision="",
            source_version="",
            source=document,
            imported_at=now,
            updated_at=now,
            state=state,
        )


def _row(request: FulfillmentRequest) -> dict[str, Any]:
    kept: dict[str, Any] = {"state": request.state.value, "notes": [], "reason_lines": [], "change_state": None, "change": None}
    names = [column.name for column in FulfillmentRequestRow.__table__.columns if column.name not in kept]
    return {**{name: getattr(request, name) for name in names if name != "is_open"}, **kept, "is_open": request.is_live}


def database_names() -> tuple[str, ...]:
    """SQLite, and PostgreSQL where the environment names a server."""
    return ("SQLite", "PostgreSQL") if POSTGRESQL in os.environ else ("SQLite",)


@contextmanager
def own_database(name: str) -> Iterator[Database]:
    """An empty one, gone afterwards."""
    secrets = SecretBox((b"k" * 32,))
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        if name == "SQLite":
            database = open_database(f"sqlite:///{Path(folder) / 'relevo.db'}", secrets)
            migrate(database)
            yield database
            database.close()
            return
    with _own_postgresql(make_url(os.environ[POSTGRESQL])) as url:
        database = open_database(url.render_as_string(hide_password=False), secrets)
        migrate(database)
        yield database
        database.close()


@contextmanager
def _own_postgresql(server: URL) -> Iterator[URL]:
    name = f"relevo_bench_{datetime.now(UTC):%H%M%S%f}"
    outside = open_database(server.render_as_string(hide_password=False))
    try:
        with outside.outside_transaction() as opened:
            opened.execute(text(f'CREATE DATABASE "{name}"'))
        yield server.set(database=name)
    finally:
        with outside.outside_transaction() as opened:
            opened.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        outside.close()


def log_in_to(browser: FlaskClient, email: str) -> None:
    """Have a browser logged in. Raises BenchmarkFailed."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/log-in").text)
    if found is None:
        raise BenchmarkFailed("there is no log-in page")
    browser.post("/log-in", data={"csrf_token": found[1], "email": email, "password": PASSWORD})


def _ok(browser: FlaskClient) -> None:
    answer = browser.get("/orders")
    if answer.status_code != 200:
        raise BenchmarkFailed(f"the grid answers {answer.status}")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
