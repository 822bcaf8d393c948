"""What is doubtful or worth knowing about a sound rule set: rules without effect, and rules that write against each other.

Everything is worked out from the conditions: `leaves` says what a condition comes to in each state of its field, `formulas`
what must hold for a rule to match, `solver` whether formulas can hold together, `domains` whether a value of one field can
meet several conditions. `findings` asks them about rules and pairs of rules.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.analysis.findings import OWN, Analysis
from rules.context import RuleContext
from rules.document import RuleSet, run_together
from rules.problems import Problem

__all__ = ["Analysis", "analyse"]


def analyse(rule_set: RuleSet, context: RuleContext, before: Sequence[tuple[str, RuleSet]] = ()) -> list[Problem]:
    """Warnings and notes about a rule set without errors, by line; `before` are the sets that run before it, by their slugs.

    Warnings are certain: no order, context or time makes them wrong. A set too intricate to be looked through in good time
    gets fewer of them.
    """
    return Analysis(run_together([*before, (OWN, rule_set)]) if before else rule_set, context).findings()
