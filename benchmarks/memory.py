"""The memory that compiled rule-set versions take while they are kept, and leave behind when they are dropped."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Circumstances, table
from benchmarks.processes import BenchmarkFailed, measure

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    kept: int  # versions
    cycles: int  # versions published, of which the last ones alone are kept


FULL = Size(kept=100, cycles=10_000)
QUICK = Size(kept=10, cycles=50)


@dataclass(frozen=True, slots=True)
class Growth:
    """A process's resident set, MiB."""

    before: float
    after: float

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Report:
    size: Size
    kept: Growth
    cycles: Growth
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        """MiB."""
        return {
            **self.circumstances.to_json(),
            "kept": self.size.kept,
            "kept_before_mib": self.kept.before,
            "kept_after_mib": self.kept.after,
            "mib_a_version": self.kept.difference / self.size.kept,
            "cycles": self.size.cycles,
            "cycles_before_mib": self.cycles.before,
            "cycles_after_mib": self.cycles.after,
            "cycles_growth_mib": self.cycles.difference,
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        rows = [
            [
                f"{self.size.kept:,} versions of 53 rules, all kept",
                *_readings(self.kept),
                f"{self.kept.difference / self.size.kept:.2f} MiB each",
            ],
            [
                f"{self.size.cycles:,} versions published and dropped",
                *_readings(self.cycles),
                f"{self.cycles.difference:+.1f} MiB",
            ],
        ]
        return [self.circumstances.sentence(), "", *table(["resident set", "before", "after", "growth"], rows)]


def _readings(growth: Growth) -> list[str]:
    return [f"{growth.before:.1f} MiB", f"{growth.after:.1f} MiB"]


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed."""
    if not Path("/proc/self/statm").exists():
        raise BenchmarkFailed("the memory benchmark reads /proc/self/statm, which this machine does not have")
    circumstances = Circumstances(runs=1)
    say(f"{size.kept:,} versions of 53 rules, all kept")
    kept = _growth("kept", size.kept)
    say(f"{size.cycles:,} versions published and dropped")
    return Report(size, kept, _growth("cycles", size.cycles), circumstances)


def _growth(what: str, count: int) -> Growth:
    readings = json.loads(measure("-m", "benchmarks.memory_program", what, str(count), environment=os.environ).output)
    return Growth(readings["before"], readings["after"])
