"""Calls of `tenant_calls` that are about rules: what was published, and how it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.examples import NOON
from support.tenants import LATER, Things

from engine.model.rule_health import RuleCount, RuleStanding

RULES: dict[str, Callable[[Any, str, Things], object]] = {
    "RuleSets.list_published": lambda uow, own, it: uow.rule_sets.list_published(own),
    "RuleSets.arrange": lambda uow, own, it: (
        uow.rule_sets.arrange(own, []),
        uow.rule_sets.arrange(own, [it.version.id]),
        uow.rule_sets.list_published(own),
    ),
    "RuleSets.get_versions": lambda uow, own, it: uow.rule_sets.get_versions(own, [it.version.id]),
    "RuleSets.find_version": lambda uow, own, it: uow.rule_sets.find_version(own, it.version.set_slug),
    "RuleSets.list_versions": lambda uow, own, it: uow.rule_sets.list_versions(own, it.version.set_slug),
    "RuleHealth.count": lambda uow, own, it: (
        uow.rule_health.count(own, NOON.date(), [RuleCount(f"rule-{it.name}", 1, 0, LATER)]),
        uow.rule_health.write(),
    ),
    "RuleHealth.list_counts": lambda uow, own, it: uow.rule_health.list_counts(own, NOON.date()),
    "RuleHealth.count_unhandled": lambda uow, own, it: (
        uow.rule_health.count_unhandled(own),  # as many for each: what they are is in the other answer
        uow.rule_health.list_unhandled(own, 9),
    ),
    "RuleHealth.list_unhandled": lambda uow, own, it: uow.rule_health.list_unhandled(own, 9),
    "RuleHealth.list_standings": lambda uow, own, it: uow.rule_health.list_standings(own),
    "RuleHealth.put_standings": lambda uow, own, it: uow.rule_health.put_standings(
        own, [RuleStanding(f"rule-{it.name}", NOON, LATER)]
    ),
    "RuleHealth.drop_standings": lambda uow, own, it: uow.rule_health.drop_standings(own, [f"rule-{it.name}"]),
    "RuleSets.list_slugs": lambda uow, own, it: uow.rule_sets.list_slugs(own),
}
