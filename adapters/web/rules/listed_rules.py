"""Rules as pages list them that do not edit them: each with its sentence and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.document import RuleSet
from rules.messages import Language
from rules.problems import Problem
from rules.sentences import action_sentence, node_sentence


@dataclass(frozen=True, slots=True)
class ListedRule:
    """One rule, and what of it cannot run here."""

    id: str
    name: str
    is_on: bool
    when: str
    then: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def list_rules(rule_set: RuleSet, language: Language, problems: Sequence[Problem] = ()) -> list[ListedRule]:
    """All rules of a set in their order."""
    return [
        ListedRule(
            rule.id,
            rule.name,
            rule.enabled,
            node_sentence(rule.when).format(language),
            tuple(action_sentence(call).format(language) for call in rule.then),
            tuple(problem for problem in problems if f"{problem.path}.".startswith(f"{rule.path}.")),
        )
        for rule in rule_set.rules
    ]
