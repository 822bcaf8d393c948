"""`decide()`: what the rules make of one order. Pure: the same rules, case and clock always give the same decision."""

from __future__ import annotations

from engine.decide.compiled import Chunk, CompiledRuleSet, Program, Verdicts
from engine.decide.decision import Decision
from engine.decide.reference import first_error
from engine.decide.run import Case, Run
from engine.decide.slots import OrderSlots
from rules.document import Rule


def decide(rules: CompiledRuleSet, case: Case) -> Decision:
    """Run the rules that have the case's trigger over its order, top to bottom.

    Conditions are answered by compiled functions; which rules fire, and in what order, is composed by durable-rules.
    """
    program = rules.program(case.trigger)
    run = Run(case)
    slots = OrderSlots(program.plan, case.document, case.context, case.now)
    verdicts = Verdicts(program, slots)
    for chunk in program.chunks:
        _run_chunk(program, chunk, run, slots, verdicts)
        if run.ended:
            break
    return run.decision()


def _run_chunk(program: Program, chunk: Chunk, run: Run, slots: OrderSlots, verdicts: Verdicts) -> None:
    """Fire a chunk's rules. When one writes what a later one reads, the later ones are asked about again."""
    start = 0
    while start < len(chunk.rules):
        fired, doubtful = chunk.ask(verdicts, start)
        again = None
        for position in sorted(doubtful.union(fired)) if doubtful else fired:
            rule = chunk.rules[position]
            if position < start or _already_applied(rule, run.case):
                continue
            if position in doubtful:
                _report_error(program, rule, run, slots)
                continue
            changed = run.fire(rule)
            if run.ended:
                return
            if changed:
                stale = program.plan.dependents(changed)
                slots.renew(run.document, stale)
                if chunk.reads_after(position, verdicts.renew(stale)):
                    again = position + 1
                    break
        if again is None:
            return
        start = again


def _already_applied(rule: Rule, case: Case) -> bool:
    return rule.once and rule.id in case.history.applied_rules


def _report_error(program: Program, rule: Rule, run: Run, slots: OrderSlots) -> None:
    if program.is_in_error(rule, slots):
        path, message = first_error(rule.when, run.document, run.case)
        run.report(rule, path, message)
