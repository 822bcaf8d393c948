"""How much a process grows by compiled rule-set versions: kept ones, or ones that are published and dropped again.

    python -m benchmarks.memory_program kept 100
    python -m benchmarks.memory_program cycles 10000

Prints a JSON object: the resident set in MiB `before` and `after`. Each version is a document of its own, parsed, compiled and
used for some orders. Before the first reading as many versions pass as it takes until everything is loaded that stays.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.workload import make_orders, make_rule_set, read_shop_rules
from engine.application import MAX_COMPILED, CompiledRuleSets
from engine.decide import Case, CompiledRuleSet, decide
from engine.model.rule_set import RuleSetVersion
from rules.context import NO_CONTEXT
from rules.order_document import loads
from rules.parser import parse_rule_set

NOW = 1_772_366_400_000_000_000  # 2026-03-01T12:00:00Z
MADE = datetime(2026, 3, 1, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Madrid")
ORDERS = 50  # that each kept version decides about
WARM_UP = 5
LARGE_ONE_IN = 10  # of the published versions has 53 rules, the others have five


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["kept", "cycles"])
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    measured = keep if options.what == "kept" else publish_and_drop
    before, after = measured(options.count)
    print(json.dumps({"before": before, "after": after}))


def keep(count: int) -> tuple[float, float]:
    """The resident set before and after compiling so many versions of the 53 rules that all stay."""
    documents, orders = Documents(), cases(ORDERS)
    kept = [_compiled(documents.large(number), orders) for number in range(WARM_UP)]
    before = resident_mib()
    kept += [_compiled(documents.large(number), orders) for number in range(WARM_UP, WARM_UP + count)]
    after = resident_mib()
    assert len(kept) == WARM_UP + count
    return before, after


def publish_and_drop(count: int) -> tuple[float, float]:
    """The resident set before and after so many new versions, of which only the last ones stay, as in the product."""
    documents, orders, versions = Documents(), cases(3), CompiledRuleSets()
    full = 2 * MAX_COMPILED
    for number in range(full):
        _publish(versions, number, documents.mixed(number), orders)
    before = resident_mib()
    for number in range(full, full + count):
        _publish(versions, number, documents.mixed(number), orders)
    return before, resident_mib()


def resident_mib() -> float:
    """The memory of this process that is in use now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _compiled(document: str, orders: list[Case]) -> CompiledRuleSet:
    rule_set, problems = parse_rule_set(document)
    assert rule_set is not None, problems
    compiled = CompiledRuleSet(rule_set, ZONE)
    for case in orders:
        decide(compiled, case)
    return compiled


def _publish(versions: CompiledRuleSets, number: int, document: str, orders: list[Case]) -> None:
    version = RuleSetVersion(str(number), "acc", number, f"Version {number}", document, MADE, "owner@example.com")
    compiled = versions.get([version], ZONE)
    for case in orders:
        decide(compiled, case)


class Documents:
    """Rule-set documents, each with something of its own."""

    def __init__(self) -> None:
        self._shop = json.dumps(read_shop_rules())
        self._rules = make_rule_set(53)["rules"]

    def large(self, number: int) -> str:
        """The 53 rules, one of them with a value of its own."""
        document = json.loads(self._shop)
        (changed,) = (rule for rule in document["rules"] if rule["id"] == "hold-very-high-value")
        changed["when"]["value"] = 900 + number
        return json.dumps(document)

    def small(self, number: int) -> str:
        """Four rules, and one that asks for an amount of its own."""
        start = number % (len(self._rules) - 4)
        own = {"field": "order_total", "is": "at_least", "value": number}
        rules = [*self._rules[start : start + 4], {"id": "own", "when": own, "then": [{"do": "add_tag", "tag": "own"}]}]
        return json.dumps({"name": f"Version {number}", "rules": rules})

    def mixed(self, number: int) -> str:
        return self.small(number) if number % LARGE_ONE_IN else self.large(number)


def cases(count: int) -> list[Case]:
    """Orders to decide about."""
    return [Case(loads(json.dumps(order)), "imported", NOW, NO_CONTEXT) for order in make_orders(count)]


if __name__ == "__main__":
    main()
