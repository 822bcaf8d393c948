"""The rules core: durable-rules composes true conditions into rules and fires them in order.

The only module that touches durable-rules. What it is given is always safe for it (docs/adr/0001): a message of at most
`MAX_FLAGS` flags that are all 1, a ruleset of at most `MAX_BRANCHES` ways to become true, every pattern with a marker,
one lock a ruleset, and a session of its own for each question.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import finalize

from msgspec import Struct

try:
    import durable_rules_engine as _engine
except ImportError as _error:
    raise ImportError(
        f"durable-rules, the rules core, cannot be loaded ({_error}): without it no decision is made. Run `make setup`."
    ) from _error

MAX_FLAGS = 180  # durable-rules reads at most 255 properties of a message
MAX_BRANCHES = 48  # more than 64 sibling conditions true at once fail, 512 siblings hang

_MARKER = "m"
_WAKE = "w"
_SESSION = "0"
_numbers = count(1)


class CoreError(RuntimeError):
    """durable-rules answered something it must not; no decision is made on such an answer."""


class Literal(Struct, frozen=True):
    """One flag of a message."""

    flag: str


class And(Struct, frozen=True):
    parts: tuple[Formula, ...]


class Or(Struct, frozen=True):
    parts: tuple[Formula, ...]


Formula = Literal | And | Or
ALWAYS = And(())


def branches(formula: Formula) -> int:
    """In how many ways a formula can become true: what durable-rules makes of its alternatives."""
    if isinstance(formula, Literal):
        return 1
    sizes = [branches(part) for part in formula.parts]
    if isinstance(formula, Or):
        return sum(sizes)
    product = 1
    for size in sizes:
        product *= size
    return product


def flags_of(formula: Formula) -> frozenset[str]:
    if isinstance(formula, Literal):
        return frozenset((formula.flag,))
    return frozenset().union(*map(flags_of, formula.parts))


class FiringCore:
    """Some rules in one durable ruleset. Answers which of them fire, in order, for a set of true flags."""

    def __init__(self, formulas: Sequence[Formula]) -> None:
        """The rules' formulas in the order they fire. Raises ValueError past the limits that keep durable-rules safe."""
        if sum(map(branches, formulas)) > MAX_BRANCHES or len(frozenset().union(*map(flags_of, formulas))) > MAX_FLAGS:
            raise ValueError("too much for one ruleset")
        self.flags = sorted(frozenset().union(*map(flags_of, formulas)))
        self._lock = threading.Lock()
        definition = {f"r{index}": {"all": [{"m": _pattern(formula)}], "pri": index} for index, formula in enumerate(formulas)}
        definition[_WAKE] = {"all": [{"m": {_WAKE: 1}}], "pri": len(formulas)}
        self._handle: int = _engine.create_ruleset(f"relevo{next(_numbers)}", json.dumps(definition))
        self._finalizer = finalize(self, _engine.delete_ruleset, self._handle)
        if self._fire({}):
            raise CoreError("durable-rules fired rules that it was not asked about")

    def fire(self, flags: int) -> tuple[int, ...]:
        """The indexes of the rules that fire, ascending. Bit n of `flags` says whether `self.flags[n]` is true."""
        with self._lock:
            return self._ask(flags)

    def close(self) -> None:
        """Give the ruleset's memory back. The core answers nothing afterwards."""
        self._finalizer()

    def _ask(self, flags: int) -> tuple[int, ...]:
        if not self._finalizer.alive:
            raise CoreError("the ruleset was closed")
        true_flags = [flag for bit, flag in enumerate(self.flags) if flags >> bit & 1]
        fired = [int(name[1:]) for name in self._fire({_MARKER: 1, **dict.fromkeys(true_flags, 1)})]
        once = tuple(dict.fromkeys(fired))  # a rule with alternatives fires once for each that is true
        if list(once) != sorted(once):
            raise CoreError(f"durable-rules fired out of order: {once}")
        return once

    def _fire(self, flags: dict[str, int]) -> list[str]:
        """The names of the rules in the order they fire for a fact with these flags.

        A session takes a third of a ruleset's memory, so each question has one of its own. It can only be deleted once an
        action was started in it, or durable-rules crashes; hence a rule that fires every time, after all others.
        """
        fact = json.dumps({"id": "1", "sid": _SESSION, _WAKE: 1, **flags})
        outcome, offset = _engine.assert_fact(self._handle, fact)
        if outcome != 0:
            raise CoreError(f"durable-rules answered {outcome} to a fact")
        fired: list[str] = []
        answer = _engine.start_action_for_state(self._handle, offset)
        action: str | None = None if answer is None else answer[1]
        while action is not None:
            fired.extend(json.loads(action))
            action = _engine.complete_and_start_action(self._handle, offset)
        if not fired or fired.pop() != _WAKE:
            raise CoreError("durable-rules did not fire the rule that it fires every time")
        _engine.retract_fact(self._handle, fact)
        _engine.delete_state(self._handle, _SESSION)
        return fired


def _pattern(formula: Formula) -> dict[str, Any]:
    expression = _expression(formula)
    marker = {_MARKER: 1}
    if expression is None:
        return marker
    return {"$and": [marker, *expression.get("$and", [expression])]}


def _expression(formula: Formula) -> dict[str, Any] | None:
    """The formula in durable-rules' JSON; None for the empty conjunction, which is always true."""
    if isinstance(formula, Literal):
        return {formula.flag: 1}
    parts = [expression for expression in map(_expression, formula.parts) if expression is not None]
    if len(parts) == 1:
        return parts[0]
    if isinstance(formula, And):
        return {"$and": parts} if parts else None
    return {"$or": parts}
