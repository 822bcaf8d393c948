"""The rule sets that run together as documents, read and compiled by whoever decides by them, also in another process."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.decide.compiled import CompiledRuleSet
from engine.model.rule_set import RuleSetVersion
from rules.adopted import as_adopted
from rules.document import RuleSet
from rules.parser import parse_rule_set


class RunningSet(NamedTuple):
    """A rule set as whoever decides by it in another process gets it."""

    slug: str
    document: str
    switched_off: tuple[str, ...] | None = None  # of an adopted set, as its document writes the ids; None: the account's own

    @classmethod
    def of(cls, version: RuleSetVersion) -> RunningSet:
        return cls(version.set_slug, version.document, None if version.adoption is None else version.adoption.switched_off)

    def read(self) -> RuleSet | None:
        """Its rules; None where the document can no longer be read."""
        rule_set, _problems = parse_rule_set(self.document)
        if rule_set is None or self.switched_off is None:
            return rule_set
        return as_adopted(rule_set, self.slug, self.switched_off)


Line = tuple[RunningSet, ...]  # in the order in which they run


class ByZone:
    """A list of rules compiled for each time zone in which it is asked; `close()` gives the memory back."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._made: dict[str, CompiledRuleSet] = {}

    def get(self, zone: ZoneInfo) -> CompiledRuleSet:
        found = self._made.get(zone.key)
        if found is None:
            found = self._made[zone.key] = CompiledRuleSet(self._rules, zone)
        return found

    def close(self) -> None:
        for compiled in self._made.values():
            compiled.close()
