"""The least work behind an import: fetch the same pages, parse them, insert the same rows; no mapping, no rules.

    python -m benchmarks.import_floor --url URL --rows FINISHED.db --into EMPTY.db --since TIME --spawned SECONDS

The rows come from the database of a finished import and are in memory before the clock starts; there is one commit for each
page of the search. It comes in two kinds: an ordinary program, which uses requests as the product does; and with `--bare` one
that favours itself wherever it can, with nothing between it and the socket and no garbage collection. Prints one JSON object
with times in seconds.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import orjson

from benchmarks import ACCOUNT_CODE, PASSWORD, USERNAME

PAGE_SIZE = 500
CHUNK = 200
NOTE_COLUMNS = ("external_id",)
ORDER_COLUMNS = ("order_id", "subject_id")

Rows = dict[str, list[tuple[Any, ...]]]  # by table


@dataclass(slots=True)
class Fetched:
    """What came over the wire."""

    requests: int = 0
    notes: int = 0
    orders: int = 0


class Ordinary:
    """Asks by a session of requests."""

    def __init__(self, url: str) -> None:
        import requests

        self._url = url
        self._session = requests.Session()

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        answer = self._session.request(method, self._url + path, data=body, headers=headers)
        return answer.status_code, answer.content


class Bare:
    """Asks by one connection of the standard library."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._http = HTTPConnection(parts.hostname or "", parts.port)

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self._http.request(method, path, body, headers)
        answer = self._http.getresponse()
        return answer.status, answer.read()


class Api:
    """One connection, kept open; every answer is parsed."""

    def __init__(self, client: Ordinary | Bare) -> None:
        self._client = client
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        self.fetched = Fetched()

    def log_in(self) -> None:
        credentials = {"emailAddress": USERNAME, "password": PASSWORD}
        body = orjson.dumps({"apiAccountCredentials": credentials})
        self._headers["brightpearl-auth"] = self._ask("POST", f"/{ACCOUNT_CODE}/authorise", body)

    def get(self, path: str) -> Any:
        return self._ask("GET", f"/public-api/{ACCOUNT_CODE}{path}")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        self.fetched.requests += 1
        status, content = self._client.ask(method, path, body, self._headers)
        if status != 200:
            raise SystemExit(f"HTTP {status} for {path[:80]}")
        return orjson.loads(content)["response"]


def fetch(api: Api, since: str) -> Iterator[list[int]]:
    """Note ids for each page of the search, after these notes and their orders were read by 200."""
    api.log_in()
    for names in ("/warehouse-service/shipping-method", "/product-service/channel"):
        api.get(names)
    pending: list[int] = []
    first, more = 1, True
    while more:
        query = f"shipped=false&createdOn={since}/&sort=goodsOutNoteId.ASC&pageSize={PAGE_SIZE}&firstResult={first}"
        page = api.get(f"/warehouse-service/goods-note/goods-out-search?{query}")
        column = [each["name"] for each in page["metaData"]["columns"]].index("goodsOutNoteId")
        pending += [row[column] for row in page["results"]]
        more = page["metaData"]["morePagesAvailable"]
        first += len(page["results"])
        done = len(pending) if not more else len(pending) // CHUNK * CHUNK
        for start in range(0, done, CHUNK):
            _read(api, pending[start : min(done, start + CHUNK)])
        yield pending[:done]
        del pending[:done]


def _read(api: Api, note_ids: Sequence[int]) -> None:
    notes = api.get(f"/warehouse-service/order/*/goods-note/goods-out/{_id_set(note_ids)}")
    order_ids = _id_set(sorted({note["orderId"] for note in notes.values()}))
    orders = api.get(f"/order-service/order/{order_ids}")
    api.get(f"/order-service/order-note-search?orderId={order_ids}&sort=noteId.ASC&pageSize={PAGE_SIZE}&firstResult=1")
    api.fetched.notes += len(notes)
    api.fetched.orders += len(orders)


def _id_set(ids: Sequence[int]) -> str:
    return f"{ids[0]}-{ids[-1]}" if ids[-1] - ids[0] == len(ids) - 1 else ",".join(map(str, ids))


def load_pages(finished: str, empty: str) -> tuple[list[list[int]], list[Rows]]:
    """What the import added to the empty database, cut up as the pages will come: note ids and rows."""
    connection = sqlite3.connect(finished)
    connection.execute("ATTACH ? AS empty", (empty,))
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
    added = {table: _added(connection, table) for table in tables}
    names, orders = added["orders"]
    order_id, external_id = names.index("id"), names.index("external_id")
    notes = {row[order_id]: int(row[external_id]) for row in orders}
    note_ids = sorted(notes.values())
    ends = [min(first + PAGE_SIZE, len(note_ids)) // CHUNK * CHUNK for first in range(0, len(note_ids), PAGE_SIZE)]
    ends[-1:] = [len(note_ids)]  # what the chunks left over comes with the last page
    pages = [note_ids[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    page_of = {note_id: number for number, page in enumerate(pages) for note_id in page}
    rows: list[Rows] = [{} for _ in pages]
    for table, (columns, table_rows) in added.items():
        for row in table_rows:
            number = _page_of_row(dict(zip(columns, row, strict=True)), notes, page_of)
            rows[number].setdefault(table, []).append(row)
    return pages, rows


def _added(connection: sqlite3.Connection, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    # SQLite numbers a table's rows in the order they came; a table that is one index has no such numbers.
    [kept_as_index] = connection.execute("SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'", (table,)).fetchone()
    if kept_as_index:
        newer = f"SELECT * FROM main.{table} EXCEPT SELECT * FROM empty.{table}"  # noqa: S608 - names of tables
    else:
        newer = f"SELECT * FROM main.{table} WHERE rowid > (SELECT coalesce(max(rowid), 0) FROM empty.{table}) ORDER BY rowid"  # noqa: S608 - names of tables
    cursor = connection.execute(newer)
    return [column[0] for column in cursor.description], cursor.fetchall()


def _page_of_row(row: dict[str, Any], notes: dict[str, int], page_of: dict[int, int]) -> int:
    """The page whose notes a row belongs to; what belongs to none goes in with the first."""
    for name in NOTE_COLUMNS:
        if row.get(name) is not None:
            return page_of[int(row[name])]
    for name in ORDER_COLUMNS:
        if row.get(name) in notes:
            return page_of[notes[row[name]]]
    return 0


def insert(connection: sqlite3.Connection, rows: Rows) -> None:
    """One page's rows in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for table, table_rows in rows.items():
        places = ",".join("?" * len(table_rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", table_rows)  # noqa: S608 - names of tables
    connection.execute("COMMIT")


def main() -> None:
    started, started_cpu = time.monotonic(), time.process_time()
    parser = argparse.ArgumentParser()
    for name in ("--url", "--rows", "--into", "--since"):
        parser.add_argument(name, required=True)
    parser.add_argument("--spawned", type=float, required=True, help="when this process was asked for, by the monotonic clock")
    parser.add_argument("--bare", action="store_true", help="http.client, and no garbage collection")
    options = parser.parse_args()
    gc.disable()
    expected, pages = load_pages(options.rows, options.into)
    gc.freeze()  # the rows are not part of the program that is measured
    if not options.bare:
        gc.enable()

    begun, begun_cpu = time.monotonic(), time.process_time()
    connection = sqlite3.connect(options.into, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")  # both as the product sets them; its file is in WAL mode already
    connection.execute("PRAGMA synchronous = NORMAL")
    api = Api(Bare(options.url) if options.bare else Ordinary(options.url))
    found = []
    for note_ids, rows in zip(fetch(api, options.since), pages, strict=True):
        insert(connection, rows)
        found.append(note_ids)
    ended, ended_cpu = time.monotonic(), time.process_time()

    connection.close()
    if found != expected:
        raise SystemExit("the pages that came are not those whose rows were inserted")
    report = {
        "start_s": started - options.spawned,
        "work_s": ended - begun,
        "cpu_s": started_cpu + ended_cpu - begun_cpu,
        "requests": api.fetched.requests,
        "notes": api.fetched.notes,
        "orders": api.fetched.orders,
        "commits": len(pages),
    }
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()
    os._exit(0)  # nobody waits for hundreds of megabytes of rows to be given back


if __name__ == "__main__":
    main()
