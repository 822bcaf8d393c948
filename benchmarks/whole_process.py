"""`rules run` from its start to its end, against a zen-engine program that reads the same files and finds the same matches."""

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
from benchmarks.processes import BenchmarkFailed, Finished, measure, product_environment
from benchmarks.workload import RULE_SETS, write_orders, write_rule_set

# Both rule sets match about as many rules an order: what do ten times the rules cost?
FEW, MANY = "53 generated", "530 generated"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    orders: int
    runs: int


FULL = Size(orders=20_000, runs=5)
QUICK = Size(orders=200, runs=1)


@dataclass(frozen=True, slots=True)
class Contest:
    """All runs of both programs with one rule set."""

    product: list[Finished]
    peer: list[Finished]
    matches: float  # rules matched, on average an order

    def to_json(self) -> dict[str, Any]:
        """Medians, seconds; a ratio is how many times as long the peer took."""
        wall, cpu = _medians(self.product)
        peer_wall, peer_cpu = _medians(self.peer)
        return {
            "matches": round(self.matches, 2),
            "wall_s": wall,
            "cpu_s": cpu,
            "walls_s": [run.wall_s for run in self.product],
            "peer_wall_s": peer_wall,
            "peer_cpu_s": peer_cpu,
            "peer_walls_s": [run.wall_s for run in self.peer],
            "wall_ratio": peer_wall / wall,
            "cpu_ratio": peer_cpu / cpu,
        }


@dataclass(frozen=True, slots=True)
class Report:
    orders: int
    zen: str  # its version
    contests: dict[str, Contest]
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        sets = {name: contest.to_json() for name, contest in self.contests.items()}
        return {
            **self.circumstances.to_json(),
            "orders": self.orders,
            "zen": self.zen,
            "sets": sets,
            "tenfold_wall_ratio": sets[MANY]["wall_s"] / sets[FEW]["wall_s"],
            "tenfold_cpu_ratio": sets[MANY]["cpu_s"] / sets[FEW]["cpu_s"],
            "tenfold_matches_ratio": sets[MANY]["matches"] / sets[FEW]["matches"],
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        data = self.to_json()
        tenfold = (
            f"{MANY} rules cost {data['tenfold_wall_ratio']:.2f} times what {FEW} rules cost (processor time: "
            f"{data['tenfold_cpu_ratio']:.2f}), with {data['tenfold_matches_ratio']:.2f} times the matches."
        )
        head = [f"{self.orders:,} orders", "matches", "wall", "zen", "ratio", "processor", "zen", "ratio"]
        return [
            self.circumstances.sentence(),
            "",
            f"zen-engine {self.zen}. Medians; a ratio is how many times as long zen takes.",
            "",
            *table(head, [_row(f"{name} rules", one) for name, one in data["sets"].items()]),
            "",
            tenfold,
        ]


def _row(name: str, one: dict[str, Any]) -> list[str]:
    times = [f"{one[kind]:.2f} s" for kind in ("wall_s", "peer_wall_s", "cpu_s", "peer_cpu_s")]
    wall, cpu = f"**{one['wall_ratio']:.2f}**", f"**{one['cpu_ratio']:.2f}**"
    return [name, f"{one['matches']:.2f}", *times[:2], wall, *times[2:], cpu]


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed, also when both do not find the same matches."""
    zen = version_of_peer("zen-engine")
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as made:
        folder = Path(made)
        circumstances = Circumstances(size.runs)
        orders = write_orders(folder, size.orders)
        rules = {name: write_rule_set(folder, name) for name in RULE_SETS}
        product: dict[str, list[Finished]] = {name: [] for name in rules}
        peer: dict[str, list[Finished]] = {name: [] for name in rules}
        matches: dict[str, float] = {}
        for number in range(1, size.runs + 1):
            for name, file in rules.items():
                product[name].append(_run_product(folder, file, orders))
                peer[name].append(_run_zen(folder, file, orders))
                matches[name] = count_matches(folder / "product", folder / "zen", size.orders) / size.orders
                say(
                    f"run {number} of {size.runs}, {name} rules: {product[name][-1].wall_s:.2f} s, "
                    f"zen {peer[name][-1].wall_s:.2f} s"
                )
        contests = {name: Contest(product[name], peer[name], matches[name]) for name in rules}
        return Report(size.orders, zen, contests, circumstances)


def _run_product(folder: Path, rules: Path, orders: Path) -> Finished:
    command = ("app.py", "rules", "run", "--rules", str(rules), "--orders", str(orders), "--now", "2026-03-01T12:00:00Z")
    return measure(*command, environment=product_environment(folder / "data"), output_file=folder / "product")


def _run_zen(folder: Path, rules: Path, orders: Path) -> Finished:
    program = str(Path(__file__).parent / "peers" / "zen_program.py")
    return measure(program, str(rules), str(orders), environment=os.environ, output_file=folder / "zen")


def count_matches(product: Path, peer: Path, orders: int) -> int:
    """How many rules matched, over all orders. Raises BenchmarkFailed unless both files say the same of each order."""
    total = 0
    ours, theirs = _answers(product), _answers(peer)
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if mine != other:
            raise BenchmarkFailed(f"line {number}: the product says {mine}, zen says {other}")
        total += len(mine[1])
    if not len(ours) == len(theirs) == orders:
        raise BenchmarkFailed(f"{orders} orders, but the product answers {len(ours)} and zen {len(theirs)}")
    return total


def _answers(file: Path) -> list[tuple[str, list[str]]]:
    with file.open("rb") as lines:
        return [(answer.get("order_number"), answer.get("matched")) for answer in map(json.loads, lines)]


def _medians(runs: list[Finished]) -> tuple[float, float]:
    return median(run.wall_s for run in runs), median(run.cpu_s for run in runs)
