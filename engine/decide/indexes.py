"""Many conditions that look for values in one fact, answered without asking each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from engine.decide.leaves import Leaf
from rules.operators.registry import Finds, Operator

MAX_REMEMBERED = 512  # combinations of conditions whose values were found together


class Index:
    """Conditions whose answer is whether any of their values is found in the fact, all in the same way."""

    def __init__(self, finds: Finds, conditions: list[tuple[Iterable[Any], bool, Leaf]]) -> None:
        """For each condition its values, whether it passes when one is found, and its leaf."""
        self._conditions = [(passes, leaf) for _, passes, leaf in conditions]
        places: dict[Any, list[int]] = {}
        for place, (values, _, _) in enumerate(conditions):
            for value in values:
                places.setdefault(value, []).append(place)
        self._finder = _FINDERS[finds]({value: tuple(found) for value, found in places.items()})
        self._answers: dict[tuple[int, ...], int] = {(): self._answer(())}

    def answer(self, fact: Any) -> int:
        """The bits of all of them."""
        found = self._finder.found(fact)
        bits = self._answers.get(found)
        if bits is None:
            bits = self._answer(found)
            if len(self._answers) < MAX_REMEMBERED:
                self._answers[found] = bits
        return bits

    def _answer(self, found: tuple[int, ...]) -> int:
        bits = 0
        places = frozenset(found)
        for place, (passes, leaf) in enumerate(self._conditions):
            bits |= leaf.if_true if (place in places) is passes else leaf.if_false
        return bits


class Steps:
    """Conditions on a number whose answer depends only on where it stands among theirs."""

    def __init__(self, conditions: list[tuple[Operator, Any, Leaf]]) -> None:
        """For each condition its operator, the prepared number or numbers, and its leaf."""
        self._conditions = conditions
        every = (prepared if isinstance(prepared, tuple) else (prepared,) for _, prepared, _ in conditions)
        self._numbers = sorted({Decimal(number) for numbers in every for number in numbers})
        self._answers: list[int | None] = [None] * (2 * len(self._numbers) + 1)  # below the first, on it, above it, …

    def answer(self, fact: Decimal | int) -> int:
        """The bits of all of them."""
        place = bisect_left(self._numbers, fact)
        step = 2 * place + (place < len(self._numbers) and self._numbers[place] == fact)
        bits = self._answers[step]
        if bits is None:
            bits = 0
            for operator, prepared, leaf in self._conditions:
                bits |= leaf.if_true if operator.test(fact, prepared, 0) else leaf.if_false
            self._answers[step] = bits
        return bits


class Finder:
    """Finds the values that are in a fact. Of each value, equal as a whole here, the places of the conditions that have it."""

    def __init__(self, places: dict[Any, tuple[int, ...]]) -> None:
        self.places = places

    def found(self, fact: Any) -> tuple[int, ...]:
        """The places of the conditions that have a value in it."""
        return self.places.get(fact, ())


class _Cut(Finder):
    """Values that are looked up by pieces of the fact as long as they are."""

    def __init__(self, places: dict[Any, tuple[int, ...]]) -> None:
        super().__init__(places)
        self.lengths = sorted({len(value) for value in places})


class _Beginnings(_Cut):
    def found(self, fact: Any) -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        for length in self.lengths:
            found += self.places.get(fact[:length], ())
        return found


class _Endings(_Cut):
    def found(self, fact: Any) -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        for length in self.lengths:
            found += self.places.get(fact[-length:], ())
        return found


class _Parts(Finder):
    def __init__(self, places: dict[Any, tuple[int, ...]]) -> None:
        super().__init__(places)
        self.pairs = list(places.items())

    def found(self, fact: Any) -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        for value, at in self.pairs:
            if value in fact:
                found += at
        return found


class _Members(Finder):
    def found(self, fact: Any) -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        for member in fact:
            if member in self.places:
                found += self.places[member]
        return tuple(sorted(found)) if found else found  # sets have no order


def finder_of_any(finds: Finds, values: Iterable[Any]) -> Finder:
    """Whether any of the values is found in a fact: it gives something then, and nothing otherwise."""
    return _FINDERS[finds](dict.fromkeys(values, (0,)))


_FINDERS: dict[Finds, type[Finder]] = {
    Finds.EQUAL: Finder,
    Finds.PREFIX: _Beginnings,
    Finds.SUFFIX: _Endings,
    Finds.PART: _Parts,
    Finds.MEMBER: _Members,
}
