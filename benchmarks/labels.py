"""A batch of house labels beside drawing the same PDFs in a bare loop, and one label from the click to its PDF."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.clients import percentile
from benchmarks.figures import Circumstances, table
from benchmarks.import_orders import Say
from benchmarks.processes import measure, product_environment


@dataclass(frozen=True, slots=True)
class Size:
    """How many labels a batch has, and how often it is made."""

    runs: int
    labels: int


FULL = Size(runs=5, labels=1000)
QUICK = Size(runs=1, labels=5)


@dataclass(frozen=True, slots=True)
class Batch:
    """One run. Seconds of the batch, of labels one by one, and of each PDF alone; MiB resident after a tenth and at the end."""

    batch: float
    clicks: list[float]
    drawings: list[float]
    early: float
    late: float

    @property
    def ratio(self) -> float:
        return self.batch / sum(self.drawings)


@dataclass(frozen=True, slots=True)
class Report:
    """All runs; the median one stands for them."""

    size: Size
    batches: list[Batch]
    circumstances: Circumstances

    @property
    def usual(self) -> Batch:
        return sorted(self.batches, key=lambda batch: batch.ratio)[len(self.batches) // 2]

    def to_json(self) -> dict[str, Any]:
        """Seconds and MiB of the usual batch."""
        one = self.usual
        return {
            **self.circumstances.to_json(),
            "labels": self.size.labels,
            "batch_s": one.batch,
            "drawing_s": sum(one.drawings),
            "ratio": one.ratio,
            "click_p99_ms": percentile(one.clicks, 99) * 1000,
            "drawing_p99_ms": percentile(one.drawings, 99) * 1000,
            "early_mib": one.early,
            "late_mib": one.late,
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        one = self.usual
        rows = [
            [
                f"a batch of {self.size.labels:,}",
                f"{one.batch:.2f} s",
                f"{sum(one.drawings):.2f} s",
                f"**{one.ratio:.2f}**",
            ],
            _row("one label, median", median(one.clicks), median(one.drawings)),
            _row("one label, p99", percentile(one.clicks, 99), percentile(one.drawings, 99)),
        ]
        memory = f"Resident after a tenth of the batch: {one.early:.0f} MiB; at its end: {one.late:.0f} MiB."
        head = ["house labels, SQLite", "bought, with its PDF", "the PDF alone", "ratio"]
        return [self.circumstances.sentence(), "", *table(head, rows), "", memory]


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed."""
    circumstances, batches = Circumstances(runs=size.runs), []
    for number in range(size.runs):
        with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
            environment = product_environment(Path(folder))
            finished = measure("-m", "benchmarks.label_program", str(size.labels), environment=environment)
        batches.append(Batch(**json.loads(finished.output)))
        say(f"{number + 1} of {size.runs}: {batches[-1].batch:.2f} s, ratio {batches[-1].ratio:.2f}")
    return Report(size, batches, circumstances)


def _row(label: str, bought_s: float, drawn_s: float) -> list[str]:
    return [label, f"{bought_s * 1000:.1f} ms", f"{drawn_s * 1000:.1f} ms", f"**{bought_s / drawn_s:.2f}**"]
