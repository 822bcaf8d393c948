"""`decide()`: what the rules make of one order. Pure: the same rules, case and clock always give the same decision."""

from __future__ import annotations

from engine.decide.compiled import CompiledRuleSet
from engine.decide.decision import Decision
from engine.decide.reference import evaluate, first_error
from engine.decide.run import Case, Run
from engine.decide.verdicts import ERROR
from rules.document import Rule


def decide(rules: CompiledRuleSet, case: Case) -> Decision:
    """Run the rules that have the case's trigger over its order, top to bottom.

    Generated functions read what is known of the order; which rules fire by it, and in what order, is for durable-rules
    to say. When a rule writes what later ones read, those are asked about again.
    """
    program = rules.program(case.trigger)
    run = Run(case)
    bits, found = program.read(case.document, case.context, case.now)
    fired, doubtful = program.ask(program.all, bits, case.document, case)
    waiting = fired | doubtful
    while waiting:
        bit = waiting & -waiting
        waiting ^= bit
        rule = program.rules[bit.bit_length() - 1].rule
        if rule.once and rule.id in case.history.applied_rules:
            continue
        if doubtful & bit:
            _report_error(rule, run)
            continue
        changed = run.fire(rule)
        if run.ended:
            break
        if not changed:
            continue
        stale = program.stale(changed)
        later = stale.rules & -(bit << 1)
        if later and (renewed := program.renew(found, stale, run.document, case)) is not None:
            bits, found = renewed
            fired, doubtful_now = program.ask(later, bits, run.document, case)
            waiting = waiting & ~later | fired | doubtful_now
            doubtful = doubtful & ~later | doubtful_now
    return run.decision()


def _report_error(rule: Rule, run: Run) -> None:
    if evaluate(rule.when, run.document, run.case).verdict == ERROR:
        path, message = first_error(rule.when, run.document, run.case)
        run.report(rule, path, message)
