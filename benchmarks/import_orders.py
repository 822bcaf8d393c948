"""Importing orders, against the floor: the wall time of both, their ratio, and the import's memory by number of orders."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.processes import Finished, measure, product_environment, running_sandbox

WINDOW = timedelta(days=90)  # what an import looks back by default
OLDEST, NEWEST = timedelta(days=60), timedelta(days=1)  # the sandbox spreads its orders evenly between them
DATABASE = "relevo.db"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure. The memory of a tenth of the orders is compared with that of all of them."""

    orders: int
    runs: int
    seed: int = 1


FULL = Size(orders=10_000, runs=5)
QUICK = Size(orders=200, runs=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """One import and, right after it, the floor with the rows of this import."""

    product: Finished
    summary: dict[str, Any]
    floor: dict[str, Any]  # as import_floor prints it
    bare: dict[str, Any]  # the same of the floor with `--bare`
    rows: dict[str, int]  # that the import added, by table
    floor_rows: dict[str, int]
    equal: bool  # whether both added the same rows, value for value
    matches: float  # rules matched, on average an order

    @property
    def floor_wall_s(self) -> float:
        """From asking for the process to the last commit, without the time it took to load its rows."""
        return float(self.floor["start_s"] + self.floor["work_s"])

    @property
    def bare_wall_s(self) -> float:
        return float(self.bare["start_s"] + self.bare["work_s"])


@dataclass(frozen=True, slots=True)
class Report:
    """All runs, and the import of fewer orders."""

    pairs: list[Pair]
    fewer: Finished
    fewer_imported: int
    made: datetime
    load: float  # the machine's load average before the first run: 0 to 0.5 when it was left alone

    def to_json(self) -> dict[str, Any]:
        """Medians over the runs (`walls`: each), seconds and mebibytes; the counts are those of the last run."""
        last = self.pairs[-1]
        wall, floor = _median(self.pairs, _wall), _median(self.pairs, _floor_wall)
        bare = _median(self.pairs, lambda pair: pair.bare_wall_s)
        peak = _median(self.pairs, lambda pair: pair.product.peak_mib)
        return {
            "machine": describe_machine(),
            "date": self.made.date().isoformat(),
            "load": round(self.load, 1),
            "runs": len(self.pairs),
            "imported": last.summary["imported"],
            "matches": round(last.matches, 2),
            "import_wall_s": wall,
            "import_walls_s": [_wall(pair) for pair in self.pairs],
            "import_cpu_s": _median(self.pairs, lambda pair: pair.product.cpu_s),
            "import_requests": last.summary["requests"],
            "import_rows": last.rows,
            "floor_wall_s": floor,
            "floor_walls_s": [_floor_wall(pair) for pair in self.pairs],
            "bare_floor_wall_s": bare,
            "floor_cpu_s": _median(self.pairs, lambda pair: pair.floor["cpu_s"]),
            "floor_requests": last.floor["requests"],
            "floor_notes": last.floor["notes"],
            "floor_commits": last.floor["commits"],
            "floor_rows": last.floor_rows,
            "rows_equal": all(pair.equal for pair in self.pairs),
            "ratio": wall / floor,
            "ratio_to_bare_floor": wall / bare,
            "peak_mib": peak,
            "fewer_imported": self.fewer_imported,
            "fewer_peak_mib": self.fewer.peak_mib,
            "peak_difference_mib": peak - self.fewer.peak_mib,
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        data = self.to_json()
        many, few = f"{data['imported']:,}", f"{data['fewer_imported']:,}"
        rows = f"{sum(data['import_rows'].values()):,}"
        return [
            f"{data['machine']}. {data['date']}, load {data['load']} before, {data['runs']} runs.",
            "",
            f"{data['matches']} of the 53 rules matched an order, on average.",
            "",
            f"| {many} orders | import | floor | ratio |",
            "| --- | ---: | ---: | ---: |",
            _compared("wall time, median", data["import_wall_s"], data["floor_wall_s"], "**"),
            _compared("against the bare floor", data["import_wall_s"], data["bare_floor_wall_s"]),
            _compared("wall time, fastest runs", min(data["import_walls_s"]), min(data["floor_walls_s"])),
            _compared("wall time, slowest runs", max(data["import_walls_s"]), max(data["floor_walls_s"])),
            _compared("processor time (user and system)", data["import_cpu_s"], data["floor_cpu_s"]),
            _line("requests", data["import_requests"], data["floor_requests"]),
            _line("rows written", rows, "the same" if data["rows_equal"] else "NOT THE SAME"),
            _line(f"peak memory, {many} orders", f"{data['peak_mib']:.1f} MiB"),
            _line(f"peak memory, {few} orders", f"{data['fewer_peak_mib']:.1f} MiB"),
            _line("difference", f"{data['peak_difference_mib']:+.1f} MiB"),
        ]


def _line(label: str, product: object, floor: object = "", ratio: str = "") -> str:
    return f"| {label} | {product} | {floor} | {ratio} |"


def _compared(label: str, product_s: float, floor_s: float, emphasis: str = "") -> str:
    return _line(label, f"{product_s:.2f} s", f"{floor_s:.2f} s", f"{emphasis}{product_s / floor_s:.2f}{emphasis}")


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed."""
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        template = Path(folder) / "template"
        environment = product_environment(template)
        say(f"a sandbox with {size.orders:,} orders, a merchant, a store, 53 rules")
        made, load = datetime.now(UTC), os.getloadavg()[0]
        with running_sandbox(size.orders, size.seed, environment) as url:
            store_id = measure("-m", "benchmarks.merchant", "--url", url, environment=environment).output.strip()
            pairs = []
            for number in range(1, size.runs + 1):
                pair = _measure_pair(Path(folder), url, store_id, made)
                say(f"run {number} of {size.runs}: import {pair.product.wall_s:.2f} s, floor {pair.floor_wall_s:.2f} s")
                pairs.append(pair)
            fewer = max(1, size.orders // 10)
            say(f"the memory of {fewer:,} orders")
            since = made - NEWEST - (OLDEST - NEWEST) * ((fewer - 0.5) / max(1, size.orders - 1)) + timedelta(hours=1)
            with _copied(template, Path(folder) / "fewer") as data_dir:
                finished, summary = _import(data_dir, store_id, "--since", since.isoformat())
        return Report(pairs, finished, summary["imported"], made, load)


def _measure_pair(folder: Path, url: str, store_id: str, made: datetime) -> Pair:
    template = folder / "template"
    with _copied(template, folder / "product") as product, _copied(template, folder / "floor") as floor:
        finished, summary = _import(product, store_id)
        with _copied(template, folder / "bare") as bare:
            bare_report = _run_floor(product / DATABASE, bare / DATABASE, url, made - WINDOW, "--bare")
        report = _run_floor(product / DATABASE, floor / DATABASE, url, made - WINDOW)
        rows = _count_added(product / DATABASE, template / DATABASE)
        floor_rows = _count_added(floor / DATABASE, template / DATABASE)
        equal = rows == floor_rows and _hold_the_same(product / DATABASE, floor / DATABASE, list(rows))
        matches = _query(product / DATABASE, "SELECT coalesce(avg(json_array_length(matched)), 0) FROM orders")[0][0]
        return Pair(finished, summary, report, bare_report, rows, floor_rows, equal, float(matches))


def _import(data_dir: Path, store_id: str, *options: str) -> tuple[Finished, dict[str, Any]]:
    command = ("app.py", "stores", "import", store_id, "--json", *options)
    finished = measure(*command, environment=product_environment(data_dir))
    summary: dict[str, Any] = json.loads(finished.output)
    return finished, summary


def _run_floor(rows: Path, into: Path, url: str, since: datetime, *flags: str) -> dict[str, Any]:
    options = {"--url": url, "--rows": str(rows), "--into": str(into), "--since": since.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    command = ["-m", "benchmarks.import_floor", *(part for option in options.items() for part in option), *flags]
    finished = measure(*command, "--spawned", repr(time.monotonic()), environment=os.environ)
    report: dict[str, Any] = json.loads(finished.output)
    return report


@contextmanager
def _copied(template: Path, copy: Path) -> Iterator[Path]:
    """A copy of a folder for the length of a block; it is on the disk before anything is measured."""
    shutil.copytree(template, copy)
    os.sync()
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def _count_added(database: Path, before: Path) -> dict[str, int]:
    """Rows by table that were added, for the tables that have any."""
    names = [name for (name,) in _query(before, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    added = {name: _count(database, name) - _count(before, name) for name in names}
    return {name: count for name, count in added.items() if count}


def _count(database: Path, table: str) -> int:
    return int(_query(database, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - a name of a table


def _hold_the_same(one: Path, other: Path, tables: list[str]) -> bool:
    for table in tables:
        difference = f"SELECT * FROM main.{table} EXCEPT SELECT * FROM other.{table} LIMIT 1"  # noqa: S608 - a name of a table
        if _query(one, difference, other) or _query(other, difference, one):
            return False
    return True


def _query(database: Path, statement: str, other: Path | None = None) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    try:
        if other is not None:
            connection.execute("ATTACH ? AS other", (str(other),))
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def _wall(pair: Pair) -> float:
    return pair.product.wall_s


def _floor_wall(pair: Pair) -> float:
    return pair.floor_wall_s


def _median(pairs: list[Pair], value: Callable[[Pair], float]) -> float:
    return median(map(value, pairs))


def describe_machine() -> str:
    """Processor, cores, memory and the versions that count."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return (
        f"{_processor()}, {cores} cores, {memory_gib:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
