"""What is to be said about a sound document in the light of a context.

Errors: actions and conditions that name what the account does not have. Without errors: warnings and notes about what the
rules do.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.analysis import analyse
from rules.context import RuleContext
from rules.document import RuleSet
from rules.effect_checks import check_effects
from rules.problems import Problem
from rules.references import check_references
from rules.value_checks import check_values


def check_rule_set(rule_set: RuleSet, context: RuleContext, before: Sequence[tuple[str, RuleSet]] = ()) -> list[Problem]:
    """What `check_references` finds; where there are no errors among it, also other warnings and notes. By line.

    `before` are the sets of the account that run before it, by their slugs; nothing is reported about them.
    """
    found = check_references(rule_set, context)
    if any(problem.severity == "error" for problem in found):
        return found
    found += [*analyse(rule_set, context, before), *check_values(rule_set), *check_effects(rule_set, context)]
    return sorted(found, key=lambda problem: problem.line)
