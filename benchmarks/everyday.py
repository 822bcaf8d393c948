"""What people wait for, each beside the least that it could take: a start, a check of rules, an explanation, a hand-over."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Circumstances, table
from benchmarks.import_orders import DATABASE, Say
from benchmarks.processes import BenchmarkFailed, measure, product_environment, running_sandbox
from benchmarks.webhook_service import empty_route, free_port, running_service
from benchmarks.workload import make_rule_set

THREADS = 8  # of the empty route's server


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each, and how often it is measured."""

    runs: int
    rules: int  # in the file that is checked
    lines: int  # of the order that is explained
    wildcard_rules: int  # that explain it
    orders: int  # imported, of which the rules hand over about half


FULL = Size(runs=5, rules=1000, lines=1000, wildcard_rules=300, orders=2500)
QUICK = Size(runs=1, rules=20, lines=3, wildcard_rules=2, orders=40)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that people wait for, in seconds; medians."""

    key: str
    label: str
    product_s: float
    floor_label: str
    floor_s: float
    count: int = 1  # of what was done in that time

    @property
    def ratio(self) -> float:
        return self.product_s / self.floor_s


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured."""

    rows: list[Row]
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        """Seconds, by what is waited for."""
        measured = {
            row.key: {"product_s": row.product_s, "floor_s": row.floor_s, "ratio": row.ratio, "count": row.count}
            for row in self.rows
        }
        return {**self.circumstances.to_json(), **measured}

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        rows = [
            [one.label, _time(one.product_s), f"{one.floor_label}: {_time(one.floor_s)}", f"**{one.ratio:.1f}**"]
            for one in self.rows
        ]
        return [self.circumstances.sentence(), "", *table(["what is waited for", "time", "beside it", "ratio"], rows)]


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed."""
    circumstances = Circumstances(runs=size.runs)
    rows = []
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        for number, measured in enumerate((_start, _check, _explanation, _hand_over)):
            here = Path(folder) / str(number)
            here.mkdir()
            rows.append(measured(here, size))
            say(f"{rows[-1].label}: {_time(rows[-1].product_s)}, {rows[-1].floor_label} {_time(rows[-1].floor_s)}")
    return Report(rows, circumstances)


def _start(folder: Path, size: Size) -> Row:
    """`serve` in an installation that has started before, until it answers; the server alone until it does."""
    environment = {**product_environment(folder), "RELEVO_PORT": str(free_port()), "RELEVO_DEMO": "0"}
    times = [_seconds_to_open(lambda: running_service(environment)) for _ in range(size.runs + 1)][1:]
    floor = [_seconds_to_open(lambda: empty_route(THREADS)) for _ in range(size.runs)]
    return Row(
        "start",
        "`serve`, from its start until it answers",
        median(times),
        "the same of a Flask route that does nothing",
        median(floor),
    )


def _check(folder: Path, size: Size) -> Row:
    """`rules check` on a file; reading the same file as YAML."""
    file = folder / "rules.yaml"
    _write_yaml(make_rule_set(size.rules), file)
    environment = product_environment(folder)
    times, floor = [], []
    for _ in range(size.runs):
        times.append(measure("app.py", "rules", "check", str(file), environment=environment).wall_s)
        floor.append(measure("-c", _READ_YAML, str(file), environment=os.environ).wall_s)
    return Row(
        "check", f"`rules check` on a file of {size.rules:,} rules", median(times), "reading the same file as YAML", median(floor)
    )


_READ_YAML = "import sys; from ruamel.yaml import YAML; YAML(typ='safe', pure=True).load(open(sys.argv[1], 'rb'))"


def _write_yaml(document: dict[str, Any], file: Path) -> None:
    # JSON is YAML, but nobody writes rules like that, and it is read otherwise.
    program = "import json, sys; from ruamel.yaml import YAML; YAML(pure=True).dump(json.load(sys.stdin), open(sys.argv[1], 'w'))"
    subprocess.run([sys.executable, "-c", program, str(file)], input=json.dumps(document), text=True, check=True)


def _explanation(_folder: Path, size: Size) -> Row:
    """The first page of an explanation; the decision that it is about. Both in one process, which compiled the rules before."""
    arguments = ("-m", "benchmarks.explanation_program", str(size.lines), str(size.wildcard_rules), str(size.runs))
    found = json.loads(measure(*arguments, environment=os.environ).output)
    label = f"why {size.wildcard_rules} rules over all lines of an order of {size.lines:,} lines came out so, first page"
    return Row("explanation", label, median(found["explain_s"]), "deciding about that order", median(found["decide_s"]))


def _hand_over(folder: Path, size: Size) -> Row:
    """The outbox of an import worked off, up to the last fulfillment request; as many transactions of one row each."""
    environment = product_environment(folder)
    times, floor, count = [], [], 0
    with running_sandbox(size.orders, 1, environment) as url:
        store_id = measure("-m", "benchmarks.merchant", "--url", url, environment=environment).output.strip()
        measure("app.py", "stores", "import", store_id, "--json", environment=environment)
        process = subprocess.Popen([sys.executable, "app.py", "worker"], env=environment, stdout=subprocess.DEVNULL)
        started = time.monotonic()
        try:
            count = _await_all_handed_over(folder / DATABASE)
            times.append(time.monotonic() - started)
        finally:
            process.kill()  # it may be asking the store for notes; nothing of it is needed any more
            process.wait()
        floor.append(_seconds_of_commits(folder / "floor.db", count))
    label = f"the fulfillment requests of an import, {count:,} of them, by `worker`, its start included"
    return Row("hand_over", label, median(times), "as many transactions of one row", median(floor), count)


def _await_all_handed_over(database: Path) -> int:
    """How many fulfillment requests there are when no delegation is due any more. Raises BenchmarkFailed."""
    with closing(sqlite3.connect(database)) as connection:
        for _ in range(12_000):
            (due,) = connection.execute("SELECT count(*) FROM jobs WHERE kind = 'delegate' AND state = 'due'").fetchone()
            if due == 0:
                return int(connection.execute("SELECT count(*) FROM fulfillment_requests").fetchone()[0])
            time.sleep(0.05)
    raise BenchmarkFailed(f"after ten minutes {due} orders are not handed over")


def _seconds_of_commits(file: Path, count: int) -> float:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)")
    started = time.monotonic()
    for number in range(count):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows VALUES (?, ?)", (number, "a fulfillment request"))
        connection.execute("COMMIT")
    seconds = time.monotonic() - started
    connection.close()
    return seconds


def _seconds_to_open(open_it: Callable[[], Any]) -> float:
    started = time.monotonic()
    with open_it():
        return time.monotonic() - started


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
