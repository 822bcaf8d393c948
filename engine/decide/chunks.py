"""Consecutive rules in one durable ruleset, and what it answered before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.decide.durable_core import MAX_BRANCHES, MAX_FLAGS, FiringCore, Formula, branches, flags_of

MAX_RULES = 16  # the fewer rules in one, the sooner what is asked repeats
MAX_REMEMBERED = 4096


class Seen(NamedTuple):
    """The bits of a leaf that a rule may be true with or without."""

    true: int
    error: int


class AskedRule(NamedTuple):
    """A rule as durable-rules is asked about it."""

    bit: int
    formula: Formula
    required: tuple[str, ...]  # flags that are true whenever the rule is a candidate
    others: tuple[tuple[str, Seen], ...]  # flags of alternatives


class Chunk:
    """Answers which of its rules fire, in order, for what is known of an order. Safe to share between threads."""

    def __init__(self, rules: list[AskedRule]) -> None:
        self.rules = sum(rule.bit for rule in rules)
        self.core = FiringCore([rule.formula for rule in rules])
        self.asked = 0
        self.answered_from_memory = 0
        self._members = rules
        self._flag_bits = {flag: 1 << place for place, flag in enumerate(self.core.flags)}
        self._answers: dict[int, tuple[int, dict[int, int]]] = {}
        self._remembered = 0

    def ask(self, candidates: int, bits: int) -> int:
        """Those of these rules that fire. No leaf that a candidate needs may be otherwise than it needs it.

        durable-rules is told the flags of the candidates alone, so that what it is asked repeats from order to order.
        """
        known = self._answers.get(candidates)
        if known is None:
            known = self._prepare(candidates)
        relevant, answers = known
        seen = bits & relevant
        fired = answers.get(seen)
        if fired is not None:
            self.answered_from_memory += 1
            return fired
        fired = self._ask(candidates, bits)
        self.asked += 1
        if self._remembered >= MAX_REMEMBERED:
            self._answers.clear()
            self._remembered = 0
        else:
            answers[seen] = fired
            self._remembered += 1
        return fired

    def _prepare(self, candidates: int) -> tuple[int, dict[int, int]]:
        relevant = 0
        for rule in self._members:
            if rule.bit & candidates:
                for _, seen in rule.others:
                    relevant |= seen.true | seen.error
        known: tuple[int, dict[int, int]] = (relevant, {})
        self._answers[candidates] = known
        return known

    def _ask(self, candidates: int, bits: int) -> int:
        flags = 0
        for rule in self._members:
            if rule.bit & candidates:
                for flag in rule.required:
                    flags |= self._flag_bits[flag]
                for flag, seen in rule.others:
                    is_true = bits & seen.true if flag[0] == "t" else not bits & (seen.true | seen.error)
                    flags |= self._flag_bits[flag] if is_true else 0
        fired = 0
        for place in self.core.fire(flags):
            fired |= self._members[place].bit
        return fired & candidates  # others may share the flags of these


def chunked(rules: list[AskedRule]) -> Iterator[list[AskedRule]]:
    """Consecutive rules, as many as one durable ruleset safely and usefully takes."""
    chunk: list[AskedRule] = []
    size = 0
    flags: frozenset[str] = frozenset()
    for rule in rules:
        wider = flags | flags_of(rule.formula)
        if chunk and (len(chunk) == MAX_RULES or size + branches(rule.formula) > MAX_BRANCHES or len(wider) > MAX_FLAGS):
            yield chunk
            chunk, size, wider = [], 0, flags_of(rule.formula)
        chunk.append(rule)
        size += branches(rule.formula)
        flags = wider
    if chunk:
        yield chunk
