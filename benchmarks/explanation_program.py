"""How long the first page of an explanation takes, and the decision it is about.

    python -m benchmarks.explanation_program LINES RULES RUNS

Prints a JSON object: the seconds of each run, `explain_s` and `decide_s`. Each rule asks something of every line of the order.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from benchmarks.workload import Order, make_orders
from engine.decide import Case, CompiledRuleSet, decide
from engine.decide.explain import FIRST_PART, explain_part
from rules.context import NO_CONTEXT
from rules.order_document import loads
from rules.parser import parse_rule_set

NOW = 1_772_366_400_000_000_000  # 2026-03-01T12:00:00Z


def main() -> None:
    lines, rules, runs = map(int, sys.argv[1:])
    rule_set, problems = parse_rule_set(json.dumps(_wildcard_rules(rules)).encode())
    if rule_set is None:
        raise SystemExit(str(problems[0]))
    compiled = CompiledRuleSet(rule_set, ZoneInfo("Europe/Madrid"))
    order = json.dumps(_large_order(lines))
    decide(compiled, _case(order))  # so that what is made once for a version is there
    decided = [_seconds(lambda case: decide(compiled, case), order) for _ in range(runs)]
    explained = [
        _seconds(lambda case: explain_part(rule_set, case, lambda: decide(compiled, case), "en", FIRST_PART), order)
        for _ in range(runs)
    ]
    print(json.dumps({"explain_s": explained, "decide_s": decided}))


def _seconds(work: Callable[[Case], object], order: str) -> float:
    case = _case(order)  # a new one each time: a case remembers what was read of it
    started = time.perf_counter()
    work(case)
    return time.perf_counter() - started


def _case(order: str) -> Case:
    return Case(loads(order), "imported", NOW, NO_CONTEXT)


def _wildcard_rules(count: int) -> dict[str, object]:
    return {"name": f"{count} rules over lines", "rules": [_rule(number) for number in range(count)]}


def _rule(number: int) -> dict[str, object]:
    condition = {"field": "sku", "is": "matches", "value": f"*-{number}?"}
    tag = {"do": "add_tag", "tag": f"tag-{number}"}
    return {"id": f"rule-{number}", "name": f"Rule {number}", "when": {"any_item": condition}, "then": [tag]}


def _large_order(lines: int) -> Order:
    order = make_orders(1)[0]
    item = order["items"][0]
    order["items"] = [{**item, "line_key": f"L{number}", "sku": f"SKU-{number}"} for number in range(lines)]
    return order


if __name__ == "__main__":
    main()
