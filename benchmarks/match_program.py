"""Matches orders in this process and tells how long that took, without reading the files.

    python -m benchmarks.match_program ENGINE RULES.json ORDERS.jsonl LIMIT

Prints a JSON object: `seconds` for the first so many orders, what `matched` each, and for the product how often durable-rules
was `asked` and how often its answer was `remembered`.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from benchmarks.peers import business_rules_matcher, cel_matcher, zen_program
from engine.decide import Case, CompiledRuleSet, Decision, chunks, decide
from engine.decide.explain import explain
from rules.context import NO_CONTEXT
from rules.order_document import loads
from rules.parser import parse_rule_set

NOW = 1_772_366_400_000_000_000  # 2026-03-01T12:00:00Z


class Matcher(Protocol):
    """A rule engine with its rules."""

    def prepare(self, line: bytes) -> Any: ...

    def match(self, facts: Any) -> list[str]: ...


class Product:
    """`decide()`: from facts to effects, not matching alone."""

    def __init__(self, rules: bytes) -> None:
        rule_set, problems = parse_rule_set(rules)
        assert rule_set is not None, problems
        self.rule_set = rule_set
        self._compiled = CompiledRuleSet(rule_set, NO_CONTEXT.zone)
        self._compiled.program("imported")

    def prepare(self, line: bytes) -> Case:
        return Case(loads(line), "imported", NOW, NO_CONTEXT)

    def match(self, facts: Case) -> list[str]:
        return list(self.decide(facts).matched)

    def decide(self, case: Case) -> Decision:
        return decide(self._compiled, case)


class Explaining(Product):
    """The explanation of each decision instead of the decision alone."""

    def decide(self, case: Case) -> Decision:
        return explain(self.rule_set, case)[0]


def forgetful(rules: bytes) -> Product:
    """The product without remembered firings."""
    chunks.MAX_REMEMBERED = 0
    return Product(rules)


def rules_of(document: bytes) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = json.loads(document)["rules"]
    return rules


ENGINES: dict[str, Callable[[bytes], Matcher]] = {
    "relevo": Product,
    "relevo-forgetful": forgetful,
    "relevo-explain": Explaining,
    "zen": lambda rules: zen_program.Matcher(rules_of(rules)),
    "cel": lambda rules: cel_matcher.Matcher(rules_of(rules)),
    "business-rules": lambda rules: business_rules_matcher.Matcher(rules_of(rules)),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=list(ENGINES))
    parser.add_argument("rules", type=Path)
    parser.add_argument("orders", type=Path)
    parser.add_argument("limit", type=int)
    options = parser.parse_args()
    matcher = ENGINES[options.engine](options.rules.read_bytes())
    with options.orders.open("rb") as lines:
        prepared = [matcher.prepare(line) for line in islice(lines, options.limit)]
    gc.collect()
    started = time.perf_counter()
    matched = [matcher.match(facts) for facts in prepared]
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "matched": matched, **firings()}))


def firings() -> dict[str, int]:
    """How often the rules core was asked, and how often it remembered, summed over all its rulesets in this process."""
    # Found wherever they are kept: how many there are, and who holds them, is the compiler's business.
    cores = [one for one in gc.get_objects() if isinstance(one, chunks.Chunk)]
    asked = sum(core.asked for core in cores)
    return {"asked": asked, "remembered": sum(core.answered_from_memory for core in cores)}


if __name__ == "__main__":
    main()
