"""A rule-set version made ready to decide: conditions as generated functions, rules as durable rulesets."""

from __future__ import annotations

import threading
from zoneinfo import ZoneInfo

from engine.decide.program import Program
from rules.document import RuleSet, lists_of
from rules.rule_reads import reads_delegation, reads_stock, reads_tracking


class CompiledRuleSet:
    """A rule set compiled for one time zone. Safe to share between threads; `close()` gives its memory back."""

    def __init__(self, rule_set: RuleSet, zone: ZoneInfo) -> None:
        self.rule_set = rule_set
        self.zone = zone
        self.once_rules = frozenset(rule.id for rule in rule_set.rules if rule.once)
        self.reads_delegation = any(rule.enabled and reads_delegation(rule) for rule in rule_set.rules)
        self.reads_tracking = any(rule.enabled and reads_tracking(rule) for rule in rule_set.rules)
        self.reads_stock = any(rule.enabled and reads_stock(rule) for rule in rule_set.rules)
        self.lists = lists_of(rule for rule in rule_set.rules if rule.enabled)
        self._programs: dict[str, Program] = {}
        self._lock = threading.Lock()

    def program(self, trigger: str) -> Program:
        """The compiled rules of a trigger, made when they are first needed."""
        program = self._programs.get(trigger)
        if program is not None:
            return program
        with self._lock:
            program = self._programs.get(trigger)
            if program is None:
                rules = [rule for rule in self.rule_set.rules if rule.enabled and trigger in rule.triggers]
                program = self._programs[trigger] = Program(rules, self.zone)
            return program

    def close(self) -> None:
        with self._lock:
            for program in self._programs.values():
                program.close()
            self._programs.clear()
