"""Compares decide() with the reference evaluator on random rules and orders, for as many decisions as asked.

    python benchmarks/fuzz_decide.py --decisions 200000 --seed 1 --processes 2

Prints decisions and mismatches; exits 1 when there is a mismatch, after printing the first with its rules and order. The same
numbers are the same decisions, on however many processes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.random_contexts import CONTEXTS
from benchmarks.random_rules import Maker
from engine.decide import Case, CompiledRuleSet, decide
from engine.decide.reference import decide_by_reference
from rules.parser import parse_rule_set

ORDERS_A_SET = 40
SHARE = 5_000  # decisions that come from one seed


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the decisions, whichever process makes them."""

    seed: str
    decisions: int
    rules: int  # at most so many a set


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a share. `shown` is its first mismatch with its rules and order, or why it could not go on."""

    decisions: int = 0
    mismatches: int = 0
    matched: int = 0
    errors: int = 0
    shown: str = ""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.decisions + other.decisions,
            self.mismatches + other.mismatches,
            self.matched + other.matched,
            self.errors + other.errors,
            self.shown or other.shown,
        )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--decisions", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--rules", type=int, default=12, help="at most so many rules a set")
    options.add_argument("--processes", type=int, default=1, help="0: as many as there are processors")
    chosen = options.parse_args()
    processes = chosen.processes or len(os.sched_getaffinity(0))
    shares = [
        Share(f"{chosen.seed}/{start // SHARE}", min(SHARE, chosen.decisions - start), chosen.rules)
        for start in range(0, chosen.decisions, SHARE)
    ]
    started = time.perf_counter()
    total = Tally()
    try:
        for number, tally in enumerate(_tallies(shares, processes), 1):
            total += tally
            if number % 20 == 0:
                print(f"{total.decisions:,} decisions, {total.mismatches} mismatches so far", file=sys.stderr, flush=True)
    except BrokenProcessPool:
        print(f"a process ended without an answer, after {total.decisions} decisions: something crashed it")
        return 1
    if total.shown:
        print(total.shown)
    seconds = time.perf_counter() - started
    print(
        f"decisions {total.decisions}, mismatches {total.mismatches} "
        f"(matched {total.matched}, errors {total.errors}, {processes} processes, {seconds:.0f} s)"
    )
    return 1 if total.shown else 0


def _tallies(shares: list[Share], processes: int) -> Iterator[Tally]:
    if processes == 1:
        yield from map(compare, shares)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(compare, shares)


def compare(share: Share) -> Tally:
    """Make the decisions of a share in both ways."""
    dice = random.Random(share.seed)
    maker = Maker(dice)
    total = Tally()
    while total.decisions < share.decisions:
        document = json.dumps(maker.rule_set(share.rules))
        rule_set, problems = parse_rule_set(document)
        if rule_set is None:
            return total + Tally(shown=f"not a sound rule set: {problems[0].to_line('random')}\n{document}")
        context = dice.choice(CONTEXTS)
        compiled = CompiledRuleSet(rule_set, context.zone)
        for _ in range(min(ORDERS_A_SET, share.decisions - total.decisions)):
            case = maker.case(context, share.rules)
            expected, _results = decide_by_reference(rule_set, case)
            decision = decide(compiled, case)
            total += Tally(1, 0, len(decision.matched), len(decision.errors))
            if decision != expected:
                total += Tally(mismatches=1, shown=_described(document, case, expected, decision))
        compiled.close()
    return total


def _described(document: str, case: Case, expected: object, got: object) -> str:
    return f"rules: {document}\ncase: {case}\nexpected: {expected}\ngot: {got}"


if __name__ == "__main__":
    sys.exit(main())
