"""The product's parts, put together. Made once at the start (app.py) and handed to every use case."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.decide.compiled import CompiledRuleSet
from engine.model.retention import DEFAULT_RETENTION, Retention
from engine.model.rule_set import RuleSetVersion
from engine.ports import Clock, PasswordHasher, StoreConnector, UnitOfWorkFactory
from engine.wake import Wake
from rules.document import RuleSet
from rules.parser import parse_rule_set
from rules.problems import RuleSetRefused

MAX_COMPILED = 64
EMPTY_RULE_SET = RuleSet("", "", ())


class CompiledRuleSets:
    """Compiled versions, the most recently used ones kept. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], CompiledRuleSet] = OrderedDict()

    def get(self, version: RuleSetVersion | None, zone: ZoneInfo) -> CompiledRuleSet:
        """A version compiled for a time zone; without a version, a rule set without rules.

        One that is no longer kept stays usable for whoever still holds it; its memory goes back with the last of them.
        """
        key = ("" if version is None else version.id, zone.key)
        with self._lock:
            compiled = self._kept.get(key)
            if compiled is None:
                compiled = self._kept[key] = CompiledRuleSet(rule_set_of(version), zone)
            self._kept.move_to_end(key)
            if len(self._kept) > MAX_COMPILED:
                self._kept.popitem(last=False)
            return compiled


def rule_set_of(version: RuleSetVersion | None) -> RuleSet:
    """The rules of a published version. Raises RuleSetRefused if it no longer parses."""
    if version is None:
        return EMPTY_RULE_SET
    rule_set, problems = parse_rule_set(version.document)
    if rule_set is None:
        raise RuleSetRefused(problems)
    return rule_set


@dataclass(frozen=True, slots=True)
class Application:
    """Everything a use case may need."""

    unit_of_work: UnitOfWorkFactory
    reading: UnitOfWorkFactory  # sees one unchanging state, holds up nobody, may not write
    clock: Clock
    connectors: Mapping[str, StoreConnector]
    passwords: PasswordHasher
    public_url: str | None = None  # where stores reach this service from outside, without a slash at the end
    local_url: str | None = None  # where a store on this machine, such as a sandbox, reaches it
    wake: Wake = field(default_factory=Wake)  # the worker of this process that reads what stores told of
    retention: Retention = DEFAULT_RETENTION
    compiled: CompiledRuleSets = field(default_factory=CompiledRuleSets)

    def connector(self, kind: str) -> StoreConnector:
        return self.connectors[kind]
