"""A rule set that another account wrote, as it runs in the account that has adopted it."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from rules.document import Rule, RuleSet

SEPARATOR = "."  # between the slug of the set and the id that the document gives the rule; files have no such ids


def as_adopted(rule_set: RuleSet, slug: str, switched_off: Collection[str]) -> RuleSet:
    """The set under a slug, each rule's id behind it, without those parts that are of the offering account alone.

    These are its saved tests, which know nothing of this account, and the users who look after the rules.
    """
    rules = tuple(_rule(rule, slug, rule.enabled and rule.id not in switched_off) for rule in rule_set.rules)
    return replace(rule_set, set=slug, rules=rules, tests=())


def _rule(rule: Rule, slug: str, enabled: bool) -> Rule:
    return replace(rule, id=f"{slug}{SEPARATOR}{rule.id}", enabled=enabled, owner="")


def written_id(rule_id: str, slug: str) -> str | None:
    """The id that the document gives a rule of an adopted set; None when the rule is of another set."""
    prefix, found, rest = rule_id.partition(SEPARATOR)
    return rest if found and prefix == slug and rest else None
