"""Importing from an account of which almost everything has shipped: the requests by number of news, and the memory."""

from __future__ import annotations

import json
import math
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Circumstances, table
from benchmarks.import_orders import Say
from benchmarks.processes import Finished, measure, product_environment, running_sandbox

# The log-in, the search of orders, names of methods and channels, the random sample of notes, its orders and what is written on
# them, one to spare.
SPARE_REQUESTS = 8


@dataclass(frozen=True, slots=True)
class Size:
    """How many orders are open and how many shipped long ago; how many come in before the third import."""

    open_orders: int
    shipped: int
    news: int
    seed: int = 1


FULL = Size(open_orders=1000, shipped=99_000, news=30)
QUICK = Size(open_orders=30, shipped=500, news=3)


@dataclass(frozen=True, slots=True)
class Run:
    """One import of the account."""

    label: str
    open_notes: int
    news: int
    requests: int
    finished: Finished

    @property
    def bound(self) -> int:
        """What it may ask: pages of what is open, four requests for 200 news, and a few."""
        return math.ceil(self.open_notes / 500) + math.floor(self.news / 200 * 4) + SPARE_REQUESTS


@dataclass(frozen=True, slots=True)
class Report:
    """The imports of the large account, and the first one of an account that has only what is open."""

    size: Size
    runs: list[Run]
    small: Run
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        peak, small = self.runs[0].finished.peak_mib, self.small.finished.peak_mib
        return {
            **self.circumstances.to_json(),
            "notes": self.size.open_orders + self.size.shipped,
            "open": self.size.open_orders,
            "imports": [
                {
                    "label": run.label,
                    "news": run.news,
                    "requests": run.requests,
                    "bound": run.bound,
                    "wall_s": run.finished.wall_s,
                }
                for run in self.runs
            ],
            "peak_mib": peak,
            "small_peak_mib": small,
            "peak_ratio": peak / small,
        }

    def to_markdown(self) -> list[str]:
        data = self.to_json()
        rows = [
            [run.label, f"{run.news:,}", str(run.requests), str(run.bound), f"{run.finished.wall_s:.2f} s"] for run in self.runs
        ]
        memory = (
            f"Peak memory of the first import: {data['peak_mib']:.1f} MiB; of an account that has only the {data['open']:,} open "
            f"notes: {data['small_peak_mib']:.1f} MiB; ratio **{data['peak_ratio']:.2f}**."
        )
        return [
            self.circumstances.sentence(),
            "",
            *table([f"{data['notes']:,} notes, {data['open']:,} open", "news", "requests", "at most", "wall time"], rows),
            "",
            memory,
        ]


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed."""
    circumstances = Circumstances(1)
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        say(f"an account with {size.shipped:,} shipped orders and {size.open_orders:,} open ones")
        runs = _measure_account(Path(folder) / "large", size, size.shipped)
        say(f"the same without what has shipped: {size.open_orders:,} orders")
        (small, *_) = _measure_account(Path(folder) / "small", size, shipped=0)
    return Report(size, runs, small, circumstances)


def _measure_account(data_dir: Path, size: Size, shipped: int) -> list[Run]:
    environment = product_environment(data_dir)
    with running_sandbox(size.open_orders, size.seed, environment, shipped=shipped) as url:
        store_id = measure("-m", "benchmarks.merchant", "--url", url, environment=environment).output.strip()
        first = _import("the first import", store_id, environment, size.open_orders, size.open_orders)
        second = _import("the next one, nothing new", store_id, environment, size.open_orders, 0)
        for _ in range(size.news):
            _post(f"{url}/sandbox/orders", {"channel_id": 2})
        open_notes = size.open_orders + size.news
        third = _import(f"the next one, {size.news} orders came in", store_id, environment, open_notes, size.news)
    return [first, second, third]


def _import(label: str, store_id: str, environment: dict[str, str], open_notes: int, news: int) -> Run:
    finished = measure("app.py", "stores", "import", store_id, "--json", environment=environment)
    summary = json.loads(finished.output)
    return Run(label, open_notes, news, int(summary["requests"]), finished)


def _post(url: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")  # noqa: S310 - the sandbox's address
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        answer.read()
