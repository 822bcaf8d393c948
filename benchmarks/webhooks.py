"""Webhooks against what they cannot do without: reading the note and its order, and answering a call at all."""

from __future__ import annotations

import math
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.allowance_proxy import allowance_proxy
from benchmarks.figures import Circumstances, table
from benchmarks.processes import BenchmarkFailed, measure, product_environment, running_sandbox
from benchmarks.webhook_service import Account, call, empty_route, free_port, hook_body, running_service

Say = Callable[[str], None]
THREADS = 8  # of the product's web server
WATCH_S = 0.0005  # between two looks at the database
LATE_S = 30.0  # how long the last decisions may take
LATE_THROTTLED_S = 600.0  # the same while the store sets the pace


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure: so many calls, so many a second, with no throttle; and so many while the store sets the pace."""

    calls: int
    throttled_calls: int
    limit: int = 200  # requests
    window_s: float = 60.0
    a_second: float = 20.0
    warm_up: int = 40
    seed: int = 1


FULL = Size(calls=600, throttled_calls=400)
QUICK = Size(calls=20, warm_up=4, throttled_calls=20, limit=20, window_s=2.0)


@dataclass(slots=True)
class Times:
    """Seconds, one a measurement."""

    decided: list[float] = field(default_factory=list)  # from before the call to the decision in the database
    acknowledged: list[float] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Throttled:
    """What came of calls while the store let only so many requests through."""

    calls: int
    decided: int
    lowest_remaining: int
    refused: int
    requests: int
    last_decided_s: float  # after the last call


@dataclass(frozen=True, slots=True)
class Report:
    size: Size
    times: Times
    throttled: Throttled
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        """Times in milliseconds; the ratios are those of the goals."""
        times = self.times
        read, decided = median(times.read) * 1000, percentile(times.decided, 99) * 1000
        acknowledged, empty = percentile(times.acknowledged, 99) * 1000, percentile(times.empty, 99) * 1000
        return {
            **self.circumstances.to_json(),
            "calls": len(times.acknowledged),
            "decided": len(times.decided),
            "read_p50_ms": read,
            "read_p99_ms": percentile(times.read, 99) * 1000,
            "decided_p50_ms": median(times.decided) * 1000,
            "decided_p99_ms": decided,
            "decided_ratio": decided / read,
            "acknowledged_p50_ms": median(times.acknowledged) * 1000,
            "acknowledged_p99_ms": acknowledged,
            "empty_p50_ms": median(times.empty) * 1000,
            "empty_p99_ms": empty,
            "acknowledged_ratio": acknowledged / empty,
            "throttled": {**asdict(self.throttled), "limit": self.size.limit, "window_s": self.size.window_s},
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        data = self.to_json()
        rows = [
            ["from the call to the stored decision", *_row(data, "decided"), f"**{data['decided_ratio']:.1f}** reads"],
            ["one read of note and order", *_row(data, "read"), ""],
            ["acknowledgement", *_row(data, "acknowledged"), f"**{data['acknowledged_ratio']:.1f}** empty routes"],
            ["an empty Flask route", *_row(data, "empty"), ""],
        ]
        head = [f"{data['calls']:,} calls, {self.size.a_second:g} a second", "median", "p99", "ratio"]
        throttled = self.throttled
        limit = f"{self.size.limit} requests in {self.size.window_s:g} s"
        last = (
            f"With a limit of {limit}: of {throttled.calls:,} calls {throttled.decided:,} led to a decision, the last "
            f"{throttled.last_decided_s:.0f} s after the last call; {throttled.requests:,} requests, {throttled.refused} of them "
            f"refused. Never were fewer than {throttled.lowest_remaining} left."
        )
        return [self.circumstances.sentence(), "", *table(head, rows), "", last]


def _row(data: dict[str, Any], name: str) -> list[str]:
    return [f"{data[f'{name}_p50_ms']:.2f} ms", f"{data[f'{name}_p99_ms']:.2f} ms"]


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed."""
    circumstances = Circumstances(runs=1)
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        environment = {**product_environment(Path(folder)), "RELEVO_PORT": str(free_port()), "RELEVO_DEMO": "0"}
        say("a sandbox, a merchant, a store, 53 rules, the service")
        with running_sandbox(1, size.seed, environment) as url, empty_route(THREADS) as empty:
            store_id = measure("-m", "benchmarks.merchant", "--url", url, environment=environment).output.strip()
            with running_service(environment):
                measure("app.py", "stores", "webhooks", store_id, "on", environment=environment)
                account = Account(url)
                hook = _take_over(account)
                times = _measure(size, account, hook, empty, Path(folder) / "relevo.db", say)
    if len(times.decided) != size.calls:
        raise BenchmarkFailed(f"of {size.calls} calls only {len(times.decided)} led to a decision")
    return Report(size, times, _run_throttled(size, say), circumstances)


def _run_throttled(size: Size, say: Say) -> Throttled:
    """The sandbox calls the service itself, and lets only so many requests through."""
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        environment = {**product_environment(Path(folder)), "RELEVO_PORT": str(free_port()), "RELEVO_DEMO": "0"}
        with running_sandbox(1, size.seed, environment) as url, allowance_proxy(url) as proxy:
            store_id = measure("-m", "benchmarks.merchant", "--url", proxy.url, environment=environment).output.strip()
            with running_service(environment):
                measure("app.py", "stores", "webhooks", store_id, "on", environment=environment)
                account = Account(url)
                created = [account.control("/orders", printed=False) for _ in range(size.throttled_calls)]
                account.control("/throttle", limit=size.limit, window_s=size.window_s)
                say(f"{size.throttled_calls} calls while {size.limit} requests in {size.window_s:g} s are the limit")
                notes = [int(each["note_id"]) for each in created]
                watch = _Watch(Path(folder) / "relevo.db", {str(note_id) for note_id in notes})
                with watch:
                    start = time.perf_counter()
                    for number, note_id in enumerate(notes):
                        _wait_until(start + number / size.a_second)
                        account.control(f"/notes/{note_id}/print")
                    last_call = time.perf_counter()
                    watch.wait(LATE_THROTTLED_S)
                last = max(watch.seen.values(), default=last_call) - last_call
        return Throttled(len(notes), len(watch.seen), proxy.lowest or 0, proxy.refused, proxy.requests, max(0.0, last))


def _take_over(account: Account) -> str:
    """The address that the sandbox would call; from now on this program calls it, so as to see when."""
    hooks = account.hooks()
    for hook in hooks:
        account.delete_hook(hook["id"])
    address: str = hooks[0]["uriTemplate"]
    return address


def _measure(size: Size, account: Account, hook: str, empty: str, database: Path, say: Say) -> Times:
    created = [account.control("/orders", printed=False) for _ in range(size.warm_up + size.calls)]
    notes = [(int(each["note_id"]), int(each["order_id"])) for each in created]
    warm, measured = notes[: size.warm_up], notes[size.warm_up :]
    say(f"{size.warm_up} calls to warm up")
    _call_all(warm, size, account, hook, empty, database)
    say(f"{size.calls} calls, {size.a_second:g} a second")
    return _call_all(measured, size, account, hook, empty, database)


def _call_all(notes: list[tuple[int, int]], size: Size, account: Account, hook: str, empty: str, database: Path) -> Times:
    """Each note is printed and called at its time; in between the empty route is called, and the account is read."""
    times = Times()
    called: dict[str, float] = {}
    watch = _Watch(database, {str(note_id) for note_id, _ in notes})
    futures: list[Future[None]] = []

    def call_hook(note_id: int) -> None:
        called[str(note_id)] = time.perf_counter()
        seconds, status = call(hook, hook_body(note_id))
        if status != 204:
            raise BenchmarkFailed(f"a call was answered with {status}")
        times.acknowledged.append(seconds)

    with watch, ThreadPoolExecutor(4) as pool:
        start = time.perf_counter() + 0.2
        for number, (note_id, order_id) in enumerate(notes):
            due = start + number / size.a_second
            account.control(f"/notes/{note_id}/print")
            _wait_until(due)
            futures.append(pool.submit(call_hook, note_id))
            _wait_until(due + 0.4 / size.a_second)
            times.empty.append(call(empty, b"{}")[0])
            if number % 2:
                _wait_until(due + 0.75 / size.a_second)  # by then the service has nothing to do, as a rule
                before = time.perf_counter()
                account.read(note_id, order_id)
                times.read.append(time.perf_counter() - before)
        for future in futures:
            future.result()
        watch.wait(LATE_S)
    times.decided = [watch.seen[external_id] - at for external_id, at in called.items() if external_id in watch.seen]
    return times


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.perf_counter()))


class _Watch:
    """Looks all the time for orders that have a decision, and notes when it first saw each."""

    def __init__(self, database: Path, wanted: set[str]) -> None:
        self.seen: dict[str, float] = {}
        self._database = database
        self._wanted = wanted
        self._stop = threading.Event()
        self._complete = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def wait(self, seconds: float) -> None:
        self._complete.wait(seconds)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        query = "SELECT o.rowid, o.external_id FROM orders o JOIN decisions d ON d.order_id = o.id WHERE o.rowid > ?"
        connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
        newest = connection.execute("SELECT coalesce(max(rowid), 0) FROM orders").fetchone()[0]
        while not self._stop.wait(WATCH_S):
            for row_id, external_id in connection.execute(query, (newest,)).fetchall():
                newest = max(newest, row_id)
                if external_id in self._wanted:  # the service imports others by itself
                    self.seen.setdefault(external_id, time.perf_counter())
            if self._wanted <= self.seen.keys():
                self._complete.set()
        connection.close()
