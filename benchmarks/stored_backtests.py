"""What the backtest benchmark does with stored orders: storing them with their decisions, backtesting and previewing them."""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from adapters.clock import SystemClock
from adapters.passwords import Argon2PasswordHasher
from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from benchmarks.merchant import RULES, prepare_accounts
from engine.application import Application
from engine.model.store import OrderFinding, Ready, Record, Store
from engine.services.deciding.backtest_rules import Backtest, BacktestWish, backtest_rules
from engine.services.deciding.preview_rules import preview_rules
from engine.services.deciding.publish_rules import publish_rules
from engine.services.importing.import_store import import_store
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.order_document import loads
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.secret_box import SecretBox

SLUG = "merchant-a"
A_PAGE = 200
PREVIEWS = 5
OF_THE_STORE = ("store", "status")  # what an import says itself
CHANGE = (b"paq-premium", b"paq-estandar")  # the draft has another service wherever this one is set
_NEWEST = "SELECT id, order_number FROM orders WHERE account_id = ? ORDER BY id DESC LIMIT ?"
_DECISIONS = "SELECT facts, matched, changes, effects, flags, errors FROM decisions WHERE order_id IN ({})"


class StoredOrders:
    """A store that has the orders of a file."""

    describes = BRIGHTPEARL
    requests = 1
    changes_until = None

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def open(self, store: Store, vault: object = None) -> StoredOrders:
        return self

    def check(self) -> None: ...

    def close(self) -> None: ...

    def scan(self, since: datetime, memory: object = None) -> Iterator[list[Record]]:
        assert self._file is not None
        page: list[Record] = []
        with self._file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                page.append(_record(number, line))
                if len(page) == A_PAGE:
                    yield page
                    page = []
        yield page

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        return []

    def explain(self, number: str, since: datetime) -> OrderFinding:
        return OrderFinding(number, (), None)


def _record(number: int, line: bytes) -> Ready:
    document = {name: value for name, value in loads(line).items() if name not in OF_THE_STORE}
    return Ready(f"n{number}", f"o{number}", str(number), document, b"{}")


def _opened(folder: Path, file: Path | None = None) -> tuple[Application, Database]:
    database = open_database(f"sqlite:///{folder / 'relevo.db'}", SecretBox([b"k" * 32]))
    connector: Any = StoredOrders(file)
    app = Application(
        database.unit_of_work, database.reading_unit_of_work, SystemClock(), {BRIGHTPEARL.code: connector}, Argon2PasswordHasher()
    )
    return app, database


def store_orders(folder: Path, file: Path) -> None:
    """Import what the file holds, decided about by the 53 rules."""
    app, database = _opened(folder, file)
    migrate(database)
    prepare_accounts(app)
    import_stored(app, RULES.read_bytes())
    database.close()


def import_stored(app: Application, rules: bytes) -> None:
    """Import what the application's store has, decided about by these rules."""
    form = StoreForm("brightpearl", "Stored", {"channels": ["1"]}, {"username": "u", "password": "p"})
    store = connect_store(app, SLUG, form)
    publish_rules(app, SLUG, rules)
    import_store(app, store.account_id, store.id)


def backtest(folder: Path, processes: int) -> dict[str, Any]:
    """Try a draft of the 53 rules on all that is stored, against what was decided."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)  # as app.py has it
    app, database = _opened(folder)
    with app.reading() as uow:
        account = uow.accounts.find_by_slug(SLUG)
    assert account is not None
    readings: list[tuple[int, float]] = []

    def report(so_far: Backtest) -> bool:
        readings.append((so_far.seen, resident_mib()))
        return True

    started = time.perf_counter()
    wish = BacktestWish(RULES.read_bytes().replace(*CHANGE), "decided", processes=processes)
    found = backtest_rules(app, account.id, wish, report)
    seconds = time.perf_counter() - started
    database.close()
    early = next(mib for seen, mib in readings if seen * 10 >= found.total)
    return {
        "orders": found.tally.orders,
        "changed": found.tally.changed,
        "seconds": seconds,
        "early_mib": early,
        "late_mib": readings[-1][1],
    }


def preview(folder: Path, orders: int) -> dict[str, Any]:
    """The live answer about drafts of the 53 rules over the last orders."""
    app, database = _opened(folder)
    with app.reading() as uow:
        account = uow.accounts.find_by_slug(SLUG)
    assert account is not None
    seconds, floor = [], []
    for number in range(PREVIEWS):
        draft = RULES.read_bytes().replace(*CHANGE) + f"# {number}\n".encode()
        begun = time.perf_counter()
        seen = preview_rules(app, account.id, draft, last=orders)
        decided = time.perf_counter()
        read = read_decisions(folder, account.id, orders)
        seconds.append(decided - begun)
        floor.append(time.perf_counter() - decided)
        assert read == seen.orders  # each of these orders was decided about once
    database.close()
    return {"orders": seen.orders, "seconds": median(seconds), "floor_seconds": median(floor)}


def read_decisions(folder: Path, account_id: str, orders: int) -> int:
    """Read what the decisions about the last orders knew and came to, by the driver alone; how many there were."""
    with closing(sqlite3.connect(folder / "relevo.db")) as connection:
        newest = connection.execute(_NEWEST, (account_id, orders)).fetchall()
        marks = ",".join("?" * len(newest))
        found = connection.execute(_DECISIONS.format(marks), [order_id for order_id, _ in newest]).fetchall()
    return len([[orjson.loads(text) for text in texts] for texts in found])


def resident_mib() -> float:
    """The resident set of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
