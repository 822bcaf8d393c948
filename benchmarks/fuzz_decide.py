"""Compares decide() with the reference evaluator on random rules and orders, for as many decisions as asked.

    python benchmarks/fuzz_decide.py --decisions 200000 --seed 1

Prints decisions and mismatches; exits 1 when there is a mismatch, after printing the first with its rules and order.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.random_rules import CONTEXTS, Maker
from engine.decide import Case, CompiledRuleSet, decide
from engine.decide.reference import decide_by_reference
from rules.parser import parse_rule_set

ORDERS_A_SET = 40


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--decisions", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--rules", type=int, default=12, help="at most so many rules a set")
    chosen = options.parse_args()
    dice = random.Random(chosen.seed)
    maker = Maker(dice)
    done = mismatches = matched = errors = 0
    started = time.perf_counter()
    while done < chosen.decisions:
        document = json.dumps(maker.rule_set(chosen.rules))
        rule_set, problems = parse_rule_set(document)
        if rule_set is None:
            print(f"not a sound rule set: {problems[0].to_line('random')}\n{document}")
            return 1
        context = dice.choice(CONTEXTS)
        compiled = CompiledRuleSet(rule_set, context.zone)
        for _ in range(min(ORDERS_A_SET, chosen.decisions - done)):
            case = maker.case(context, chosen.rules)
            expected, _results = decide_by_reference(rule_set, case)
            decision = decide(compiled, case)
            done += 1
            matched += len(decision.matched)
            errors += len(decision.errors)
            if decision != expected:
                mismatches += 1
                if mismatches == 1:
                    _show(document, case, expected, decision)
        compiled.close()
    seconds = time.perf_counter() - started
    print(f"decisions {done}, mismatches {mismatches} (matched {matched}, errors {errors}, {seconds:.0f} s)")
    return 1 if mismatches else 0


def _show(document: str, case: Case, expected: object, decision: object) -> None:
    print(f"rules: {document}\ncase: {case}\nexpected: {expected}\ngot: {decision}")


if __name__ == "__main__":
    sys.exit(main())
