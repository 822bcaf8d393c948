"""The same as `tenant_calls`, about rules: what was published, how it does, and what runs by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.examples import NOON
from support.tenants import LATER, Things

from engine.model.redaction import Redaction
from engine.model.rule_health import RuleCount, RuleStanding
from engine.model.schedule import Settled

RULES: dict[str, Callable[[Any, str, Things], object]] = {
    "RuleSets.list_published": lambda uow, own, it: uow.rule_sets.list_published(own),
    "RuleSets.arrange": lambda uow, own, it: (
        uow.rule_sets.arrange(own, []),
        uow.rule_sets.arrange(own, [it.version.id]),
        uow.rule_sets.list_published(own),
    ),
    "RuleSets.get_versions": lambda uow, own, it: uow.rule_sets.get_versions(own, [it.version.id]),
    "RuleSets.find_version": lambda uow, own, it: uow.rule_sets.find_version(own, it.version.set_slug),
    "RuleSets.list_slugs": lambda uow, own, it: uow.rule_sets.list_slugs(own),
    "Schedules.find_settled": lambda uow, own, it: uow.schedules.find_settled(own),
    "Schedules.put_settled": lambda uow, own, it: uow.schedules.put_settled(Settled(own, "changed", LATER)),
    "Schedules.list_for": lambda uow, own, it: uow.schedules.list_for(own),
    "Schedules.put": lambda uow, own, it: uow.schedules.put([replace(it.schedule, account_id=own, times="changed")]),
    "Schedules.remove": lambda uow, own, it: uow.schedules.remove(own, it.schedule.rule_id),
    "Schedules.find_run": lambda uow, own, it: uow.schedules.find_run(own),
    "Schedules.put_run": lambda uow, own, it: uow.schedules.put_run(replace(it.scheduled_run, account_id=own, reached="changed")),
    "Schedules.end_run": lambda uow, own, it: uow.schedules.end_run(own),
    "Schedules.list_due_looks": lambda uow, own, it: uow.schedules.list_due_looks(own, LATER, 9),
    "Schedules.looks_at": lambda uow, own, it: uow.schedules.looks_at(own, [it.order.id]),
    "Schedules.put_looks": lambda uow, own, it: uow.schedules.put_looks([replace(it.look, account_id=own, due_at=None)]),
    "Schedules.drop_looks": lambda uow, own, it: uow.schedules.drop_looks([replace(it.look, account_id=own)]),
    "Schedules.count_looks": lambda uow, own, it: uow.schedules.count_looks(own),
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
    "Lists.list_for": lambda uow, own, it: uow.lists.list_for(own),
    "Lists.put": lambda uow, own, it: uow.lists.put(replace(it.kept_list, account_id=own, name="changed"), ["changed"]),
    "Lists.remove": lambda uow, own, it: uow.lists.remove(own, it.kept_list.id, LATER),
    "Lists.counts": lambda uow, own, it: uow.lists.counts(own, [it.kept_list.digest]),
    "Lists.members": lambda uow, own, it: uow.lists.members(own, [it.kept_list.digest]),
    "Lists.note_seen": lambda uow, own, it: uow.lists.note_seen(own, {it.kept_list.digest: ["changed"]}),
    "Lists.redact": lambda uow, own, it: uow.lists.redact(own, Redaction([it.name])),
    "RuleOffers.update": lambda uow, own, it: uow.rule_offers.update(replace(it.offer, account_id=own, name="changed")),
    "RuleOffers.list_by": lambda uow, own, it: uow.rule_offers.list_by(own),
    "RuleOffers.list_to": lambda uow, own, it: uow.rule_offers.list_to(own),
    "RuleOffers.find_to": lambda uow, own, it: uow.rule_offers.find_to(own, it.offer.id),
    "RuleOffers.list_versions": lambda uow, own, it: uow.rule_offers.list_versions(own, [it.offer.id]),
    "RuleOffers.get_document": lambda uow, own, it: uow.rule_offers.get_document(own, it.offered),
    "RuleOffers.list_adopters": lambda uow, own, it: uow.rule_offers.list_adopters(own),
}
