"""Rule sets in YAML parsed once a process: most tests publish one of a few, and reading it took a third of making a shop."""

from __future__ import annotations

from functools import lru_cache

from engine import application
from engine.services.deciding import publish_rules
from rules.document import RuleSet
from rules.parser import parse_rule_set
from rules.problems import Problem

_parse_once = lru_cache(maxsize=64)(parse_rule_set)


def share_parsed_rules() -> None:
    """Publish and run by what was parsed before from the same document. Rule sets never change, so no test sees another."""
    publish_rules.parse_rule_set = _parse
    application.parse_rule_set = _parse


def _parse(content: bytes | str) -> tuple[RuleSet | None, list[Problem]]:
    """JSON is read in no time: tests about many versions, and what is kept of them, are of that."""
    if content[:1] in (b"{", "{"):
        return parse_rule_set(content)
    rule_set, problems = _parse_once(content)
    return rule_set, list(problems)
