"""What the reports of the benchmarks have in common."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks.import_orders import describe_machine
from benchmarks.processes import BenchmarkFailed


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and when it was measured; made before the first run."""

    runs: int
    made: datetime = field(default_factory=lambda: datetime.now(UTC))
    load: float = field(default_factory=lambda: os.getloadavg()[0])  # 0 to 0.5 when the machine was left alone

    def to_json(self) -> dict[str, Any]:
        return {
            "machine": describe_machine(),
            "date": self.made.date().isoformat(),
            "load": round(self.load, 1),
            "runs": self.runs,
        }

    def sentence(self) -> str:
        data = self.to_json()
        return f"{data['machine']}. {data['date']}, load {data['load']} before, {data['runs']} runs."


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def version_of_peer(package: str) -> str:
    """The version of an installed package. Raises BenchmarkFailed."""
    try:
        return version(package)
    except PackageNotFoundError:
        raise BenchmarkFailed(f"{package} is not installed: 'make bench' installs what the product is measured against") from None
