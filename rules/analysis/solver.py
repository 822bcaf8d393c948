"""Searches for an order that meets some formulas. What it rules out, no order meets."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from msgspec import Struct, field

from rules.analysis.domains import Demand, is_possible
from rules.analysis.formulas import AllOf, AnyOf, EveryItem, FigureCondition, Formula, SomeItem, Unknown
from rules.analysis.leaves import ERROR, Literal, State, Variable, states_of

MAX_STEPS = 2_000  # for one question
MAX_CHOICES = 220  # one after the other; two rules of 200 conditions come to fewer


class GivenUp(Exception):
    """A question that takes too long. Nothing is claimed then."""


class Model(Struct, frozen=True):
    """What an order has to be like: literals that can hold together for each field, and its items."""

    literals: dict[Variable, tuple[Literal, ...]]
    some: tuple[Formula, ...]  # there is an item like each of these,
    every: tuple[Formula, ...]  # and all items are like this


class _Search(Struct):
    """A place in the search; what is still to be looked at, and what has been settled."""

    pending: list[Formula]
    choices: list[AnyOf]
    literals: dict[Variable, tuple[Literal, ...]]
    some: list[Formula]
    every: list[Formula]
    unknown: dict[Hashable, int] = field(default_factory=dict)  # the verdicts that are left of what is not looked into
    depth: int = 0

    def branch(self, part: Formula, choices: list[AnyOf]) -> _Search:
        settled = dict(self.literals), list(self.some), list(self.every), dict(self.unknown)
        return _Search([part], list(choices), *settled, self.depth + 1)


class Solver:
    """Answers whether formulas can hold together. `steps` counts the work done, of `budget` in all."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.steps = 0
        self._limit = 0
        self._possible: dict[tuple[bool, frozenset[Literal]], bool] = {}

    @property
    def is_exhausted(self) -> bool:
        return self.steps >= self.budget

    def excludes(self, *formulas: Formula, readable: bool = False) -> bool:
        """Whether it is certain that no order meets all of them; with `readable`, no order whose fields are of their types."""
        try:
            return next(self.models(*formulas, readable=readable), None) is None
        except GivenUp:
            return False

    def models(self, *formulas: Formula, readable: bool = False) -> Iterator[Model]:
        """What an order that meets all of them may be like. Raises GivenUp."""
        self._limit = min(self.steps + MAX_STEPS, self.budget)
        yield from self._extend(_Search(list(reversed(formulas)), [], {}, [], []), readable)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._limit:
            raise GivenUp

    def _extend(self, search: _Search, readable: bool) -> Iterator[Model]:
        self._step()
        if search.depth > MAX_CHOICES:
            raise GivenUp
        while search.pending:
            if not self._take(search.pending.pop(), search, readable):
                return
        if not search.choices:
            yield Model(search.literals, tuple(search.some), tuple(search.every))
            return
        open_choices = [choice for choice in search.choices if not _is_settled(choice, search.literals)]
        ways = [[part for part in choice.parts if self._is_open(part, search, readable)] for choice in open_choices]
        if not ways:
            yield Model(search.literals, tuple(search.some), tuple(search.every))
            return
        place = min(range(len(ways)), key=lambda number: len(ways[number]))
        others = open_choices[:place] + open_choices[place + 1 :]
        for part in ways[place]:
            yield from self._extend(search.branch(part, others), readable)

    def _take(self, formula: Formula, search: _Search, readable: bool) -> bool:
        """Settle one formula; whether it can hold with what was settled before."""
        match formula:
            case Literal():
                found = search.literals.get(formula.variable, ())
                if formula not in found:
                    search.literals[formula.variable] = (*found, formula)
                    return self._can_be((*found, formula), readable)
            case Unknown():
                left = search.unknown.get(formula.key, formula.accepted) & formula.accepted
                search.unknown[formula.key] = left
                return left != 0
            case AllOf():
                search.pending.extend(reversed(formula.parts))
            case AnyOf():
                search.choices.append(formula)
            case SomeItem():
                search.some.append(formula.wanted)
                return self._has_item([formula.wanted, *search.every], readable)
            case EveryItem():
                search.every.append(formula.wanted)
                if not self._has_item(search.every, readable):
                    search.pending.append(formula.no_items)
                return all(self._has_item([wanted, *search.every], readable) for wanted in search.some)
        return True

    def _is_open(self, part: Formula, search: _Search, readable: bool) -> bool:
        """Whether a literal can hold with what was settled; other formulas are not looked into yet."""
        return not isinstance(part, Literal) or self._can_be((*search.literals.get(part.variable, ()), part), readable)

    def _has_item(self, formulas: list[Formula], readable: bool) -> bool:
        return next(self._extend(_Search(list(formulas), [], {}, [], []), readable), None) is not None

    def _can_be(self, literals: tuple[Literal, ...], readable: bool) -> bool:
        key = (readable, frozenset(literals))
        known = self._possible.get(key)
        if known is None:
            self._step()
            known = self._possible[key] = any(True for _ in possible_states(literals, readable=readable))
        return known


def possible_states(literals: tuple[Literal, ...], *, readable: bool) -> Iterator[State]:
    """The states in which one field can meet all literals, blank first."""
    condition = literals[0].leaf.condition
    if isinstance(condition, FigureCondition) and not readable:
        if _can_be_open(literals):
            yield State.WRONG
        return
    for state in states_of(condition.field, condition.of_item):
        if readable and state in (State.WRONG, State.UNREACHABLE):
            continue
        if all(literal.allows(state) for literal in literals) and (
            state is not State.VALUE or is_possible(condition.field, demands_of(literals))
        ):
            yield state


def _can_be_open(literals: tuple[Literal, ...]) -> bool:
    """Whether a number over lines can meet all literals. With lines in error several numbers are possible.

    A literal then is true, or false, if it is so of each of them; otherwise it alone is in error. So those that may be in error
    need not be met by one and the same number.
    """
    settled = [literal for literal in literals if not literal.accepted & ERROR]
    if not settled:
        return True
    blank_too = State.BLANK in states_of(literals[0].leaf.condition.field, of_item=False)

    def is_met(*more: Literal) -> bool:
        every = (*settled, *more)
        if blank_too and all(literal.allows(State.BLANK) for literal in every):
            return True
        return all(literal.allows(State.VALUE) for literal in every) and is_possible(
            every[0].leaf.condition.field, demands_of(every)
        )

    return is_met() and all(is_met(literal) for literal in literals if literal.accepted & ~ERROR and literal not in settled)


def demands_of(literals: tuple[Literal, ...]) -> list[Demand]:
    """What the literals demand of a value."""
    return [Demand(literal.leaf, literal.wanted) for literal in literals if literal.wanted is not None]


def _is_settled(choice: AnyOf, literals: dict[Variable, tuple[Literal, ...]]) -> bool:
    return any(isinstance(part, Literal) and part in literals.get(part.variable, ()) for part in choice.parts)
