"""What is to be said about a sound document in the light of a context.

Errors: actions that name what the account does not have. Without errors: warnings and notes about what the rules do.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.analysis import analyse
from rules.context import RuleContext
from rules.document import RuleSet
from rules.problems import Problem
from rules.references import check_references


def check_rule_set(rule_set: RuleSet, context: RuleContext, before: Sequence[tuple[str, RuleSet]] = ()) -> list[Problem]:
    """The errors of `check_references`; where there are none, the warnings and notes of `analyse`. By line.

    `before` are the sets of the account that run before it, by their slugs; nothing is reported about them.
    """
    return check_references(rule_set, context) or analyse(rule_set, context, before)
