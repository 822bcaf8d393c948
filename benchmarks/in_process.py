"""Deciding in one process, without reading and writing: the product's whole decisions, and the matching of other engines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Circumstances, table, version_of_peer
from benchmarks.processes import ROOT, BenchmarkFailed, measure
from benchmarks.workload import write_orders, write_rule_set

NODE_PACKAGES = ROOT / ".venv" / "peers"  # where `make bench` puts them
PACKAGES = {"zen": "zen-engine", "cel": "common-expression-language", "business-rules": "business-rules"}
PRODUCT = "relevo"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """Orders for each engine; slow ones get fewer, as many as they do in some seconds. 0: not with this rule set."""

    orders: int
    runs: int
    limits: dict[str, dict[str, int]]  # by rule set and engine; where none is named, all orders


FULL = Size(
    orders=20_000,
    runs=5,
    limits={
        "53": {"relevo-explain": 300, "cel": 0, "business-rules": 0, "json-rules-engine": 0},
        "53 generated": {"relevo-explain": 300, "cel": 5_000, "business-rules": 2_000, "json-rules-engine": 2_000},
        "500 generated": {"relevo-explain": 100, "cel": 2_000, "business-rules": 200, "json-rules-engine": 200},
    },
)
QUICK = Size(
    orders=200,
    runs=1,
    limits={name: {engine: min(limit, 20) for engine, limit in FULL.limits[name].items()} for name in ("53", "53 generated")},
)
ENGINES = (PRODUCT, "relevo-forgetful", "relevo-explain", "zen", "cel", "json-rules-engine", "business-rules")
LABELS = {
    PRODUCT: "Relevo, facts to effects",
    "relevo-forgetful": "the same without remembered firings",
    "relevo-explain": "the same with the whole explanation",
}


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one engine with one rule set."""

    orders: int
    seconds: list[float]
    matches: float  # rules matched, on average an order
    asked: int = 0  # how often durable-rules was asked, and how often its answer was remembered
    remembered: int = 0

    @property
    def orders_a_second(self) -> float:
        return self.orders / median(self.seconds)


@dataclass(frozen=True, slots=True)
class Report:
    engines: dict[str, str]  # with their versions
    sets: dict[str, dict[str, Runs]]
    circumstances: Circumstances

    def to_json(self) -> dict[str, Any]:
        """By rule set: orders a second of each engine, and what the goals speak of, as ratios of the time for one order."""
        return {
            **self.circumstances.to_json(),
            "engines": self.engines,
            "sets": {name: _set_to_json(runs) for name, runs in self.sets.items()},
        }

    def to_markdown(self) -> list[str]:
        """The report as a person reads it, on a terminal or in README.md."""
        lines = [self.circumstances.sentence(), "", "Orders a second, medians; a ratio is how many times as many Relevo decides."]
        for name, runs in self.sets.items():
            data = _set_to_json(runs)
            head = [f"{name} rules", "orders a second", "ratio"]
            rows = [
                [self._label(engine), f"{one['orders_a_second']:,.0f}", f"{one['ratio']:.2f}"]
                for engine, one in data["engines"].items()
            ]
            summary = (
                f"{data['matches']:.2f} matches an order; {data['hit_rate']:.1%} of the firings remembered. One decision takes "
                f"{data['decision_to_matching']:.2f} times what zen needs for matching; explaining one takes "
                f"{data['explanation_to_decision']:.0f} times one decision."
            )
            lines += ["", *table(head, rows), "", summary]
        return lines

    def _label(self, engine: str) -> str:
        return LABELS.get(engine) or f"{engine} {self.engines[engine]}, matching"


def _set_to_json(runs: dict[str, Runs]) -> dict[str, Any]:
    product = runs[PRODUCT]
    speed = product.orders_a_second
    fired = product.asked + product.remembered
    return {
        "matches": round(product.matches, 2),
        "hit_rate": product.remembered / fired if fired else 0.0,
        "decision_to_matching": runs["zen"].orders_a_second / speed,
        "explanation_to_decision": speed / runs["relevo-explain"].orders_a_second,
        "engines": {
            engine: {"orders": one.orders, "orders_a_second": one.orders_a_second, "ratio": speed / one.orders_a_second}
            for engine, one in runs.items()
        },
    }


def run(size: Size, say: Say) -> Report:
    """Measure; `say` hears how far it is. Raises BenchmarkFailed, also when not all find the same matches.

    Without Node, json-rules-engine is left out.
    """
    engines = {engine: version_of_peer(package) for engine, package in PACKAGES.items()}
    node = shutil.which("node")
    if node is None or not (NODE_PACKAGES / "node_modules").is_dir():
        say("json-rules-engine is left out: it needs Node and npm when `make bench` installs it")
        node = None
    else:
        engines["json-rules-engine"] = _version_on_node()
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        circumstances = Circumstances(size.runs)
        orders = write_orders(Path(folder), size.orders)
        sets = {}
        for name, limits in size.limits.items():
            say(f"{name} rules")
            chosen = {engine: limits.get(engine, size.orders) for engine in ENGINES if node or engine != "json-rules-engine"}
            rules = write_rule_set(Path(folder), name)
            sets[name] = _contest(rules, orders, {engine: limit for engine, limit in chosen.items() if limit}, size.runs, say)
    return Report(engines, sets, circumstances)


def _contest(rules: Path, orders: Path, limits: dict[str, int], runs: int, say: Say) -> dict[str, Runs]:
    """Each engine in turn, each time in a process of its own."""
    answers: dict[str, list[dict[str, Any]]] = {engine: [] for engine in limits}
    for _ in range(runs):
        for engine, limit in limits.items():
            answer = _match(engine, rules, orders, limit)
            expected = (answers[PRODUCT] or [answer])[0]["matched"][:limit]
            check_matches(engine, answer["matched"], expected)
            answers[engine].append(answer)
    for engine, limit in limits.items():
        say(f"  {engine}: {limit / median(answer['seconds'] for answer in answers[engine]):,.0f} orders a second")
    return {engine: _runs(answers[engine], limits[engine]) for engine in limits}


def _runs(answers: list[dict[str, Any]], limit: int) -> Runs:
    last = answers[-1]
    matches = sum(map(len, last["matched"])) / limit
    return Runs(limit, [one["seconds"] for one in answers], matches, last.get("asked", 0), last.get("remembered", 0))


def check_matches(engine: str, found: list[list[str]], expected: list[list[str]]) -> None:
    """Raises BenchmarkFailed when an engine finds other matches than the product."""
    if len(found) != len(expected):
        raise BenchmarkFailed(f"{engine} matched {len(found)} orders, not {len(expected)}")
    for number, (one, other) in enumerate(zip(found, expected, strict=True), 1):
        if one != other:
            raise BenchmarkFailed(f"order {number}: {engine} finds {one}, the product {other}")


def _match(engine: str, rules: Path, orders: Path, limit: int) -> dict[str, Any]:
    if engine == "json-rules-engine":
        return _match_on_node(rules, orders, limit)
    command = ("-m", "benchmarks.match_program", engine, str(rules), str(orders), str(limit))
    answer: dict[str, Any] = json.loads(measure(*command, environment=os.environ).output)
    if engine == "relevo-forgetful" and answer["remembered"]:
        raise BenchmarkFailed(f"firings were remembered {answer['remembered']} times although that was switched off")
    return answer


def _match_on_node(rules: Path, orders: Path, limit: int) -> dict[str, Any]:
    program = Path(__file__).parent / "peers" / "json_rules_engine.mjs"
    command = ["node", str(program), str(NODE_PACKAGES), str(rules), str(orders), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkFailed(f"json-rules-engine ended with {done.returncode}:\n{done.stderr[-2000:].strip()}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _version_on_node() -> str:
    package = NODE_PACKAGES / "node_modules" / "json-rules-engine" / "package.json"
    return str(json.loads(package.read_text("utf-8"))["version"])
