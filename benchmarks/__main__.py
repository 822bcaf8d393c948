"""`make bench`, or `python -m benchmarks [NAME …]`: measures and prints. README.md says what."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import (
    backtest,
    backtest_pages,
    bulk,
    clients,
    everyday,
    grid,
    import_orders,
    in_process,
    labels,
    large_account,
    memory,
    webhooks,
    whole_process,
)
from benchmarks.processes import BenchmarkFailed

README = Path(__file__).parent / "README.md"
BENCHMARKS: dict[str, Any] = {
    "import": import_orders,
    "account": large_account,
    "rules": whole_process,
    "decide": in_process,
    "memory": memory,
    "webhooks": webhooks,
    "everyday": everyday,
    "clients": clients,
    "grid": grid,
    "labels": labels,
    "backtest": backtest,
    "backtest-pages": backtest_pages,
    "bulk": bulk,
}
NOT_HERE = "benchmarks/fuzz_decide.py, which compares decide() with the reference evaluator, is a program of its own."


def main() -> int:
    """Run what is named, or all; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measures the product from outside.", epilog=NOT_HERE
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)}; all of them when none is named")
    parser.add_argument("--quick", action="store_true", help="once, with little: tells whether it works, not how fast it is")
    parser.add_argument("--orders", type=int, metavar="N", help="with so many orders, for those that say how many")
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object a benchmark")
    parser.add_argument("--record", action="store_true", help="put the figures into benchmarks/README.md")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation compiles its modules once, not at each start
    for name in options.names or BENCHMARKS:
        benchmark = BENCHMARKS[name]
        try:
            report = benchmark.run(_sized(benchmark.QUICK if options.quick else benchmark.FULL, options.orders), _say)
        except BenchmarkFailed as failure:
            _say(str(failure))
            return 1
        table = report.to_markdown()
        print(json.dumps(report.to_json()) if options.as_json else "\n".join(table))
        if options.record:
            README.write_text(with_figures(README.read_text("utf-8"), name, table), "utf-8")
    return 0


def _sized(size: Any, orders: int | None) -> Any:
    return replace(size, orders=orders) if orders is not None and hasattr(size, "orders") else size


def with_figures(page: str, name: str, table: list[str]) -> str:
    """The page with a benchmark's figures replaced; they stand between two comments with its name.

    Raises ValueError when the page has no such place.
    """
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, found, rest = page.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise ValueError(f"the page has no place for the figures of {name}")
    return before + begin + "\n".join(table) + "\n" + end + after


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
