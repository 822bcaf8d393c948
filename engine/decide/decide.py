"""`decide()`: what the rules make of one order. Pure: the same rules, case and clock always give the same decision."""

from __future__ import annotations

from engine.decide.compiled import CompiledRuleSet
from engine.decide.decision import Decision
from engine.decide.program import Program
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
    repeating = 0  # `once` rules whose writes stay
    if case.history.once_writes:
        repeating = _begin_again(program, run)
    considered = program.all if case.only is None else program.bits_of(case.only)
    bits, found = program.read(run.document, case.context, case.now)
    fired, doubtful = program.ask(considered, bits, run.document, case)
    waiting = fired | doubtful | repeating
    while waiting:
        bit = waiting & -waiting
        waiting ^= bit
        rule = program.rules[bit.bit_length() - 1].rule
        if repeating & bit:
            changed = run.repeat(rule.id)
        elif rule.once and rule.id in case.history.applied_rules:
            continue
        elif doubtful & bit:
            _report_error(rule, run)
            continue
        else:
            changed = run.fire(rule)
            if run.ended:
                break
        if not changed:
            continue
        stale = program.stale(changed)
        later = stale.rules & -(bit << 1) & considered
        if later and (renewed := program.renew(found, stale, run.document, case)) is not None:
            bits, found = renewed
            fired, doubtful_now = program.ask(later, bits, run.document, case)
            waiting = waiting & (repeating | ~later) | fired | doubtful_now
            doubtful = doubtful & ~later | doubtful_now
    if run.ended and waiting & repeating:
        _repeat_rest(program, run, waiting & repeating)
    return run.decision()


def _begin_again(program: Program, run: Run) -> int:
    """Write again what belongs before all rules; the rules that wrote something once and have their place among the others."""
    history = run.case.history
    writers = {write.rule for write in history.once_writes} & history.applied_rules & program.once.keys()
    run.repeat_others(writers)
    return sum([program.once[rule_id] for rule_id in writers])


def _repeat_rest(program: Program, run: Run, rest: int) -> None:
    """What `once` rules wrote stays also where the run has ended before them."""
    while rest:
        bit = rest & -rest
        rest ^= bit
        run.repeat(program.rules[bit.bit_length() - 1].rule.id)


def _report_error(rule: Rule, run: Run) -> None:
    if evaluate(rule.when, run.document, run.case).verdict == ERROR:
        path, message = first_error(rule.when, run.document, run.case)
        run.report(rule, path, message)
