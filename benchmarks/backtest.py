"""Backtests of stored orders by the 53 rules, beside zen's matching alone over the same orders in the same run."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Circumstances, table, version_of_peer
from benchmarks.processes import BenchmarkFailed, measure
from benchmarks.workload import write_orders, write_rule_set

PREVIEWED = 1000  # orders, as the editor asks for

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    orders: int
    runs: int
    processes: tuple[int, ...]  # each is measured; 0 decides in the process that reads


FULL = Size(orders=100_000, runs=3, processes=(0, 1, 2))
QUICK = Size(orders=2_000, runs=1, processes=(0, 2))


@dataclass(frozen=True, slots=True)
class Tried:
    """All runs with so many processes; the resident set is that of the last one, MiB."""

    processes: int
    orders_a_second: float
    early_mib: float
    late_mib: float


@dataclass(frozen=True, slots=True)
class Report:
    size: Size
    changed: int
    tried: tuple[Tried, ...]
    previewed: int  # orders
    preview_s: float
    preview_floor_s: float  # of reading the same rows
    zen: float  # orders a second
    zen_version: str
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        return {
            **self.circumstances.to_json(),
            "orders": self.size.orders,
            "changed": self.changed,
            "previewed": self.previewed,
            "preview_ms": self.preview_s * 1000,
            "preview_floor_ms": self.preview_floor_s * 1000,
            "zen_orders_a_second": self.zen,
            "processes": {
                str(one.processes): {
                    "orders_a_second": one.orders_a_second,
                    "to_zen": one.orders_a_second / self.zen,
                    "early_mib": one.early_mib,
                    "late_mib": one.late_mib,
                }
                for one in self.tried
            },
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        head = [f"{self.size.orders:,} orders", "orders a second", "to zen", "MiB after a tenth", "at the end"]
        rows = [
            [
                "backtest, " + ("no further process" if one.processes == 0 else f"{one.processes} further"),
                f"{one.orders_a_second:,.0f}",
                f"{one.orders_a_second / self.zen:.2f}",
                f"{one.early_mib:.1f}",
                f"{one.late_mib:.1f}",
            ]
            for one in self.tried
        ]
        rows.append([f"zen {self.zen_version}, matching alone", f"{self.zen:,.0f}", "1.00", "", ""])
        took, least = self.preview_s * 1000, self.preview_floor_s * 1000
        preview = (
            f"A preview over {self.previewed:,} orders, its draft parsed anew, takes {took:.0f} ms; reading the same rows and "
            f"their JSON alone {least:.0f} ms: **{took / least:.1f}** times that."
        )
        return [self.circumstances.sentence(), "", *table(head, rows), "", preview]


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed."""
    zen_version = version_of_peer("zen-engine")
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        orders, rules = write_orders(Path(folder), size.orders), write_rule_set(Path(folder), "53")
        say(f"storing {size.orders:,} orders with their decisions")
        measure("-m", "benchmarks.backtest_program", "store", folder, str(orders), environment=os.environ)
        circumstances = Circumstances(size.runs)
        answers: dict[int, list[dict[str, Any]]] = {processes: [] for processes in size.processes}
        zen = []
        for _ in range(size.runs):
            for processes in size.processes:
                answers[processes].append(_backtest(folder, processes, size.orders))
            zen.append(_seconds_of_zen(rules, orders, size.orders))
        command = ("-m", "benchmarks.backtest_program", "preview", folder, str(PREVIEWED))
        preview = json.loads(measure(*command, environment=os.environ).output)
    tried = tuple(_tried(processes, runs) for processes, runs in answers.items())
    for one in tried:
        say(f"  {one.processes} further processes: {one.orders_a_second:,.0f} orders a second")
    changed = {answer["changed"] for runs in answers.values() for answer in runs}
    if len(changed) != 1:
        raise BenchmarkFailed(f"backtests of the same orders come to different counts: {sorted(changed)}")
    previewed = preview["orders"], preview["seconds"], preview["floor_seconds"]
    return Report(size, changed.pop(), tried, *previewed, size.orders / median(zen), zen_version, circumstances)


def _backtest(folder: str, processes: int, orders: int) -> dict[str, Any]:
    printed = measure("-m", "benchmarks.backtest_program", "backtest", folder, str(processes), environment=os.environ).output
    answer: dict[str, Any] = json.loads(printed)
    if answer["orders"] != orders:
        raise BenchmarkFailed(f"the backtest looked at {answer['orders']:,} orders, not {orders:,}")
    return answer


def _seconds_of_zen(rules: Path, orders: Path, limit: int) -> float:
    command = ("-m", "benchmarks.match_program", "zen", str(rules), str(orders), str(limit))
    return float(json.loads(measure(*command, environment=os.environ).output)["seconds"])


def _tried(processes: int, runs: list[dict[str, Any]]) -> Tried:
    seconds = median(one["seconds"] for one in runs)
    last = runs[-1]
    return Tried(processes, last["orders"] / seconds, last["early_mib"], last["late_mib"])
